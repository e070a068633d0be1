import type { Ask } from '../../../catalog/root-query.ts';
import { idsOf, loadPart, type Part } from '../rules/load.ts';
import type { Registry } from '../rules/registry.ts';
import type { Fact } from '../rules/rule.ts';
import { serviceOf } from './trial.ts';

const isLocal = ({ do: doing }: Fact): boolean =>
  ['Deploy', 'Lower', 'Undeploy', 'Enable', 'Disable', 'OpenRegion', 'CloseRegion'].includes(doing);

/** The part of the registry that some changes have to do with. */
async function partOf(ask: Ask, changes: readonly Fact[]): Promise<Part> {
  const { services, regions } = await idsOf(ask, {
    services: changes.flatMap(({ do: doing, service, version, target }) => [
      ...(service === undefined ? [] : [service]),
      ...(version === undefined ? [] : [serviceOf(version)]),
      ...(target === undefined ? [] : [doing === 'Import' ? serviceOf(target) : target]),
    ]),
    regions: changes.flatMap(({ region }) => region ?? []),
  });
  const moved = new Set(changes.flatMap(({ do: doing, region = '' }) => (doing.endsWith('Region') ? region : [])));
  return {
    services,
    states: regions.filter(({ name }) => moved.has(name)).map(({ id }) => id),
    regions: changes.every(isLocal) ? regions.map(({ id }) => id) : undefined,
    hasDeployments: changes.some(({ service, region }) => service !== undefined && region !== undefined),
    hasNewImports: changes.some(({ do: doing }) => doing === 'Import' || doing === 'Publish'),
  };
}

export const loadFor = async (ask: Ask, changes: readonly Fact[]): Promise<Registry> =>
  loadPart(ask, await partOf(ask, changes));
