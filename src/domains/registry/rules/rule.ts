import { type Sql, sql } from '../../../platform/db/sql.ts';

/**
 * A rule of the registry, defined once: the write path asks it about the final state of a batch, `mayI` about a state that
 * is proposed, and the report about everything.
 */
export interface Rule {
  /** As in the reference: `I5`. */
  readonly id: string;
  /** How it is reported: `I5_IMPORT_REGION_MISSING`. */
  readonly code: string;
  /** An error refuses the write; a warning goes with it. */
  readonly severity: 'error' | 'warning';
  /** What holds, for people. */
  readonly sentence: string;
  /** Kinds whose objects can break it. */
  readonly on: readonly string[];
  /** A select that finds what breaks it, made by `broken`. It reads tables by name, so that a proposal can take their place. */
  readonly find: (within: Within) => Sql;
}

/** What a rule has to look at. */
export interface Within {
  /** A column of service ids is among the services in question. */
  service(column: Sql): Sql;
  /** Either of two columns of one table is. */
  serviceOrRegion(service: Sql, region: Sql): Sql;
  /** Where only deployments have moved, only their regions are in question. */
  region(column: Sql): Sql;
  /** A column of ids is among the imports of, or by, the services in question. */
  imports(column: Sql): Sql;
  /** Deployments that are new, those whose version is another than before, and of these those where it is a higher one. */
  readonly created: readonly string[];
  readonly moved: readonly string[];
  readonly raised: readonly string[];
}

/** What is broken, as rows: from which sides it can be mended, what is the case, and which objects that names. */
export interface Broken {
  /** The rule's id. */
  readonly rule: string;
  /** Who may have caused it; the first that a batch has touched has. Without a batch it is the first. */
  readonly sides: readonly Side[];
  readonly clause: string;
  readonly named: readonly { readonly kind: string; readonly id: string; readonly name: string }[];
}

export interface Side {
  readonly kind: string;
  readonly name: string;
  /** For kinds whose names are free: the service or region that it is about. */
  readonly of?: string | null;
  readonly path: string;
  /** Where the rule has another name when it is broken from this side. */
  readonly code?: string;
  /** What would have to be the case; all of it, and nothing less. */
  readonly missing: readonly Fact[];
}

/** By what an object that a side is about is recognised: its name, or what it is about. */
export const sideKey = ({ kind, name, of }: Side): string =>
  of === undefined || of === null ? `${kind}/${name}` : `${kind} of ${of}`;

/** Something that is not the case and would have to be, as what brings it about. */
export interface Fact {
  readonly do: Doing;
  readonly service?: string;
  readonly region?: string;
  /** Name of a ServiceVersion: `relay.v2`. */
  readonly version?: string;
  readonly target?: string;
  /** Place of the version among releases, to compare. */
  readonly order?: number;
}

export const doings = [
  'Deploy',
  'Lower',
  'Undeploy',
  'Enable',
  'Disable',
  'Import',
  'DropImport',
  'Publish',
  'Deprecate',
  'Retire',
  'OpenRegion',
  'CloseRegion',
  'MovePrimary',
] as const;
export type Doing = (typeof doings)[number];

const quoted = (text: string): Sql => sql.raw(`'${text.replaceAll("'", "''")}'`);
const object = (members: Readonly<Record<string, Sql | undefined>>): Sql => {
  const pairs = Object.entries(members).flatMap(([name, value]) => (value ? [sql`${quoted(name)}, ${value}`] : []));
  return sql`jsonb_build_object(${sql.join(pairs, ', ')})`;
};
const array = (entries: readonly Sql[]): Sql => sql`jsonb_build_array(${sql.join(entries, ', ')})`;

interface SideOptions {
  readonly of?: Sql;
  readonly code?: string;
  readonly missing?: readonly Sql[];
}

/** `side('Deployment', sql`d.name`, 'spec.regionRef', { missing: [fact('Deploy', { … })] })` */
export const side = (kind: string, name: Sql, path: string | Sql, { of, code, missing = [] }: SideOptions = {}): Sql =>
  object({
    kind: quoted(kind),
    name,
    of,
    path: typeof path === 'string' ? quoted(path) : path,
    code: code === undefined ? undefined : quoted(code),
    missing: array(missing),
  });

export const fact = (
  doing: Doing,
  members: Readonly<Partial<Record<'service' | 'region' | 'version' | 'target' | 'order', Sql>>>,
): Sql => object({ do: quoted(doing), ...members });

/** The service `s` is not in the region `r`. */
export const undeploy = fact('Undeploy', { service: sql`s.name`, region: sql`r.name` });

/** `T` is one letter of the statement for its table: `named({ Service: ['s', 't'] })`. */
const mentions = (rows: Readonly<Record<string, readonly string[]>>): Sql =>
  array(
    Object.entries(rows).flatMap(([kind, names]) =>
      names.map((name) => {
        const row = sql.raw(name);
        return object({ kind: quoted(kind), id: sql`${row}.id`, name: sql`${row}.name` });
      }),
    ),
  );

/** The select of a rule: what to say, from which sides, which rows that names, and from where. */
export const broken = (
  clause: Sql,
  {
    sides,
    named,
    from,
  }: {
    readonly sides: readonly Sql[];
    readonly named: Readonly<Record<string, readonly string[]>>;
    readonly from: Sql;
  },
): Sql => sql`select ${array(sides)} as sides, ${clause} as clause, ${mentions(named)} as named ${from}`;

/** Everything there is. */
export const everything: Within = {
  service: () => sql`true`,
  serviceOrRegion: () => sql`true`,
  region: () => sql`true`,
  imports: () => sql`true`,
  created: [],
  moved: [],
  raised: [],
};

export interface Touched {
  readonly services: readonly string[];
  /** Regions whose state has moved. */
  readonly states: readonly string[];
  /** Regions of deployments that have moved, when nothing but deployments has. */
  readonly regions: readonly string[] | undefined;
  readonly created: readonly string[];
  readonly moved: readonly string[];
  readonly raised: readonly string[];
}

export const withinOf = ({ services, states, regions, created, moved, raised }: Touched): Within => {
  const among = (column: Sql, ids: readonly string[]): Sql => sql`${column} = any(${ids}::uuid[])`;
  return {
    service: (column) => among(column, services),
    serviceOrRegion: (service, region) => sql`(${among(service, services)} or ${among(region, states)})`,
    region: (column) => (regions === undefined ? sql`true` : among(column, regions)),
    imports: (column) => sql`${column} in (
      select i.id from service_version v join service_import i on i.service_version_id = v.id where ${among(sql`v.service_id`, services)}
      union
      select i.id from service_import i where ${among(sql`i.target_service_id`, services)})`,
    created,
    moved,
    raised,
  };
};
