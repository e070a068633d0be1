import { andMore } from '../../catalog/values/listed.ts';
import type { Client } from '../client.ts';
import type { Session } from '../session.ts';
import { createTable } from '../table.ts';
import { noteWarnings } from '../violations.ts';
import { deploymentsAmong, hasDeployments } from './state.ts';

/** A change of the registry, as `mayI` takes it. */
export interface RegistryChange {
  readonly do: string;
  readonly service?: string | null;
  readonly region?: string | null;
  readonly version?: string | null | undefined;
  readonly target?: string | null;
}

interface Refusal {
  readonly code: string;
  readonly subject: string;
  readonly message: string;
  readonly missing: readonly string[];
}

/** What the rules of the registry say of changes, and what has to be done before. */
export interface Verdict {
  readonly isAllowed: boolean;
  readonly isPossible: boolean;
  readonly violations: readonly Refusal[];
  readonly warnings: readonly Refusal[];
  readonly plan: readonly (RegistryChange & { readonly text: string })[];
  readonly hiddenStepCount: number;
}

/** `mayI` takes no more at once. */
export const MOST_CHANGES = 50;

const MAY_I = `query CatalogPlan($changes: [RegistryChangeInput!]!) { mayI(changes: $changes) { isAllowed isPossible hiddenStepCount
  violations { code subject message missing } warnings { code subject message missing }
  plan { do service region version target text } } }`;

export async function askVerdict(client: Client, changes: readonly RegistryChange[]): Promise<Verdict> {
  const { mayI } = await client.execute<{ mayI: Verdict }>(MAY_I, { changes });
  return mayI;
}

const short = (version: string | null | undefined): string =>
  (version ?? '').slice((version ?? '').lastIndexOf('.') + 1);
/** The service of a version, by its name. */
export const serviceOf = (version: string | null | undefined): string =>
  (version ?? '').slice(0, Math.max(0, (version ?? '').lastIndexOf('.')));

const deploymentOf = ({ service, region }: RegistryChange): string => `${service}.${region}`;

/** `deploy mail in ap at v1`; `move mail in ap to v2`, where it is there already. */
function words(change: RegistryChange, there: ReadonlySet<string>): string {
  const { do: doing, service, region, version, target } = change;
  switch (doing) {
    case 'DEPLOY':
      return there.has(deploymentOf(change))
        ? `move ${service} in ${region} to ${short(version)}`
        : `deploy ${service} in ${region} at ${short(version)}`;
    case 'UNDEPLOY':
      return `take ${service} out of ${region}`;
    case 'ENABLE':
    case 'DISABLE':
      return `${doing.toLowerCase()} ${service} in ${region}`;
    case 'IMPORT':
      return `let ${version} import ${target}`;
    case 'DROP_IMPORT':
      return `let ${version} no longer import ${target}, or retire it`;
    case 'PUBLISH':
    case 'DEPRECATE':
    case 'RETIRE':
      return `${doing.toLowerCase()} ${version}`;
    case 'OPEN_REGION':
    case 'CLOSE_REGION':
      return `${doing === 'OPEN_REGION' ? 'open' : 'close'} the region ${region}`;
    case 'MOVE_PRIMARY':
      return `make ${region} the primary region of ${service}`;
    default:
      return doing.toLowerCase();
  }
}

/** The command that does it. */
export function commandFor({ do: doing, service, region, version, target }: RegistryChange): string {
  switch (doing) {
    case 'DEPLOY':
      return `catalog deploy ${service} ${region} --to ${short(version)}`;
    case 'UNDEPLOY':
      return `catalog retire ${service} --region ${region}`;
    case 'ENABLE':
    case 'DISABLE':
      return `catalog deploy ${service} ${region} --${doing.toLowerCase()}`;
    case 'DEPRECATE':
      return `catalog retire ${serviceOf(version)} ${short(version)} --deprecate`;
    case 'RETIRE':
      return `catalog retire ${serviceOf(version)} ${short(version)}`;
    case 'IMPORT':
      return `catalog registry import ${version} ${target}`;
    case 'DROP_IMPORT':
      return `catalog registry import ${version} ${target} --drop`;
    case 'PUBLISH':
      return `catalog registry publish ${version}`;
    case 'OPEN_REGION':
      return `catalog registry open ${region}`;
    case 'CLOSE_REGION':
      return `catalog registry close ${region}`;
    case 'MOVE_PRIMARY':
      return `catalog registry primary ${service} ${region}`;
    default:
      return 'catalog apply -f FILE';
  }
}

/** The commands of steps. The first that comes to a region in which nothing is has to say where that is. */
async function commandsFor(client: Client, steps: readonly RegistryChange[]): Promise<string[]> {
  const isKnown = new Map<string, boolean>();
  const commands: string[] = [];
  for (const step of steps) {
    const region = step.do === 'DEPLOY' ? (step.region ?? '') : '';
    if (region !== '' && !isKnown.has(region)) isKnown.set(region, await hasDeployments(client, region));
    const isFirst = isKnown.get(region) === false;
    commands.push(`${commandFor(step)}${isFirst ? ' --location CONTINENT/COUNTRY/AGGLOMERATION/CITY/CLOUD' : ''}`);
    if (isFirst) isKnown.set(region, true);
  }
  return commands;
}

/** Says what stands in the way, and the steps that lead there, as a table that ends with the changes themselves. */
export async function printPlan(
  { terminal, client }: Pick<Session, 'terminal' | 'client'>,
  changes: readonly RegistryChange[],
  {
    isAllowed,
    isPossible,
    plan,
    hiddenStepCount,
  }: Pick<Verdict, 'isAllowed' | 'isPossible' | 'plan' | 'hiddenStepCount'>,
  last?: string,
): Promise<void> {
  if (!isAllowed && !isPossible) {
    terminal.note('no steps lead there, of which each is accepted by itself');
    return;
  }
  const all = [...plan, ...changes];
  const deployed = all.filter(({ do: doing }) => doing === 'DEPLOY').map(deploymentOf);
  const there = await deploymentsAmong(await client(), [...new Set(deployed)]);
  const commands = await commandsFor(await client(), all);
  const steps = plan.map((step, index) => [words(step, there), commands[index] ?? '']);
  const [first, another] = changes;
  const own =
    last === undefined || first === undefined
      ? changes.map((change, index) => [words(change, there), commands[plan.length + index] ?? ''])
      : [
          [
            another === undefined ? words(first, there) : `${words(first, there)}, ${andMore(changes.length - 1)}`,
            last,
          ],
        ];
  const table = createTable(['STEP', 'WHAT', 'COMMAND']);
  const rows = [...steps, ...own].map((row, index) => [String(index + 1), ...row]);
  await terminal.print(table.rows(rows));
  if (hiddenStepCount > 0) {
    const what =
      hiddenStepCount === 1 ? 'one step is left out: it is' : `${hiddenStepCount} steps are left out: they are`;
    terminal.note(`${what} about what you may not see`);
  }
}

/** The rules that changes would break, and what is missing of each. */
export function noteRefusals(
  { terminal }: Pick<Session, 'terminal'>,
  { violations, warnings }: Pick<Verdict, 'violations' | 'warnings'>,
): void {
  for (const { code, subject, message, missing } of violations) {
    terminal.note(`${subject} ${terminal.paint('red', 'refused', 'stderr')}: ${code}: ${message}`);
    for (const fact of missing) terminal.note(`  missing: ${fact}`);
  }
  noteWarnings(warnings, terminal);
}
