import { isDeepStrictEqual } from 'node:util';
import type { Judge } from '../../catalog/judge.ts';
import type { CatalogObject, Change, FinalState, Remark } from '../../catalog/kind.ts';
import type { Ask } from '../../catalog/root-query.ts';
import type { Violation } from '../../platform/errors.ts';
import { createPauses } from '../../platform/pauses.ts';
import { evaluateAll, type Finding, rules } from './rules/evaluate.ts';
import { idsOf, loadPart, type Part } from './rules/load.ts';
import { type Side, sideKey, type Within } from './rules/rule.ts';
import { messageOf, violationOf } from './rules/say.ts';

type Named = { readonly name: string } | undefined;
const nameAt = (spec: CatalogObject['spec'], member: string): string[] => {
  const value = spec[member] as Named;
  return value === undefined || value === null ? [] : [value.name];
};

const namesAt = (spec: CatalogObject['spec'], member: string): string[] =>
  ((spec[member] ?? []) as readonly { readonly name: string }[]).map(({ name }) => name);

/** Services, versions, projects and regions that an object is about, by name. */
const aboutOf = ({ kind, name, spec }: CatalogObject) => ({
  services: kind === 'Service' ? [name] : [...nameAt(spec, 'serviceRef'), ...nameAt(spec, 'leadingServiceRef')],
  versions: nameAt(spec, 'serviceVersionRef'),
  current: nameAt(spec, 'currentVersionRef'),
  projects: nameAt(spec, 'projectRef'),
  deployments: nameAt(spec, 'deploymentRef'),
  regions: [...nameAt(spec, 'regionRef'), ...namesAt(spec, 'enabledRegionRefs')],
});

/** Kinds whose objects concern what is in their region alone. */
const local = ['Deployment', 'DeploymentReport', 'RegionState', 'RegionPolicy', 'ServiceEntitlement', 'Site'];

/** By how much a deployment goes up among the versions of its service; below 0 it goes down. */
type Rise = (deployment: Change) => number;

const riseIn =
  (orders: ReadonlyMap<string, number>): Rise =>
  ({ spec, before }) => {
    const orderOf = (own: CatalogObject['spec']): number =>
      orders.get(nameAt(own, 'currentVersionRef').at(0) ?? '') ?? 0;
    return before === undefined ? 0 : orderOf(spec) - orderOf(before.spec);
  };

/** Whether rules can find anything else than before. */
function matters({ kind, spec, before }: Change): boolean {
  if (before === undefined) return true;
  if (kind === 'Site' || kind === 'ServiceEntitlement') return false;
  return kind === 'Service' || kind === 'ServiceVersion'
    ? spec.phase !== before.spec.phase
    : !isDeepStrictEqual(spec, before.spec);
}

const live: readonly unknown[] = ['Published', 'Deprecated'];

/** Whether an import may have come to bind. */
const bindsNewly = ({ kind, spec, before }: Change): boolean =>
  kind === 'ServiceImport' ||
  ((kind === 'Service' || kind === 'ServiceVersion') &&
    live.includes(spec.phase) &&
    !live.includes(before?.spec.phase));

/** Whether a deployment serves less than before, or may. */
const servesLess = (change: Change, rise: Rise): boolean =>
  change.kind === 'DeploymentReport' ||
  (change.kind === 'Deployment' && (change.spec.disabled === true || rise(change) < 0));

