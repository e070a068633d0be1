import { visibleAmong } from '../../../catalog/access/visible-among.ts';
import { choice, objects, text, texts } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import type { Ask } from '../../../catalog/root-query.ts';
import { propose } from '../proposal/propose.ts';
import type { Deployment, Import, Registry, Version } from '../rules/registry.ts';
import type { Fact } from '../rules/rule.ts';

/** Steps of a plan, as they are told. */
export const planSteps = objects(
  'RegistryPlanStep',
  {
    action: choice(
      'RegistryPlanAction',
      {
        OpenRegion: 'Set the state of the region to Open.',
        Deploy: 'Deploy the service in the region, at this version.',
        Raise: 'Raise the deployment of the service in the region to this version.',
        MoveImport: 'Let the version, which imports a service at an old version, import it at the new one.',
        Retire: 'Retire the version of the service.',
      },
      { description: 'What to do.', required: true },
    ),
    service: text({ description: 'Object name of the service; null where a region is opened.' }),
    region: text({ description: 'Name of the region; null where the step is not in a region.' }),
    version: text({ description: 'The version; null where a region is opened.' }),
    because: texts({ description: 'What needs the step: versions as service@version, or a reason in words.' }),
  },
  { description: 'One step of a plan. Steps are done in their order.' },
);

export interface PlanStep {
  readonly action: 'OpenRegion' | 'Deploy' | 'Raise' | 'MoveImport' | 'Retire';
  readonly service: string | null;
  readonly region: string | null;
  readonly version: string | null;
  readonly because: readonly string[];
}

export interface ToldPlan {
  readonly steps: readonly PlanStep[];
  /** Why there is no plan, in a sentence; or why it is not all that has to be done. */
  readonly obstacle: string | null;
}

/** Deployments that are wanted, with the steps before them: the planner of `mayI`, told as steps. */
export async function planDeployments(ask: Ask, see: See, wanted: readonly Fact[]): Promise<ToldPlan> {
  const { registry, steps, hiddenStepCount, errors } = await propose(ask, see, wanted);
  if (steps === undefined) {
    const obstacle = errors.map(({ message }) => message).join(' ');
    return { steps: [], obstacle: obstacle === '' ? 'no steps lead there' : obstacle };
  }
  const all = [...steps, ...wanted];
  const importing = new Map(all.map((fact) => [fact, importsIn(registry, fact, all)]));
  const rows = [...importing.values()].flat().flatMap(({ version, own }) => [
    { kind: 'ServiceVersion', id: version.id },
    { kind: 'ServiceImport', id: own.id },
  ]);
  const present = all
    .flatMap((fact) => deploymentOf(registry, fact) ?? [])
    .map(({ id }) => ({ kind: 'Deployment', id }));
  const seen = await visibleAmong(ask, see, [...rows, ...present]);
  const told = all.flatMap((fact) => {
    const known = importing.get(fact)?.filter(({ version, own }) => seen.has(version.id) && seen.has(own.id)) ?? [];
    return stepOf(fact, seen.has(deploymentOf(registry, fact)?.id ?? ''), reasons(registry, fact, all, known));
  });
  const more = hiddenStepCount === 1 ? 'one more step is' : `${hiddenStepCount} more steps are`;
  return { steps: told, obstacle: hiddenStepCount === 0 ? null : `${more} about what you may not see` };
}

const shortName = (version: string): string => version.slice(version.lastIndexOf('.') + 1);

/** The deployment that a step is about, where there is one. */
function deploymentOf(registry: Registry, { service = '', region = '' }: Fact): Deployment | undefined {
  const [one, place] = [registry.serviceNamed(service), registry.regionNamed(region)];
  return one && place && registry.deploymentAt(one.id, place.id);
}

function stepOf(fact: Fact, isThere: boolean, because: readonly string[]): PlanStep[] {
  const { do: doing, service = null, region = null, version = '' } = fact;
  if (doing === 'OpenRegion')
    return [{ action: 'OpenRegion', service: null, region, version: null, because: ['the region is not open'] }];
  if (doing !== 'Deploy' || service === null || region === null) return [];
  return [{ action: isThere ? 'Raise' : 'Deploy', service, region, version: shortName(version), because }];
}

/** A version, with the name of its service, that imports something. */
interface Importing {
  readonly importer: string;
  readonly version: Version;
  readonly own: Import;
}

/** By which offered versions what is planned in the region of a step imports its service. */
function importsIn(registry: Registry, fact: Fact, all: readonly Fact[]): Importing[] {
  const one = registry.serviceNamed(fact.service ?? '');
  const planned = new Set(all.flatMap(({ service, region }) => (region === fact.region ? (service ?? []) : [])));
  return [...planned].flatMap((name) => {
    const importer = registry.serviceNamed(name);
    if (one === undefined || importer === undefined) return [];
    return registry
      .offeredVersions(importer.id)
      .flatMap((version) =>
        [...registry.importsOf(version.id)]
          .filter(({ targetId }) => targetId === one.id)
          .map((own) => ({ importer: importer.name, version, own })),
      );
  });
}

/** Which versions of what is planned in the region import the service, as far as they are known, or why else it has to be there. */
function reasons(
  registry: Registry,
  fact: Fact,
  all: readonly Fact[],
  importing: readonly Importing[],
): readonly string[] {
  if (importing.length > 0)
    return [...new Set(importing.map(({ importer, version }) => `${importer}@${version.version}`))].sort();
  if (all.some(({ service, region }) => service === fact.service && region !== fact.region))
    return [`the primary region of ${fact.service}`];
  const one = registry.serviceNamed(fact.service ?? '');
  return [one !== undefined && registry.isCore(one.id) ? 'a core service is in every open region' : 'the plan'];
}
