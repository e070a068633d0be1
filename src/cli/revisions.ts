import { CliError, usageError } from './cli-error.ts';
import type { Session } from './session.ts';
import { oneTarget } from './targets.ts';

/** A revision of a service's configuration that has been published. */
export interface ListedRevision {
  readonly name: string;
  readonly phase: string;
  readonly isActive: boolean;
  readonly revisionNumber: number;
}
type MaybePublished = Omit<ListedRevision, 'revisionNumber'> & { readonly revisionNumber: number | null };

/** `serviceconfiguration/NAME`, `serviceconfiguration NAME` or `NAME` → the name. */
export async function configurationName(session: Session, words: readonly string[]): Promise<string> {
  const [word, another] = words;
  if (word === undefined) throw usageError('say which revision', 'for example serviceconfiguration/compute-2');
  if (another === undefined && !word.includes('/')) return word;
  const { kind, name } = await oneTarget(session, words);
  if (kind.kind === 'ServiceConfiguration' && name !== undefined) return name;
  throw usageError(`'${words.join(' ')}' is not a revision`, 'for example serviceconfiguration/compute-2');
}

/** `service/NAME`, or whatever names a revision → the service. */
export async function serviceOfWords(session: Session, words: readonly string[]): Promise<string> {
  const [word = '', another] = words;
  if (another === undefined && word.includes('/')) {
    const { kind, name } = await oneTarget(session, words);
    if (kind.kind === 'Service' && name !== undefined) return name;
  }
  return serviceOf(session, await configurationName(session, words));
}

/** The name of the service of a configuration. */
async function serviceOf(session: Session, configuration: string): Promise<string> {
  const client = await session.client();
  const { serviceConfiguration: found } = await client.execute<{
    serviceConfiguration: { readonly service: { readonly name: string } | null } | null;
  }>(SERVICE, { name: configuration });
  if (found?.service) return found.service.name;
  throw new CliError(`serviceconfiguration '${configuration}' or its service does not exist or is not visible to you`);
}

/** `2: compute-2 (published)`: what a number can be. */
export const knownRevisions = (revisions: readonly ListedRevision[]): string[] =>
  revisions.map((one) => `${one.revisionNumber}: ${one.name} (${one.phase.toLowerCase()})`);

/** The published revisions of a service, by number. */
export async function listRevisions(session: Session, service: string): Promise<readonly ListedRevision[]> {
  const client = await session.client();
  const { service: found } = await client.execute<{
    service: { readonly configurations: { readonly nodes: readonly MaybePublished[] } } | null;
  }>(REVISIONS, { name: service });
  if (found === null) throw new CliError(`service '${service}' does not exist or is not visible to you`);
  const revisions = found.configurations.nodes.filter((one): one is ListedRevision => one.revisionNumber !== null);
  return revisions.toSorted((a, b) => a.revisionNumber - b.revisionNumber);
}

const SERVICE = 'query CatalogServiceOf($name: String!) { serviceConfiguration(name: $name) { service { name } } }';
const REVISIONS = `query CatalogRevisions($name: String!) { service(name: $name) {
  configurations(first: 1000) { nodes { name phase isActive revisionNumber } } } }`;