/** What a batch has touched: one statement for the ids of what its objects name. */
async function touchedBy(
  changes: readonly Change[],
  gone: readonly CatalogObject[],
  state: FinalState,
): Promise<{ readonly part: Part; readonly within: Within }> {
  const objects: readonly CatalogObject[] = [...changes, ...changes.flatMap(({ before }) => before ?? []), ...gone];
  const about = objects.map((object) => ({ kind: object.kind, ...aboutOf(object) }));
  const names = (list: readonly (readonly string[])[]): string[] => [...new Set(list.flat())];
  const regionsOf = (wanted: string) =>
    new Set(names(about.filter(({ kind }) => kind === wanted).map(({ regions }) => regions)));
  const moved = regionsOf('RegionState');
  const claimedIn = new Set([...regionsOf('Site'), ...regionsOf('RegionPolicy')]);
  const ask: Ask = (statement) => state.query(statement);
  const {
    services,
    projects,
    orders,
    regions: named,
  } = await idsOf(ask, {
    services: names(about.map(({ services }) => services)),
    versions: names(about.map(({ versions }) => versions)),
    deployments: names(about.map(({ deployments }) => deployments)),
    current: names(about.map(({ current }) => current)),
    projects: names(about.map(({ projects }) => projects)),
    regions: names(about.map(({ regions }) => regions)),
  });
  const states = named.filter(({ name }) => moved.has(name)).map(({ id }) => id);
  const isLocal = objects.every(({ kind }) => local.includes(kind));
  const claimed = named.filter(({ name }) => claimedIn.has(name)).map(({ id }) => id);
  const regions = named.map(({ id }) => id);
  const deployments = changes.filter(({ kind }) => kind === 'Deployment');
  const rise = riseIn(orders);
  const switched = deployments.filter((change) => rise(change) !== 0);
  const raised = switched.filter((change) => rise(change) > 0);
  return {
    part: {
      services,
      states,
      claimed,
      projects,
      regions,
      isLocal,
      servesLess: gone.some(({ kind }) => kind === 'Deployment') || changes.some((change) => servesLess(change, rise)),
      hasNewImports: changes.some(bindsNewly),
    },
    within: {
      services: new Set(services),
      states: new Set(states),
      claimed: new Set(claimed),
      projects: new Set(projects),
      regions: isLocal ? new Set(regions) : undefined,
      created: new Set(deployments.filter(({ before }) => before === undefined).map(({ id }) => id)),
      moved: new Set(switched.map(({ id }) => id)),
      raised: new Set(raised.map(({ id }) => id)),
    },
  };
}

const keysOf = ({ kind, id, name, spec }: CatalogObject): string[] => [
  `${kind}/${name}`,
  `${kind}#${id}`,
  ...['serviceRef', 'regionRef', 'deploymentRef'].flatMap((member) =>
    nameAt(spec, member).map((of) => `${kind} of ${of}`),
  ),
];

/** The object is called by what the batch calls it. */
const refusal = (finding: Finding, object: CatalogObject | undefined): Violation => ({
  ...violationOf(finding),
  ...(object !== undefined && { subject: `${object.kind}/${object.name}`, objectId: object.id }),
});

/** The one evaluator, on what a batch has touched. */
export const registryJudge: Judge = {
  kinds: [...new Set(rules.flatMap(({ on }) => on))],
  judge: async (touched, state) => {
    const changes = touched.changes.filter(matters);
    const objects = [...changes, ...touched.gone];
    if (objects.length === 0) return { violations: [], remarks: [] };
    const byKey = new Map(objects.flatMap((object) => keysOf(object).map((key) => [key, object] as const)));
    const { part, within } = await touchedBy(changes, touched.gone, state);
    const asked = {
      registry: await loadPart((statement) => state.query(statement), part),
      within,
      kinds: new Set(objects.map(({ kind }) => kind)),
      isTouched: (side: Side) => byKey.has(sideKey(side)),
    };
    const found = await evaluateAll(asked, createPauses());
    const violations: Violation[] = [];
    const remarks: Remark[] = [];
    for (const finding of found) {
      const object = byKey.get(sideKey(finding.side));
      if (finding.rule.severity === 'error') violations.push(refusal(finding, object));
      else if (object !== undefined) {
        const { code, side, clauses, named } = finding;
        remarks.push({
          objectId: object.id,
          code,
          message: messageOf(clauses),
          path: side.path,
          mentions: named,
        });
      }
    }
    return { violations, remarks };
  },
};
