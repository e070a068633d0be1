import { type ApplyResult, countsText } from '../apply-request.ts';
import { type PublishOptions, printComparisons } from '../comparison.ts';
import type { Session } from '../session.ts';
import { applyFiles, type ManifestOptions, printResults, refused } from './apply.ts';

/**
 * `catalog publish -f`: applies manifests with what they state as a draft published, in one transaction, and says what
 * each revision changes against the one that counted until then; 1 when anything is refused.
 */
export async function publishFiles(
  session: Session,
  { dryRun, output = 'table', ...options }: ManifestOptions & PublishOptions,
): Promise<number> {
  const { terminal } = session;
  const isTrial = dryRun === true;
  const { payload, sources } = await applyFiles(session, { ...options, publish: true }, isTrial);
  const isData = output === 'json' || output === 'yaml';
  if (!terminal.isQuiet || isData) await printComparisons(payload.results.flatMap(reportOn), terminal, output);
  if (payload.userErrors.length > 0) return refused(payload, sources, terminal, 'nothing was published');
  if (terminal.isQuiet) return 0;
  if (!isData) await printResults(payload, isTrial, terminal);
  terminal.note(`${countsText(payload.counts)}${isTrial ? '; only tried, nothing was published' : ''}`);
  return 0;
}

const reportOn = ({ name, comparison }: ApplyResult) =>
  comparison === null || comparison === undefined ? [] : [{ name: name ?? '?', report: comparison }];
