import { CliError } from '../cli-error.ts';
import type { Client } from '../client.ts';

interface Nodes<T> {
  readonly nodes: readonly T[];
}

export interface KnownVersion {
  readonly name: string;
  readonly version: string;
  readonly phase: string;
  /** A BigInt: text. */
  readonly releaseOrder: string;
}

export interface KnownDeployment {
  readonly name: string;
  readonly disabled: boolean;
  readonly region: { readonly name: string } | null;
  readonly currentVersion: KnownVersion | null;
}

/** A service and where it is. */
export interface KnownService {
  readonly name: string;
  readonly runtime: { readonly globalDomain: string } | null;
  readonly preferredVersion: KnownVersion | null;
  readonly versions: Nodes<KnownVersion>;
  readonly deployments: Nodes<KnownDeployment>;
}

const VERSION = 'name version phase releaseOrder';
const FIELDS = `name runtime { globalDomain } preferredVersion { ${VERSION} }
  versions(first: 1000) { nodes { ${VERSION} } }
  deployments(first: 1000, orderBy: [NAME_ASC]) { nodes { name disabled region { name } currentVersion { ${VERSION} } } }`;

/** A service by its object name or its canonical name: only the latter has dots. */
export async function getService(client: Client, service: string): Promise<KnownService> {
  const by = service.includes('.') ? 'serviceName' : 'name';
  const document = `query CatalogService($service: String!) { service(${by}: $service) { ${FIELDS} } }`;
  const { service: found } = await client.execute<{ service: KnownService | null }>(document, { service });
  if (found !== null) return found;
  throw new CliError(`service '${service}' does not exist or is not visible to you`);
}

export function versionOf({ name, versions }: KnownService, wanted: string): KnownVersion {
  const found = versions.nodes.find(({ version }) => version === wanted);
  if (found !== undefined) return found;
  const known = versions.nodes.map(({ version, phase }) => `${version} (${phase.toLowerCase()})`);
  throw new CliError(`${name} has no version '${wanted}', as far as you see`, {
    advice: known.length === 0 ? [] : [`it has ${known.join(', ')}`],
  });
}

/** Deployments of a service that serve only what is lower than a version. */
export const isBelow =
  ({ releaseOrder }: KnownVersion) =>
  ({ currentVersion: now }: KnownDeployment): boolean =>
    now !== null && BigInt(now.releaseOrder) < BigInt(releaseOrder);

export interface Location {
  readonly continent: string;
  readonly country: string;
  readonly agglomeration: string;
  readonly city: string;
  readonly cloud: string;
}

const LOCATION = `query CatalogRegion($region: String!) { region(name: $region) {
  deployments(first: 1, orderBy: [NAME_ASC]) { nodes { location { continent country agglomeration city cloud } } } } }`;

/** Whether anything is deployed in a region, as far as one sees. */
export async function hasDeployments(client: Client, region: string): Promise<boolean> {
  const document =
    'query CatalogInRegion($region: String!) { region(name: $region) { deployments(first: 1) { nodes { name } } } }';
  const answer = await client.execute<{ region: { readonly deployments: Nodes<object> } | null }>(document, { region });
  return answer.region === null || answer.region.deployments.nodes.length > 0;
}

/** Which of some deployments there are, by their names, as far as one sees. */
export async function deploymentsAmong(client: Client, names: readonly string[]): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const document =
    'query CatalogDeployments($names: [String!]!) { deployments(first: 1000, where: { name: { in: $names } }) { nodes { name } } }';
  const { deployments } = await client.execute<{ deployments: Nodes<{ readonly name: string }> }>(document, { names });
  return new Set(deployments.nodes.map(({ name }) => name));
}

/** Where the deployments of a region are; undefined where there is none yet. */
export async function locationIn(client: Client, region: string): Promise<Location | undefined> {
  const answer = await client.execute<{
    region: { readonly deployments: Nodes<{ readonly location: Location }> } | null;
  }>(LOCATION, { region });
  if (answer.region === null) throw new CliError(`region '${region}' does not exist or is not visible to you`);
  return answer.region.deployments.nodes[0]?.location;
}
