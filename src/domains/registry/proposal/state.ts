import { randomUUID } from 'node:crypto';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import type { Ask } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { evaluate, type Finding } from '../rules/evaluate.ts';
import { type Doing, type Fact, sideKey, withinOf } from '../rules/rule.ts';

/** A row of a table, as JSON has it. */
type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly name: string };

const tables = ['deployment', 'service_version', 'service_import', 'service_runtime', 'region_state'] as const;
type Table = (typeof tables)[number];

/** What there is of the objects that changes are about, by what they are called. */
export interface Known {
  readonly services: ReadonlyMap<string, string>;
  readonly regions: ReadonlyMap<string, string>;
  readonly versions: ReadonlyMap<string, Row>;
  /** Rows of each table by the key that changes find them by. */
  readonly rows: ReadonlyMap<string, Row>;
}

const serviceOf = (version: string): string => version.slice(0, version.lastIndexOf('.'));
const targetService = ({ do: doing, target = '' }: Fact): string => (doing === 'Import' ? serviceOf(target) : target);

/** Loads what changes are about: one statement for names, one for rows. */
export async function load(ask: Ask, changes: readonly Fact[]): Promise<Known> {
  const versions = [
    ...new Set(changes.flatMap((one) => [one.version ?? [], one.do === 'Import' ? (one.target ?? []) : []].flat())),
  ];
  const services = [
    ...new Set(
      changes.flatMap((one) =>
        [one.service ?? [], targetService(one), one.version === undefined ? [] : serviceOf(one.version)].flat(),
      ),
    ),
  ];
  const regions = [...new Set(changes.flatMap(({ region }) => region ?? []))];
  const rows = await ask<{ what: string; key: string; row: Row }>(sql`
    with s as (select id, name from service where name = any(${services}::text[])),
      r as (select id, name from region where name = any(${regions}::text[]))
    select 'service' as what, s.name as key, to_jsonb(s) as row from s
    union all select 'region', r.name, to_jsonb(r) from r
    union all select 'version', v.name, to_jsonb(v) from service_version v where v.name = any(${versions}::text[])
    union all select 'version', v.name, to_jsonb(v)
      from s join deployment d on d.service_id = s.id join r on r.id = d.region_id join service_version v on v.id = d.current_version_id
    union all select 'row', 'deployment ' || s.name || ' ' || r.name, to_jsonb(d)
      from s join deployment d on d.service_id = s.id join r on r.id = d.region_id
    union all select 'row', 'region_state ' || r.name, to_jsonb(z) from r join region_state z on z.region_id = r.id
    union all select 'row', 'service_runtime ' || s.name, to_jsonb(u) from s join service_runtime u on u.service_id = s.id
    union all select 'row', 'service_import ' || v.name || ' ' || s.name, to_jsonb(n)
      from service_version v join service_import n on n.service_version_id = v.id join s on s.id = n.target_service_id
      where v.name = any(${versions}::text[])`);
  const of = (wanted: string) => rows.filter(({ what }) => what === wanted);
  return {
    services: new Map(of('service').map(({ key, row }) => [key, row.id])),
    regions: new Map(of('region').map(({ key, row }) => [key, row.id])),
    versions: new Map(of('version').map(({ key, row }) => [key, row])),
    rows: new Map([
      ...of('row').map(({ key, row }) => [key, row] as const),
      ...of('version').map(({ key, row }) => [`service_version ${key}`, row] as const),
    ]),
  };
}

/** Rows as changes would leave them; `null` where one would be gone. */
type Proposed = ReadonlyMap<string, Row | null>;

/** What a change does not fit: its name, and what would have to be the case. */
interface Unfit {
  readonly message: string;
  readonly missing: readonly Fact[];
}

const phases: Readonly<Partial<Record<Doing, readonly [to: string, from: readonly string[]]>>> = {
  Publish: ['Published', ['Draft']],
  Deprecate: ['Deprecated', ['Published']],
  Retire: ['Retired', ['Deprecated']],
  OpenRegion: ['Open', ['Planned', 'Closing']],
  CloseRegion: ['Closing', ['Open']],
};

