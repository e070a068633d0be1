import type { Client } from '../client.ts';

export interface ServiceNode {
  readonly name: string;
  readonly serviceName: string;
  readonly isCore: boolean;
}

/** One service depends on another. */
export interface ServiceEdge {
  readonly from: string;
  readonly to: string;
  readonly by: 'imports' | 'uses';
  /** `v1 → v2` for each import; the lowest version that a use needs, if it states one. */
  readonly versions: readonly string[];
}

export interface ServiceGraph {
  readonly services: readonly ServiceNode[];
  readonly edges: readonly ServiceEdge[];
}

interface Page<T> {
  readonly page: {
    readonly nodes: readonly T[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const list = (field: string, fields: string): string =>
  `query CatalogGraph($after: String) { page: ${field}(first: 1000, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`;

const SERVICES = list('services', 'name serviceName runtime { core }');
const IMPORTS = list(
  'serviceImports',
  'serviceVersion { version phase service { name } } targetService { name } targetVersion { version }',
);
const USES = list('serviceUses', 'service { name } targetService { name } minVersion { version }');

async function all<T>(client: Client, document: string): Promise<T[]> {
  const found: T[] = [];
  for (let after: string | null = null; ; ) {
    const { page }: Page<T> = await client.execute<Page<T>>(document, { after });
    found.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}

interface Named {
  readonly name: string;
}
interface Import {
  readonly serviceVersion: { readonly version: string; readonly phase: string; readonly service: Named | null } | null;
  readonly targetService: Named | null;
  readonly targetVersion: { readonly version: string } | null;
}
interface Use {
  readonly service: Named | null;
  readonly targetService: Named | null;
  readonly minVersion: { readonly version: string } | null;
}

/** All services, and which imports and uses which; of imports those that bind: of versions that are offered. */
export async function loadServiceGraph(
  client: Client,
  { withUses }: { readonly withUses: boolean },
): Promise<ServiceGraph> {
  const services = await all<{ name: string; serviceName: string; runtime: { core: boolean } | null }>(
    client,
    SERVICES,
  );
  const imports = await all<Import>(client, IMPORTS);
  const uses = withUses ? await all<Use>(client, USES) : [];
  const edges = new Map<string, { from: string; to: string; by: 'imports' | 'uses'; versions: string[] }>();
  const add = (
    from: Named | null | undefined,
    to: Named | null,
    by: ServiceEdge['by'],
    version: string | undefined,
  ): void => {
    if (!from || !to) return;
    const key = `${from.name} ${to.name} ${by}`;
    const edge = edges.get(key) ?? { from: from.name, to: to.name, by, versions: [] };
    if (version !== undefined) edge.versions.push(version);
    edges.set(key, edge);
  };
  for (const { serviceVersion, targetService, targetVersion } of imports) {
    if (serviceVersion?.phase !== 'PUBLISHED' && serviceVersion?.phase !== 'DEPRECATED') continue;
    add(
      serviceVersion.service,
      targetService,
      'imports',
      `${serviceVersion.version} → ${targetVersion?.version ?? '?'}`,
    );
  }
  for (const { service, targetService, minVersion } of uses) {
    // Whoever imports a service uses it anyway.
    if (service && targetService && edges.has(`${service.name} ${targetService.name} imports`)) continue;
    add(service, targetService, 'uses', minVersion?.version);
  }
  return {
    services: services
      .map(({ name, serviceName, runtime }) => ({ name, serviceName, isCore: runtime?.core === true }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    edges: [...edges.values()]
      .map((edge) => ({ ...edge, versions: edge.versions.sort() }))
      .sort((a, b) => (`${a.from} ${a.by} ${a.to}` < `${b.from} ${b.by} ${b.to}` ? -1 : 1)),
  };
}

/** How many imports are below each service at most: what imports nothing is at level 0. */
export function levelsOf({ services, edges }: ServiceGraph): ReadonlyMap<string, number> {
  const levels = new Map(services.map(({ name }) => [name, 0]));
  const imports = edges.filter(({ by }) => by === 'imports');
  // Imports go round in no circle; as many rounds as there are services are enough, whatever is drawn.
  for (let round = 0, isMoving = true; isMoving && round < services.length; round += 1) {
    isMoving = false;
    for (const { from, to } of imports) {
      const above = (levels.get(to) ?? 0) + 1;
      if (above <= (levels.get(from) ?? 0)) continue;
      levels.set(from, above);
      isMoving = true;
    }
  }
  return levels;
}
