import { usageError } from '../cli-error.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { noteViolations, noteWarnings, USER_ERROR_FIELDS, type UserError, type Warning } from '../violations.ts';

export interface UseOptions {
  readonly project?: string;
  readonly message?: string;
  readonly dryRun?: true;
}

export interface DecideOptions {
  readonly message?: string;
  readonly dryRun?: true;
}

interface BatchPayload {
  readonly results: readonly { readonly outcome: string; readonly warnings: readonly Warning[] }[];
  readonly userErrors: readonly UserError[];
}

const BATCH = `mutation CatalogEnablement($input: BatchInput!) { batch(input: $input) {
  results { outcome warnings { code message } } userErrors { ${USER_ERROR_FIELDS} } } }`;

const ENTITLEMENT = `query CatalogEntitlement($project: String!, $service: String!) { project(name: $project) {
  serviceEntitlements(where: { or: [{ service: { name: { eq: $service } } }, { service: { serviceName: { eq: $service } } }] }) {
    nodes { phase origin neededBy { nodes { service { name } } } } } } }`;

interface Entitled {
  readonly project: {
    readonly serviceEntitlements: {
      readonly nodes: readonly {
        readonly phase: string;
        readonly neededBy: { readonly nodes: readonly { readonly service: { readonly name: string } | null }[] };
      }[];
    };
  } | null;
}

/** Sends actions as one batch; what it came to, or undefined when something was refused. */
async function send(
  { terminal, client: open }: Session,
  operations: readonly object[],
  isTrial: boolean,
): Promise<BatchPayload | undefined> {
  const client = await open();
  const input = { operations, validateOnly: isTrial };
  const { batch } = await client.execute<{ batch: BatchPayload }>(BATCH, { input }, { isWrite: !isTrial });
  for (const { warnings } of batch.results) noteWarnings(warnings, terminal);
  if (batch.userErrors.length === 0) return batch;
  noteViolations(batch.userErrors, [], terminal);
  terminal.note(`nothing was changed: ${count(batch.userErrors.length, 'refusal')}`);
  return undefined;
}

const isUnchanged = ({ results }: BatchPayload): boolean =>
  results.every(({ outcome }) => outcome === 'UNCHANGED' || outcome === 'ABSENT');

const states: Readonly<Record<string, string>> = {
  ACTIVE: 'active',
  PENDING_APPROVAL: 'waits for its provider',
  REJECTED: 'rejected',
};

/** `catalog enable` and `catalog disable`: one line that says how the project and the service stand afterwards. */
export async function use(
  session: Session,
  verb: 'enable' | 'disable',
  service: string,
  { project, message: requestMessage, dryRun }: UseOptions,
): Promise<number> {
  const { terminal } = session;
  if (project === undefined) {
    throw usageError(
      'say which project uses it: --project NAME',
      `for example \`catalog ${verb} ${service} --project web\``,
    );
  }
  const isTrial = dryRun === true;
  const input = { service: { name: service }, project: { name: project } };
  const operation = verb === 'enable' ? { enableService: { ...input, requestMessage } } : { disableService: input };
  const batch = await send(session, [operation], isTrial);
  if (batch === undefined) return 1;
  if (terminal.isQuiet) return 0;
  const what = `${service} for ${project}`;
  const did = isUnchanged(batch) ? 'unchanged' : `${isTrial ? 'would be ' : ''}${verb}d`;
  if (isTrial) await terminal.print(`${what}: ${did}\n`);
  else await terminal.print(`${what}: ${did}${await standing(session, project, service)}\n`);
  return 0;
}

/** How a project and a service stand: `, active`, `, active (others need it: relay)`, or nothing. */
async function standing({ client: open }: Session, project: string, service: string): Promise<string> {
  const client = await open();
  const answer = await client.execute<Entitled>(ENTITLEMENT, { project, service });
  const [found] = answer.project?.serviceEntitlements.nodes ?? [];
  if (found === undefined) return '';
  const needing = found.neededBy.nodes.flatMap((one) => one.service?.name ?? []);
  const why = needing.length === 0 ? '' : ` (needed by ${needing.join(', ')})`;
  return `, ${states[found.phase] ?? found.phase}${why}`;
}

/** `catalog approve` and `catalog deny`: one line for each request. */
export async function decide(
  session: Session,
  verb: 'approve' | 'deny',
  names: readonly string[],
  { message, dryRun }: DecideOptions,
): Promise<number> {
  const { terminal } = session;
  const isTrial = dryRun === true;
  const operations = names.map((name) => ({ [`${verb}ServiceConsumer`]: { serviceConsumer: { name }, message } }));
  const batch = await send(session, operations, isTrial);
  if (batch === undefined) return 1;
  if (terminal.isQuiet) return 0;
  const word = verb === 'approve' ? 'approved' : 'denied';
  const lines = names.map((name, index) => {
    const isSame = batch.results[index]?.outcome === 'UNCHANGED';
    return `${name} ${isSame ? `was ${word} already` : `${isTrial ? 'would be ' : ''}${word}`}\n`;
  });
  await terminal.print(lines.join(''));
  return 0;
}