const keyOf = (change: Fact): string => {
  const { do: doing, service = '', region = '', version = '' } = change;
  switch (doing) {
    case 'Import':
    case 'DropImport':
      return `service_import ${version} ${targetService(change)}`;
    case 'Publish':
    case 'Deprecate':
    case 'Retire':
      return `service_version ${version}`;
    case 'OpenRegion':
    case 'CloseRegion':
      return `region_state ${region}`;
    case 'MovePrimary':
      return `service_runtime ${service}`;
    default:
      return `deployment ${service} ${region}`;
  }
};

/** The row as a change leaves it, or why it does not fit. */
function changed(known: Known, before: Row | null, change: Fact): { readonly row: Row | null } | Unfit {
  const { do: doing, service = '', region = '', version = '', target = '' } = change;
  const serviceId = known.services.get(service);
  const regionId = known.regions.get(region);
  const current = known.versions.get(version);
  const absent = (what: string): Unfit => ({ message: `There is no ${what}.`, missing: [] });
  const step = phases[doing];
  if (step !== undefined) {
    const [to, from] = step;
    const member = doing.endsWith('Region') ? 'state' : 'phase';
    if (before === null) return absent(member === 'state' ? `state of the region ${region}` : `version ${version}`);
    const now = String(before[member]);
    if (now === to) return { row: before };
    if (from.includes(now)) return { row: { ...before, [member]: to } };
    const missing: Fact[] = doing === 'Retire' && now === 'Published' ? [{ do: 'Deprecate', version }] : [];
    return { message: `${region}${version} is ${now} and cannot become ${to} in one step.`, missing };
  }
  switch (doing) {
    case 'Deploy':
      if (serviceId === undefined) return absent(`service ${service}`);
      if (regionId === undefined) return absent(`region ${region}`);
      if (current === undefined || current.service_id !== serviceId) return absent(`version ${version} of ${service}`);
      return {
        row: {
          ...(before ?? {
            id: randomUUID(),
            name: `${service}.${region}`,
            disabled: false,
          }),
          service_id: serviceId,
          region_id: regionId,
          current_version_id: current.id,
        },
      };
    case 'Undeploy':
      return before === null ? absent(`deployment of ${service} in ${region}`) : { row: null };
    case 'Enable':
    case 'Disable':
      return before === null
        ? absent(`deployment of ${service} in ${region}`)
        : { row: { ...before, disabled: doing === 'Disable' } };
    case 'Import': {
      const wanted = known.versions.get(target);
      if (current === undefined) return absent(`version ${version}`);
      if (wanted === undefined) return absent(`version ${target}`);
      const own = { id: randomUUID(), name: `${version}.${serviceOf(target)}`, service_version_id: current.id };
      return { row: { ...(before ?? own), target_service_id: wanted.service_id, target_version_id: wanted.id } };
    }
    case 'DropImport':
      return before === null ? absent(`import of ${target} by ${version}`) : { row: null };
    case 'MovePrimary':
      if (before === null) return absent(`runtime of ${service}`);
      if (regionId === undefined) return absent(`region ${region}`);
      return { row: { ...before, primary_region_id: regionId } };
    default:
      return absent(`change ${doing}`);
  }
}

/** Common table expressions under the names of the tables: what is, but for what is proposed. */
function overlay(known: Known, proposed: Proposed): Sql | undefined {
  const parts = tables.flatMap((table): Sql[] => {
    const own = [...proposed].filter(([key]) => key.startsWith(`${table} `));
    if (own.length === 0) return [];
    const before = own.flatMap(([key]) => known.rows.get(key)?.id ?? []);
    const rows = own.flatMap(([, row]) => row ?? []);
    const name = sql.ident(table);
    return [
      sql`${name} as not materialized (select * from ${name} where id <> all(${before}::uuid[])
        union all select * from jsonb_populate_recordset(null::${name}, ${stringifyJson(rows)}::jsonb))`,
    ];
  });
  return parts.length === 0 ? undefined : sql.join(parts, ', ');
}

const kindsOf: Readonly<Record<Table, string>> = {
  deployment: 'Deployment',
  service_version: 'ServiceVersion',
  service_import: 'ServiceImport',
  service_runtime: 'ServiceRuntime',
  region_state: 'RegionState',
};

