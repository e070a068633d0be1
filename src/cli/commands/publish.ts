import { CliError } from '../cli-error.ts';
import { getComparison, printComparison, type ReportFormat } from '../comparison.ts';
import { configurationName, listRevisions, serviceOf } from '../revisions.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
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
  const revisions = await listRevisions(session, await serviceOf(session, name));
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
