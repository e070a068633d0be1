import { CliError, usageError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import { commandFor, type RegistryChange, serviceOf } from '../registry/verdict.ts';
import { type Planned, rollOut } from '../registry/write.ts';
import type { Session } from '../session.ts';

export interface RegistryOptions {
  readonly drop?: true;
  readonly dryRun?: true;
}

/** What is done by this command, with what each takes. What is deployed has commands of its own. */
export const doable = {
  import: 'SERVICE.VERSION SERVICE.VERSION, or with --drop SERVICE.VERSION SERVICE',
  publish: 'SERVICE.VERSION',
  open: 'REGION',
  close: 'REGION',
  primary: 'SERVICE REGION',
} as const;
type Doable = keyof typeof doable;
export const isDoable = (word: string): word is Doable => word in doable;

interface Known {
  readonly serviceVersion?: {
    readonly phase: string;
    readonly imports: {
      readonly nodes: readonly {
        readonly name: string;
        readonly targetService: { readonly name: string; readonly serviceName: string };
        readonly targetVersion: { readonly name: string };
      }[];
    };
  } | null;
  readonly region?: { readonly registryState: { readonly name: string; readonly state: string } | null } | null;
  readonly service?: {
    readonly name: string;
    readonly runtime: { readonly name: string; readonly primaryRegion: { readonly name: string } | null } | null;
  } | null;
}

const runtimeOf = (by: string): string =>
  `query CatalogRuntime($name: String!) { service(${by}: $name) { name runtime { name primaryRegion { name } } } }`;

const QUERIES = {
  service: runtimeOf('name'),
  canonical: runtimeOf('serviceName'),
  version: `query CatalogVersion($name: String!) { serviceVersion(name: $name) { phase imports(first: 1000) {
    nodes { name targetService { name serviceName } targetVersion { name } } } } }`,
  region: 'query CatalogRegionState($name: String!) { region(name: $name) { registryState { name state } } }',
} as const;

const ask = (client: Client, what: keyof typeof QUERIES, name: string): Promise<Known> =>
  client.execute<Known>(QUERIES[what], { name });
const absent = (what: string): CliError => new CliError(`${what} does not exist or is not visible to you`);

async function imported(client: Client, version: string, target: string, isDropped: boolean): Promise<Planned> {
  const { serviceVersion: found } = await ask(client, 'version', version);
  if (!found) throw absent(`version '${version}'`);
  const service = isDropped ? target : serviceOf(target);
  const there = found.imports.nodes.find(
    ({ targetService }) => targetService.name === service || targetService.serviceName === service,
  );
  const change: RegistryChange = { do: isDropped ? 'DROP_IMPORT' : 'IMPORT', version, target };
  if (isDropped) {
    if (there === undefined) throw absent(`an import of '${service}' by '${version}'`);
    const what = `${there.targetVersion.name} → none`;
    return {
      operation: { deleteServiceImport: { name: there.name } },
      change,
      object: `serviceimport/${there.name}`,
      what,
    };
  }
  const targetVersion = { name: target };
  const name = there?.name ?? `${version}.${service}`;
  const createServiceImport = {
    name,
    serviceVersion: { name: version },
    targetService: { name: service },
    targetVersion,
  };
  const operation =
    there === undefined ? { createServiceImport } : { updateServiceImport: { name, changes: { targetVersion } } };
  const what = there === undefined ? target : `${there.targetVersion.name} → ${target}`;
  return { operation, change, object: `serviceimport/${name}`, what };
}

async function published(client: Client, version: string): Promise<Planned> {
  const { serviceVersion: found } = await ask(client, 'version', version);
  if (!found) throw absent(`version '${version}'`);
  return {
    operation: { updateServiceVersion: { name: version, changes: { phase: 'PUBLISHED' } } },
    change: { do: 'PUBLISH', version },
    object: `serviceversion/${version}`,
    what: `${found.phase.toLowerCase()} → published`,
  };
}

async function moved(client: Client, region: string, isOpened: boolean): Promise<Planned> {
  const { region: found } = await ask(client, 'region', region);
  if (!found) throw absent(`region '${region}'`);
  const before = found.registryState;
  const state = isOpened ? 'OPEN' : 'CLOSING';
  const operation =
    before === null
      ? { createRegionState: { name: region, region: { name: region }, state } }
      : { updateRegionState: { name: before.name, changes: { state } } };
  return {
    operation,
    change: { do: isOpened ? 'OPEN_REGION' : 'CLOSE_REGION', region },
    object: `regionstate/${before?.name ?? region}`,
    what: `${before?.state.toLowerCase() ?? 'none'} → ${state.toLowerCase()}`,
  };
}

async function movedPrimary(client: Client, service: string, region: string): Promise<Planned> {
  const { service: found } = await ask(client, service.includes('.') ? 'canonical' : 'service', service);
  if (!found?.runtime) throw absent(`a runtime of '${service}'`);
  const { name, primaryRegion } = found.runtime;
  return {
    operation: { updateServiceRuntime: { name, changes: { primaryRegion: { name: region } } } },
    change: { do: 'MOVE_PRIMARY', service: found.name, region },
    object: `serviceruntime/${name}`,
    what: `${primaryRegion?.name ?? '?'} → ${region}`,
  };
}

function planned(
  client: Client,
  what: Doable,
  [first, second]: readonly string[],
  isDropped: boolean,
): Promise<Planned> {
  const missing = () => usageError(`catalog registry ${what} takes ${doable[what]}`);
  if (first === undefined || (second === undefined) === (what === 'import' || what === 'primary')) throw missing();
  switch (what) {
    case 'import':
      return imported(client, first, second ?? '', isDropped);
    case 'publish':
      return published(client, first);
    case 'open':
    case 'close':
      return moved(client, first, what === 'open');
    case 'primary':
      return movedPrimary(client, first, second ?? '');
  }
}

/** `catalog registry`: the steps of a plan that are about versions, imports and regions; judged like everything. */
export async function registry(
  session: Session,
  what: Doable,
  names: readonly string[],
  { drop, dryRun }: RegistryOptions,
): Promise<number> {
  const one = await planned(await session.client(), what, names, drop === true);
  return rollOut(session, [one], { isTrial: dryRun === true, typed: commandFor(one.change) });
}
