import { CliError, usageError } from '../cli-error.ts';
import {
  getService,
  isBelow,
  type KnownDeployment,
  type KnownService,
  type KnownVersion,
  type Location,
  locationIn,
  versionOf,
} from '../registry/state.ts';
import { commandFor } from '../registry/verdict.ts';
import { type Planned, rollOut } from '../registry/write.ts';
import type { Session } from '../session.ts';

interface Trial {
  readonly dryRun?: true;
}
export interface DeployOptions extends Trial {
  readonly to?: string;
  readonly domain?: string;
  readonly location?: string;
  readonly serviceAccount?: string;
  readonly enable?: true;
  readonly disable?: true;
}
export interface UpgradeOptions extends Trial {
  readonly region?: readonly string[];
}
export interface RetireOptions extends Trial {
  readonly region?: readonly string[];
  readonly deprecate?: true;
}

const toVersion = ({ name }: KnownVersion) => ({ currentVersion: { name } });

/** The recommended name: the global one with the region after its first label. */
function domainIn({ name, runtime }: KnownService, region: string): string {
  const host = runtime?.globalDomain.split(':')[0];
  if (host === undefined) throw usageError(`give the address of ${name} in ${region}: --domain HOST`);
  const labels = host.split('.');
  return [labels[0], region, ...(labels.length > 2 ? labels.slice(1) : labels)].join('.');
}

const members = ['continent', 'country', 'agglomeration', 'city', 'cloud'] as const;

function readLocation(text: string): Location {
  const [continent = '', country = '', agglomeration = '', city = '', cloud = '', another] = text.split('/');
  if (cloud === '' || another !== undefined) {
    throw usageError(
      `'${text}' is no location`,
      `accepted: ${members.join('/')}, such as europe/germany/rhine-main/frankfurt/own`,
    );
  }
  return { continent, country, agglomeration, city, cloud };
}

async function newDeployment(
  session: Session,
  service: KnownService,
  region: string,
  options: DeployOptions,
): Promise<Planned> {
  const { name } = service;
  const version = options.to === undefined ? service.preferredVersion : versionOf(service, options.to);
  if (version === null) throw new CliError(`${name} has no Published version`);
  const location =
    options.location === undefined ? await locationIn(await session.client(), region) : readLocation(options.location);
  if (location === undefined) {
    throw usageError(
      `nothing is deployed in ${region} yet: say where it is`,
      `--location ${members.join('/').toUpperCase()}`,
    );
  }
  const account = options.serviceAccount;
  const createDeployment = {
    name: `${name}.${region}`,
    service: { name },
    region: { name: region },
    publicDomain: options.domain ?? domainIn(service, region),
    location,
    ...toVersion(version),
    disabled: options.disable === true,
    ...(account !== undefined && { serviceAccount: { name: account } }),
  };
  return {
    operation: { createDeployment },
    change: { do: 'DEPLOY', service: name, region, version: version.name },
    object: `deployment/${name}.${region}`,
    what: `${version.version} at ${createDeployment.publicDomain}`,
  };
}

const arrow = (before: string, after: string): string => (before === after ? after : `${before} → ${after}`);

function moved(
  service: string,
  { name, region, currentVersion, disabled }: KnownDeployment,
  to: KnownVersion | undefined,
  { domain, location, serviceAccount, enable, disable }: DeployOptions = {},
): Planned {
  const isDisabled = disable === true || (disabled && enable !== true);
  const changes = {
    ...(to !== undefined && toVersion(to)),
    ...(domain !== undefined && { publicDomain: domain }),
    ...(location !== undefined && { location: readLocation(location) }),
    ...(serviceAccount !== undefined && { serviceAccount: { name: serviceAccount } }),
    ...(isDisabled !== disabled && { disabled: isDisabled }),
  };
  const before = currentVersion?.version ?? '?';
  const state = isDisabled === disabled ? '' : isDisabled ? ', disabled' : ', enabled';
  const where = { service, region: region?.name ?? '' };
  return {
    operation: { updateDeployment: { name, changes } },
    change:
      to === undefined && state !== ''
        ? { do: isDisabled ? 'DISABLE' : 'ENABLE', ...where }
        : { do: 'DEPLOY', ...where, version: (to ?? currentVersion)?.name },
    object: `deployment/${name}`,
    what: `${arrow(before, to?.version ?? before)}${state}`,
  };
}

