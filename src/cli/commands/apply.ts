import { type ApplyPayload, type ApplyResult, countsText, sendApply, shortName } from '../apply-request.ts';
import { readManifestFiles } from '../manifest-files.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import type { Terminal } from '../terminal.ts';
import { noteViolations, warningLines } from '../violations.ts';

export interface ManifestOptions {
  readonly filename: readonly string[];
  readonly recursive?: true;
  readonly namespace?: string;
  readonly project?: string;
  readonly manager?: string;
  readonly force?: true;
  readonly publish?: boolean;
  /** What exists already is refused. */
  readonly createOnly?: boolean;
}

/** Reads the files and applies or validates them. */
export async function applyFiles(
  session: Session,
  { filename, recursive, ...options }: ManifestOptions,
  validateOnly: boolean,
): Promise<{ payload: ApplyPayload; sources: string[] }> {
  const { terminal } = session;
  const client = await session.client();
  const files = await readManifestFiles(filename, { isRecursive: recursive === true, terminal });
  const payload = await sendApply(client, files, { validateOnly, ...options });
  return { payload, sources: files.map(({ source }) => source) };
}

/** `catalog apply`: one line per document; 1 when anything is refused. */
export async function apply(
  session: Session,
  options: ManifestOptions & { readonly validateOnly?: true },
): Promise<number> {
  const { terminal } = session;
  const isTrial = options.validateOnly === true;
  const { payload, sources } = await applyFiles(session, options, isTrial);
  return payload.userErrors.length > 0 ? refused(payload, sources, terminal) : applied(payload, isTrial, terminal);
}

/** Says what was applied, or would be. */
export async function applied(payload: ApplyPayload, isTrial: boolean, terminal: Terminal): Promise<0> {
  if (terminal.isQuiet) return 0;
  await printResults(payload, isTrial, terminal);
  terminal.note(`${countsText(payload.counts)}${isTrial ? '; only validated, nothing was written' : ''}`);
  return 0;
}

/** `catalog validate`: what is wrong; 1 when anything is. */
export async function validate(session: Session, options: ManifestOptions): Promise<number> {
  const { terminal } = session;
  const { payload, sources } = await applyFiles(session, options, true);
  if (payload.userErrors.length > 0) return refused(payload, sources, terminal);
  for (const result of payload.results) terminal.detail(resultLine(result, true, terminal));
  for (const line of payload.results.flatMap(indentedWarnings)) terminal.note(line);
  if (!terminal.isQuiet)
    await terminal.print(`${count(payload.results.length, 'valid document')}: ${countsText(payload.counts)}\n`);
  return 0;
}

export function refused(
  { userErrors, counts }: ApplyPayload,
  sources: string[],
  terminal: Terminal,
  outcome = 'nothing was written',
): number {
  noteViolations(userErrors, sources, terminal);
  const others = countsText(counts);
  const rest = others === '' ? '' : `; the others would be ${others}`;
  terminal.note(`${outcome}: ${count(userErrors.length, 'refusal')}${rest}`);
  return 1;
}

export const printResults = ({ results }: ApplyPayload, isTrial: boolean, terminal: Terminal): Promise<void> =>
  terminal.print(
    results
      .flatMap((result) => [resultLine(result, isTrial, terminal), ...indentedWarnings(result)])
      .map((line) => `${line}\n`)
      .join(''),
  );

const indentedWarnings = ({ warnings }: ApplyResult): string[] => warningLines(warnings).map((line) => `  ${line}`);

const colours = { CREATED: 'green', UPDATED: 'yellow', UNCHANGED: 'dim', REFUSED: 'red' } as const;

function resultLine(result: ApplyResult, isTrial: boolean, terminal: Terminal): string {
  const { outcome, changes } = result;
  const word = terminal.paint(colours[outcome], outcome.toLowerCase());
  const paths = changes.length === 0 ? '' : ` (${changes.map(({ path }) => path).join(', ')})`;
  return `${shortName(result)} ${isTrial && outcome !== 'UNCHANGED' ? 'would be ' : ''}${word}${paths}`;
}
