import { stringifyJson } from '../../catalog/manifests/json.ts';
import { usageError } from '../cli-error.ts';
import { getService, isBelow, versionOf } from '../registry/state.ts';
import { askVerdict, noteRefusals, printPlan, type RegistryChange } from '../registry/verdict.ts';
import type { Session } from '../session.ts';

export interface PlanOptions {
  readonly to?: string;
  readonly region?: readonly string[];
  readonly output: 'table' | 'json';
  /** It changes nothing with or without it. */
  readonly dryRun?: true;
}

/** What can be planned, with what each takes. */
export const plannable = {
  deploy: 'SERVICE REGION [--to VERSION]',
  upgrade: 'SERVICE VERSION [--region REGION]',
  retire: 'SERVICE VERSION, or SERVICE --region REGION',
  import: 'SERVICE.VERSION SERVICE.VERSION',
  publish: 'SERVICE.VERSION',
  open: 'REGION',
  close: 'REGION',
  primary: 'SERVICE REGION',
} as const;
type Plannable = keyof typeof plannable;
export const isPlannable = (word: string): word is Plannable => word in plannable;

async function changesOf(
  session: Session,
  what: Plannable,
  [first, second]: readonly string[],
  { to, region = [] }: PlanOptions,
): Promise<RegistryChange[]> {
  const missing = () => usageError(`catalog plan ${what} takes ${plannable[what]}`);
  if (first === undefined) throw missing();
  const needed = (): string => {
    if (second === undefined) throw missing();
    return second;
  };
  const known = async () => getService(await session.client(), first);
  switch (what) {
    case 'deploy': {
      const service = await known();
      const wanted = to === undefined ? service.preferredVersion : versionOf(service, to);
      return [{ do: 'DEPLOY', service: service.name, region: needed(), version: wanted?.name }];
    }
    case 'upgrade': {
      const service = await known();
      const version = versionOf(service, needed());
      return service.deployments.nodes
        .filter(isBelow(version))
        .flatMap((one) => one.region?.name ?? [])
        .filter((one) => region.length === 0 || region.includes(one))
        .map((one) => ({ do: 'DEPLOY', service: service.name, region: one, version: version.name }));
    }
    case 'retire': {
      const service = await known();
      if (second !== undefined) return [{ do: 'RETIRE', version: versionOf(service, second).name }];
      if (region.length === 0) throw missing();
      return region.map((one) => ({ do: 'UNDEPLOY', service: service.name, region: one }));
    }
    case 'import':
      return [{ do: 'IMPORT', version: first, target: needed() }];
    case 'publish':
      return [{ do: 'PUBLISH', version: first }];
    case 'open':
      return [{ do: 'OPEN_REGION', region: first }];
    case 'close':
      return [{ do: 'CLOSE_REGION', region: first }];
    case 'primary':
      return [{ do: 'MOVE_PRIMARY', service: first, region: needed() }];
  }
}

/** `catalog plan`: whether the registry allows a change, and what has to be done before; 1 when something has. */
export async function plan(
  session: Session,
  what: Plannable,
  names: readonly string[],
  options: PlanOptions,
): Promise<number> {
  const changes = await changesOf(session, what, names, options);
  if (changes.length === 0) {
    session.terminal.note('nothing is below that version');
    return 0;
  }
  const verdict = await askVerdict(await session.client(), changes);
  if (options.output === 'json') await session.terminal.print(`${stringifyJson(verdict, 2)}\n`);
  else {
    noteRefusals(session, verdict);
    await printPlan(session, changes, verdict);
  }
  return verdict.isAllowed ? 0 : 1;
}
