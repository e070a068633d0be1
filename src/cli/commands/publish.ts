import { CliError, usageError } from '../cli-error.ts';
import { getComparison, printComparison, type ReportFormat } from '../comparison.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { oneTarget } from '../targets.ts';
import { noteViolations, USER_ERROR_FIELDS, type UserError } from '../violations.ts';

export interface PublishOptions {
  readonly dryRun?: true;
  readonly output: ReportFormat;
}

const PUBLISH = `mutation CatalogPublish($input: PublishServiceConfigurationInput!) { publishServiceConfiguration(input: $input) {
  changed warnings { code message } userErrors { ${USER_ERROR_FIELDS} } } }`;

interface Published {
  readonly publishServiceConfiguration: {
    readonly changed: boolean;
    readonly warnings: readonly { readonly code: string; readonly message: string }[];
    readonly userErrors: readonly UserError[];
  };
}

/** `catalog publish`: what changes against the revision in force, and then that it is published; 1 when it is refused. */
export async function publish(session: Session, words: readonly string[], options: PublishOptions): Promise<number> {
  return publishRevision(session, await configurationName(session, words), options);
}

/** `catalog roll-back`: puts an earlier revision in force again, judged by the same rules. */
export async function rollBack(
  session: Session,
  words: readonly string[],
  { to, ...options }: PublishOptions & { readonly to?: number },
): Promise<number> {
  const name = await configurationName(session, words);
  const revisions = await revisionsLike(session, name);
  const active = revisions.find(({ isActive }) => isActive)?.revisionNumber ?? 0;
  const wanted = revisions
    .filter(({ revisionNumber: number, phase }) =>
      to === undefined ? number < active && phase === 'PUBLISHED' : number === to,
    )
    .at(-1);
  if (wanted !== undefined) return publishRevision(session, wanted.name, options);
  const known = revisions.map((one) => `${one.revisionNumber}: ${one.name} (${one.phase.toLowerCase()})`);
  throw new CliError(to === undefined ? 'no earlier revision is published' : `there is no revision ${to}`, {
    advice: known,
  });
}

/** `catalog compare A B`: what publishing B in place of A changes; 1 when it is not allowed. */
export async function compare(
  session: Session,
  words: readonly string[],
  { output }: Pick<PublishOptions, 'output'>,
): Promise<number> {
  const [from, to, another] = words;
  if (from === undefined || to === undefined || another !== undefined) {
    throw usageError(
      'two revisions are compared',
      'for example `catalog compare serviceconfiguration/a-1 serviceconfiguration/a-2`',
    );
  }
  const [earlier, later] = [await configurationName(session, [from]), await configurationName(session, [to])];
  const report = await getComparison(await session.client(), later, earlier);
  await printComparison(report, session.terminal, output);
  return report.isAllowed ? 0 : 1;
}

async function publishRevision(session: Session, name: string, { dryRun, output }: PublishOptions): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const report = await getComparison(client, name);
  if (!terminal.isQuiet || output !== 'text') await printComparison(report, terminal, output);
  const isTrial = dryRun === true;
  const input = { configuration: { name }, validateOnly: isTrial };
  const answer = await client.execute<Published>(PUBLISH, { input }, { isWrite: !isTrial });
  const { changed, warnings, userErrors } = answer.publishServiceConfiguration;
  noteViolations(userErrors, [], terminal);
  if (userErrors.length > 0) {
    terminal.note(`nothing was published: ${count(userErrors.length, 'refusal')}`);
    return 1;
  }
  for (const { code, message } of warnings) terminal.note(`warning: ${code}: ${message}`);
  if (terminal.isQuiet || output !== 'text') return 0;
  const outcome = changed ? `${isTrial ? 'would be ' : ''}published` : 'is in force already';
  await terminal.print(`serviceconfiguration/${name} ${outcome}\n`);
  return 0;
}

async function configurationName(session: Session, words: readonly string[]): Promise<string> {
  const { kind, name } = oneTarget(await session.kinds(), words);
  if (kind.kind === 'ServiceConfiguration' && name !== undefined) return name;
  throw usageError(`'${words.join(' ')}' is not a revision`, 'for example serviceconfiguration/compute-2');
}

interface ListedRevision {
  readonly name: string;
  readonly phase: string;
  readonly isActive: boolean;
  readonly revisionNumber: number;
}
type MaybeListed = Omit<ListedRevision, 'revisionNumber'> & { readonly revisionNumber: number | null };

/** The published revisions of the service of a configuration, by number. */
async function revisionsLike(session: Session, name: string): Promise<readonly ListedRevision[]> {
  const client = await session.client();
  const { serviceConfiguration: found } = await client.execute<{
    serviceConfiguration: {
      readonly service: { readonly configurations: { readonly nodes: readonly MaybeListed[] } } | null;
    } | null;
  }>(REVISIONS, { name });
  if (found === null) throw new CliError(`serviceconfiguration '${name}' does not exist or is not visible to you`);
  const all = found.service?.configurations.nodes ?? [];
  const revisions = all.filter((one): one is ListedRevision => one.revisionNumber !== null);
  return revisions.toSorted((a, b) => a.revisionNumber - b.revisionNumber);
}

const REVISIONS = `query CatalogRevisions($name: String!) { serviceConfiguration(name: $name) { service {
  configurations(first: 1000) { nodes { name phase isActive revisionNumber } } } } }`;
