import type { Judge, TouchedObjects } from '../../catalog/judge.ts';
import type { CatalogObject, Change, FinalState, Remark } from '../../catalog/kind.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { releaseOrder } from './discovery/arguments.ts';
import { evaluate, type Finding, rules } from './rules/evaluate.ts';
import { sideKey, type Touched, withinOf } from './rules/rule.ts';
import { messageOf, violationOf } from './rules/say.ts';

type Named = { readonly name: string } | undefined;
const nameAt = (spec: CatalogObject['spec'], member: string): string[] => {
  const value = spec[member] as Named;
  return value === undefined || value === null ? [] : [value.name];
};

/** Services, versions and regions that an object is about, by name. */
const aboutOf = ({ kind, name, spec }: CatalogObject) => ({
  services: kind === 'Service' ? [name] : [...nameAt(spec, 'serviceRef'), ...nameAt(spec, 'leadingServiceRef')],
  versions: nameAt(spec, 'serviceVersionRef'),
  deployments: nameAt(spec, 'deploymentRef'),
  regions: nameAt(spec, 'regionRef'),
});

/** Kinds whose objects concern what is in their region alone. */
const local = ['Deployment', 'DeploymentReport', 'RegionState'];

/** Place of the current version of a deployment among the versions of its service. */
const orderOf = (deployment: Pick<Change, 'spec'> | undefined): number => {
  const [name = ''] = deployment === undefined ? [] : nameAt(deployment.spec, 'currentVersionRef');
  return releaseOrder(name.slice(name.lastIndexOf('.') + 1)) ?? 0;
};

/** What a batch has touched, as ids: one statement. */
async function touchedBy({ changes, gone }: TouchedObjects, state: FinalState): Promise<Touched> {
  const objects: readonly CatalogObject[] = [...changes, ...changes.flatMap(({ before }) => before ?? []), ...gone];
  const about = objects.map((object) => ({ kind: object.kind, ...aboutOf(object) }));
  const names = (list: readonly (readonly string[])[]): string[] => [...new Set(list.flat())];
  const states = new Set(names(about.filter(({ kind }) => kind === 'RegionState').map(({ regions }) => regions)));
  const rows = await state.query<{ what: string; id: string; name: string }>(sql`
    select 'service' as what, s.id, s.name from service s where s.name = any(${names(about.map(({ services }) => services))}::text[])
    union
    select 'service', v.service_id, '' from service_version v where v.name = any(${names(about.map(({ versions }) => versions))}::text[])
    union
    select k.what, case k.what when 'service' then d.service_id else d.region_id end, '' from deployment d
    cross join (values ('service'), ('region')) k (what) where d.name = any(${names(about.map(({ deployments }) => deployments))}::text[])
    union
    select 'region', r.id, r.name from region r where r.name = any(${names(about.map(({ regions }) => regions))}::text[])`);
  const regions = rows.filter(({ what }) => what === 'region');
  const isLocal = objects.every(({ kind }) => local.includes(kind));
  const deployments = changes.filter(({ kind }) => kind === 'Deployment');
  const moved = deployments.filter(
    ({ before, ...change }) => before !== undefined && orderOf(before) !== orderOf(change),
  );
  return {
    services: rows.filter(({ what }) => what === 'service').map(({ id }) => id),
    states: regions.filter(({ name }) => states.has(name)).map(({ id }) => id),
    regions: isLocal ? regions.map(({ id }) => id) : undefined,
    created: deployments.filter(({ before }) => before === undefined).map(({ id }) => id),
    moved: moved.map(({ id }) => id),
    raised: moved.filter((change) => orderOf(change) > orderOf(change.before)).map(({ id }) => id),
  };
}

const keysOf = ({ kind, name, spec }: CatalogObject): string[] => [
  `${kind}/${name}`,
  ...['serviceRef', 'regionRef'].flatMap((member) => nameAt(spec, member).map((of) => `${kind} of ${of}`)),
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
    const objects = [...touched.changes, ...touched.gone];
    const byKey = new Map(objects.flatMap((object) => keysOf(object).map((key) => [key, object] as const)));
    const found = await evaluate((statement) => state.query(statement), {
      within: withinOf(await touchedBy(touched, state)),
      kinds: new Set(objects.map(({ kind }) => kind)),
      isTouched: (side) => byKey.has(sideKey(side)),
    });
    const violations: Violation[] = [];
    const remarks: Remark[] = [];
    for (const finding of found) {
      const object = byKey.get(sideKey(finding.side));
      if (finding.rule.severity === 'error') violations.push(refusal(finding, object));
      else if (object !== undefined) {
        const { code, side, clauses } = finding;
        remarks.push({
          objectId: object.id,
          code,
          message: messageOf(clauses),
          path: side.path,
        });
      }
    }
    return { violations, remarks };
  },
};
