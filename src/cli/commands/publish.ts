import { CliError, usageError } from '../cli-error.ts';
import { COMPARISON_FIELDS, type Comparison, type PublishOptions, printComparisons } from '../comparison.ts';
import { configurationName, knownRevisions, listRevisions, serviceOfWords } from '../revisions.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { noteViolations, noteWarnings, USER_ERROR_FIELDS, type UserError, type Warning } from '../violations.ts';
import type { ManifestOptions } from './apply.ts';
import { publishFiles } from './publish-files.ts';

const PUBLISH = `mutation CatalogPublish($input: PublishServiceConfigurationInput!) { publishServiceConfiguration(input: $input) {
  changed warnings { code message } userErrors { ${USER_ERROR_FIELDS} } comparison { ${COMPARISON_FIELDS} } } }`;

interface Published {
  readonly publishServiceConfiguration: {
    readonly changed: boolean;
    readonly warnings: readonly Warning[];
    readonly userErrors: readonly UserError[];
    /** Null where nothing would be published. */
    readonly comparison: Comparison | null;
  };
}

/** `catalog publish`: publishes a revision, or what files state, and says what that changes; 1 when it is refused. */
export async function publish(
  session: Session,
  words: readonly string[],
  { filename, ...options }: PublishOptions & Partial<ManifestOptions>,
): Promise<number> {
  if (filename === undefined) return publishRevision(session, await configurationName(session, words), options);
  if (words.length > 0) throw usageError('a revision by its name, or files: not both');
  return publishFiles(session, { filename, ...options });
}

/** `catalog roll-back`: puts an earlier revision in force again, judged by the same rules. */
export async function rollBack(
  session: Session,
  words: readonly string[],
  { to, ...options }: PublishOptions & { readonly to?: number },
): Promise<number> {
  const revisions = await listRevisions(session, await serviceOfWords(session, words));
  const active = revisions.find(({ isActive }) => isActive)?.revisionNumber ?? 0;
  const wanted = revisions
    .filter(({ revisionNumber: number, phase }) =>
      to === undefined ? number < active && phase === 'PUBLISHED' : number === to,
    )
    .at(-1);
  if (wanted !== undefined) return publishRevision(session, wanted.name, options);
  throw new CliError(to === undefined ? 'no earlier revision is published' : `there is no revision ${to}`, {
    advice: knownRevisions(revisions),
  });
}

async function publishRevision(
  session: Session,
  name: string,
  { dryRun, output = 'text' }: PublishOptions,
): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const isTrial = dryRun === true;
  const input = { configuration: { name }, validateOnly: isTrial };
  const answer = await client.execute<Published>(PUBLISH, { input }, { isWrite: !isTrial });
  const { changed, warnings, userErrors, comparison } = answer.publishServiceConfiguration;
  const isWanted = comparison !== null && (!terminal.isQuiet || output !== 'text');
  if (isWanted) await printComparisons([{ name, report: comparison }], terminal, output);
  noteViolations(userErrors, [], terminal);
  if (userErrors.length > 0) {
    terminal.note(`nothing was published: ${count(userErrors.length, 'refusal')}`);
    return 1;
  }
  noteWarnings(warnings, terminal);
  if (terminal.isQuiet || output === 'json' || output === 'yaml') return 0;
  const outcome = changed ? `${isTrial ? 'would be ' : ''}published` : 'is in force already';
  await terminal.print(`serviceconfiguration/${name} ${outcome}\n`);
  return 0;
}