/** `catalog deploy`: a service comes to a region; where it is already, it goes to the version that is given. */
export async function deploy(session: Session, name: string, region: string, options: DeployOptions): Promise<number> {
  const client = await session.client();
  const service = await getService(client, name);
  const there = service.deployments.nodes.find((one) => one.region?.name === region);
  const planned =
    there === undefined
      ? await newDeployment(session, service, region, options)
      : moved(service.name, there, options.to === undefined ? undefined : versionOf(service, options.to), options);
  return rollOut(session, [planned], { isTrial: options.dryRun === true, typed: commandFor(planned.change) });
}

/** `catalog upgrade`: deployments below a version go to it, together. */
export async function upgrade(
  session: Session,
  name: string,
  wanted: string,
  { region, dryRun }: UpgradeOptions,
): Promise<number> {
  const service = await getService(await session.client(), name);
  const version = versionOf(service, wanted);
  const chosen = deploymentsIn(service, region);
  const below = chosen.filter(isBelow(version));
  if (below.length === 0) {
    session.terminal.note(
      `no deployment of ${service.name}${region === undefined ? '' : ` in ${region.join(', ')}`} is below ${wanted}`,
    );
    return 0;
  }
  const where = (region ?? []).map((one) => ` --region ${one}`).join('');
  return rollOut(
    session,
    below.map((one) => moved(service.name, one, version)),
    { isTrial: dryRun === true, typed: `catalog upgrade ${service.name} ${wanted}${where}` },
  );
}

function deploymentsIn(
  { name, deployments: { nodes } }: KnownService,
  regions: readonly string[] | undefined,
): KnownDeployment[] {
  const wanted = regions ?? nodes.flatMap(({ region }) => region?.name ?? []);
  return wanted.map((region) => {
    const found = nodes.find((one) => one.region?.name === region);
    if (found === undefined) throw new CliError(`${name} is not deployed in ${region}, as far as you see`);
    return found;
  });
}

/** `catalog retire`: a version is not offered any more, or a service leaves regions. */
export async function retire(
  session: Session,
  name: string,
  wanted: string | undefined,
  { region, deprecate, dryRun }: RetireOptions,
): Promise<number> {
  if ((wanted === undefined) === (region === undefined)) {
    throw usageError(
      'say which version is retired, or which regions the service leaves',
      '`catalog retire mail v1` or `catalog retire mail --region us`',
    );
  }
  const service = await getService(await session.client(), name);
  const planned =
    wanted === undefined
      ? deploymentsIn(service, region).map((one) => left(service.name, one))
      : [ended(versionOf(service, wanted), deprecate === true)];
  const typed =
    wanted === undefined
      ? `catalog retire ${service.name}${(region ?? []).map((one) => ` --region ${one}`).join('')}`
      : planned.map(({ change }) => commandFor(change)).join('');
  return rollOut(session, planned, { isTrial: dryRun === true, typed });
}

const left = (service: string, { name, region, currentVersion }: KnownDeployment): Planned => ({
  operation: { deleteDeployment: { name } },
  change: { do: 'UNDEPLOY', service, region: region?.name ?? '' },
  object: `deployment/${name}`,
  what: `${currentVersion?.version ?? '?'} → none`,
});

const ended = ({ name, phase }: KnownVersion, isDeprecated: boolean): Planned => {
  const next = isDeprecated ? 'DEPRECATED' : 'RETIRED';
  return {
    operation: { updateServiceVersion: { name, changes: { phase: next } } },
    change: { do: isDeprecated ? 'DEPRECATE' : 'RETIRE', version: name },
    object: `serviceversion/${name}`,
    what: arrow(phase.toLowerCase(), next.toLowerCase()),
  };
};