/** By what a side of a finding is recognised: the object's name, or what it is about. */
function sidesOf(
  known: Known,
  proposed: Proposed,
  change: Fact,
): { readonly kind: string; readonly keys: readonly string[] } {
  const key = keyOf(change);
  const kind = kindsOf[key.slice(0, key.indexOf(' ')) as Table];
  const { service = '', region = '' } = change;
  const row = proposed.get(key) ?? known.rows.get(key);
  const own = row === undefined ? `${service}.${region}` : row.name;
  return { kind, keys: [`${kind}/${own}`, `${kind} of ${service}`, `${kind} of ${region}`] };
}

export interface Verdict {
  readonly unfit: readonly (Unfit & { readonly change: Fact })[];
  readonly findings: readonly Finding[];
  /** Ids of objects that there are only in the proposal. */
  readonly own: ReadonlySet<string>;
}

/**
 * What the rules say of the state that some changes lead to, after others. Only `wanted` are in question where the ones
 * before are known to be accepted.
 */
export async function judgeChanges(
  ask: Ask,
  known: Known,
  {
    prior,
    wanted,
    judged,
  }: { readonly prior: readonly Fact[]; readonly wanted: readonly Fact[]; readonly judged: readonly Fact[] },
): Promise<Verdict> {
  const proposed = new Map<string, Row | null>();
  const unfit: (Unfit & { readonly change: Fact })[] = [];
  for (const change of [...prior, ...wanted]) {
    const key = keyOf(change);
    const before = proposed.has(key) ? (proposed.get(key) ?? null) : (known.rows.get(key) ?? null);
    const after = changed(known, before, change);
    if ('row' in after) proposed.set(key, after.row);
    else unfit.push({ change, ...after });
  }
  const fit = judged.filter((change) => unfit.every((one) => one.change !== change));
  const own = new Set([...proposed].flatMap(([key, row]) => (known.rows.has(key) ? [] : (row?.id ?? []))));
  if (fit.length === 0) return { unfit, findings: [], own };
  const all = fit.map((change) => sidesOf(known, proposed, change));
  const keys = new Set(all.flatMap((one) => one.keys));
  const preferred = new Set(wanted.flatMap((change) => sidesOf(known, proposed, change).keys));
  const isLocal = all.every(({ kind }) => kind === 'Deployment' || kind === 'RegionState');
  const ids = (names: readonly string[], of: ReadonlyMap<string, string>): string[] => [
    ...new Set(names.flatMap((name) => of.get(name) ?? [])),
  ];
  const services = fit.flatMap(({ service, version }) => service ?? (version === undefined ? [] : serviceOf(version)));
  const regions = ids(
    fit.flatMap(({ region }) => region ?? []),
    known.regions,
  );
  const deployments = fit.filter(({ do: doing }) => doing === 'Deploy').map(keyOf);
  const idOf = (key: string): string[] => [proposed.get(key)?.id ?? []].flat();
  const orderOf = (row: Row | null | undefined): number => {
    const version = [...known.versions.values()].find(({ id }) => id === row?.current_version_id);
    return version === undefined ? 0 : Number(version.release_order);
  };
  const moved = deployments.filter(
    (key) => known.rows.has(key) && known.rows.get(key)?.current_version_id !== proposed.get(key)?.current_version_id,
  );
  const findings = await evaluate(ask, {
    within: withinOf({
      services: ids(services, known.services),
      states: ids(
        fit.filter(({ do: doing }) => doing.endsWith('Region')).flatMap(({ region }) => region ?? []),
        known.regions,
      ),
      regions: isLocal ? regions : undefined,
      created: deployments.filter((key) => !known.rows.has(key)).flatMap(idOf),
      moved: moved.flatMap(idOf),
      raised: moved.filter((key) => orderOf(proposed.get(key)) > orderOf(known.rows.get(key))).flatMap(idOf),
    }),
    kinds: new Set(all.map(({ kind }) => kind)),
    instead: overlay(known, proposed),
    isTouched: (side) => keys.has(sideKey(side)),
    isPreferred: (side) => preferred.has(sideKey(side)),
  });
  return { unfit, findings, own };
}
