import type { Query } from '../platform/db/database.ts';
import { type Sql, sql } from '../platform/db/sql.ts';
import type { Violation } from '../platform/errors.ts';
import type { Mention } from '../platform/violation.ts';
import type { Fields } from './fields.ts';

/** A manifest's spec after validation: plain values, references in their canonical written form. */
export type Spec = Readonly<Record<string, unknown>>;

/** One object of a kind as rules see it. */
export interface CatalogObject {
  readonly kind: string;
  readonly group: string;
  readonly id: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Spec;
}

/** One object of the batch being written, with its stored state when it exists already. */
export interface Change extends CatalogObject {
  readonly before: CatalogObject | undefined;
  /** An action does again what was done already: it takes effect although no field changes. */
  readonly isRepeated?: true;
}

/** A remark on an accepted change of one object. */
export interface Remark {
  readonly objectId: string;
  /** Stable name in CONSTANT_CASE. */
  readonly code: string;
  readonly message: string;
  /** Path in the manifest. */
  readonly path?: string;
  /** Objects that the message names, which the author may not be allowed to see. */
  readonly mentions?: readonly Mention[];
}

/** Who writes, as far as rules ask. */
export interface Writer {
  readonly caller: { readonly kind: string; readonly principalId: string | null; readonly name: string };
  /** What the caller may do; undefined for the system, to which nothing is refused. */
  readonly rights?: WriterRights;
}

export interface WriterRights {
  readonly holdings: {
    /** The scopes on which a permission is held; undefined when it is held nowhere. */
    slot(permission: string): { readonly scopeIds: ReadonlySet<string> } | undefined;
    readonly roles: readonly { readonly permissions: ReadonlySet<string>; readonly scopeIds: readonly string[] }[];
  };
}

/** The kinds there are, as far as rules ask. */
export interface KnownKinds {
  readonly kinds: readonly Kind[];
  find(group: string, kind: string): Kind | undefined;
}

/**
 * What a kind's rule may ask: the state as it will be when the whole batch is stored. Everything is loaded in
 * batches beforehand or by one set-based query; a rule never asks per row.
 */
export interface FinalState {
  /**
   * Runs one read-only statement on the final state, inside the batch's transaction. Rows as objects by column name.
   */
  query<Row>(query: Query<Row>): Promise<Row[]>;
  /** Who writes. */
  readonly by: Writer;
  readonly catalog: KnownKinds;
  /** The condition under which the author may see a row of a kind's table. */
  isVisible(kind: string, row: Sql): Sql;
}

/**
 * The place of an object in the permission hierarchy (reference/iam.md 4.5).
 * - `own`: it is a scope itself; `parent` are reference paths, the first that is set wins; none: the platform.
 * - otherwise `home` are reference paths, the first that is set gives its scope; `also` gives secondary scopes.
 * - `home: 'namespace'`: the organization whose namespace (`organization-<name>`) it lives in, else the platform.
 * - `home: 'project'`: the project it was applied in (label `resourcemanager.miloapis.com/project-name`).
 */
export type KindScope =
  | { readonly own: true; readonly parent: readonly string[] }
  | {
      readonly home: readonly string[] | 'namespace' | 'project' | 'platform';
      readonly also?: readonly string[];
      /**
       * What refers to it by a path, of which it is in the scopes as well: a circuit where its terminations are. Whatever
       * writes either calls `rescope`.
       */
      readonly alsoThrough?: { readonly kind: string; readonly path: string };
      /**
       * Status reference to the scope that it is in, where the catalog has worked that out: the rack of what sits in a
       * chassis. It comes before `home`; whatever keeps it calls `rescope`.
       */
      readonly kept?: string;
      /** Making one needs the right to on all its scopes, not on its home alone: a cable on both ends'. */
      readonly createdOn?: 'all';
    };

export interface PrinterColumn {
  readonly name: string;
  /** Path into the manifest: `spec.siteRef.name`, `spec.endpoints[0].name`, `spec.roles[*].name`, `metadata.creationTimestamp`. */
  readonly path: string;
  /** Shown only with `-o wide`. */
  readonly wide?: boolean;
}

export interface Kind {
  readonly domain: 'tenancy' | 'iam' | 'services' | 'metering' | 'registry' | 'inventory';
  /** API groups whose manifests load into this kind; the first is its own. */
  readonly groups: readonly [string, ...string[]];
  /** Those of the groups that tell objects apart, and have permissions of their own: all, unless `writtenIn` says otherwise. */
  readonly ownGroups: readonly [string, ...string[]];
  /**
   * The groups are several ways to write the same object: SQL gives the group in which the manifest of a row is written.
   * Names and permissions are those of the first.
   */
  readonly writtenIn?: (row: Sql) => Sql;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** GraphQL type and root fields: `ComputeNode`, `computeNode`, `computeNodes`. */
  readonly type: string;
  readonly field: string;
  readonly listField: string;
  readonly description: string;
  readonly table: string;
  readonly namespaced: boolean;
  /**
   * The kind lives in a project's control plane: the project is not in the manifest but in the label
   * `resourcemanager.miloapis.com/project-name` or the apply's own project; names are unique per project.
   */
  readonly inProject: boolean;
  readonly scope: KindScope;
  readonly spec: Fields;
  /** What the catalog itself keeps about an object (columns kept by `derive`): read like the spec, never applied. */
  readonly status: Fields;
  /** Name grammar beyond "DNS subdomain of at most 253 characters". */
  readonly name: { readonly max: number; readonly pattern?: RegExp; readonly accepts?: string };
  /**
   * For how many days the name and the natural keys of a deleted object are held, and for whom: only objects whose reference at
   * this path leads to the same object get them.
   */
  readonly namesHeld?: { readonly days: number; readonly forSame: string };
  /** Spec paths that are unique over the whole catalog and by which an object can be looked up. */
  readonly keys: readonly string[];
  /** Column that, when set, marks a row as derived from another object: it is read, never applied or exported. */
  readonly ownedBy?: string;
  /** What a program says of what it runs, and nobody else can apply: read like everything else, not exported. */
  readonly isReport?: boolean;
  /** With `ownedBy`: what else keeps an object, as ids of objects of the same kind as the column refers to. */
  readonly keptAlsoBy?: (row: Sql) => Sql;
  /** With `ownedBy`: an object that somebody states takes the place of a derived one of its name. */
  readonly yields?: boolean;
  /**
   * Triggers make permissions of its rows and what they find beside them (prisma/constraints/authz.sql): in the order of
   * writes, so that none is stored before its turn.
   */
  readonly makesAccess?: boolean;
  /** Spec path of the lifecycle phase: from Published onward fields freeze, and what is Draft is not public. */
  readonly phase?: string;
  /**
   * Labels derived from references, as paths from the object (`siteRef.regionRef`), or inherited from a
   * referenced object (`inherit`). Their keys begin with `topology.inventory.miloapis.com/`.
   */
  readonly topology?: {
    readonly inherit?: string;
    /** References to the two ends of the object: it has the labels in which both ends agree, or only some of those. */
    readonly ofEnds?: {
      readonly paths: readonly string[];
      readonly labels?: readonly string[];
      /** Kinds of scopes, by the label that is the name of one: those objects have it of which all scopes are in that. */
      readonly scopes?: Readonly<Record<string, string>>;
    };
    readonly paths?: Readonly<Partial<Record<'region' | 'site' | 'site-type' | 'cluster' | 'rack', string>>>;
  };
  /**
   * Reference to what the kind's objects say more of, each about one: its other fields are fields and filters of that, too
   * (`computeNode { serial }` of an Asset). No two of them refer to the same.
   */
  readonly declares?: string;
  /** Further labels that follow from references, by key: paths as in `topology`. */
  readonly derivedLabels?: Readonly<Record<string, string>>;
  /**
   * A group of the spec (`apiGroup`, `kind`, `name`, …) that names an object of any kind, and that object's uid. `held`: the
   * table by which the object stays for as long as it is named, with the columns of both.
   */
  readonly namesAny?: {
    readonly path: string;
    readonly id: (row: Sql) => Sql;
    readonly held?: { readonly table: string; readonly by: string; readonly column: string };
  };
  /** Verbs of the kind's permissions beyond get, list, watch, create, update, patch and delete. */
  readonly verbs: readonly string[];
  /** Whoever may get an object also finds it in lists: upstream has no role that may list the kind. */
  readonly listedByGet?: boolean;
  /**
   * What everyone who is signed in may read: all objects of the kind, or those whose scope is public, which services are
   * (reference/iam.md 4.5). What is a draft, by its phase or by `draftThrough`, is never read by this.
   */
  readonly publicReading?: 'everywhere' | 'where its scope is public';
  /**
   * Spec paths of references to kinds with a phase: an object is a draft when all that one of them names is. A kind
   * without a phase that is read publicly and refers to such kinds has to state it, be it that there are none.
   */
  readonly draftThrough?: readonly string[];
  /**
   * Another kind whose objects, where the caller may get them, open this one: the service of a project's entitlement.
   * Never a parent edge, which would open it for more than reading (reference/iam.md 4.6).
   */
  readonly sharedThrough?: {
    readonly kind: string;
    /** Column of the other kind that points here. */
    readonly column: string;
    /** Only rows of it that fit. */
    readonly when: (row: Sql) => Sql;
  };
  /**
   * Its objects follow the change feed: how far each has got is reported by the service account that a reference names,
   * and is late when a change has waited for more seconds than a field says. Reports are no changes themselves.
   */
  readonly followsFeed?: { readonly reporter: string; readonly longestLag: string };
  /**
   * There are a great many of them, and they are parts of other things: `search` gives them after everything else, and looks
   * for no similar names among them.
   */
  readonly isPart?: true;
  /** Its objects are numbered, and lists of them count: `rack-2` comes before `rack-10`. */
  readonly isNumbered?: true;
  /** It says who may do what: reads of it are recorded, too. */
  readonly readsAreRecorded?: boolean;
  readonly printer: readonly PrinterColumn[];
  /**
   * Labels and annotations mean nothing to its rules over rows and to what is derived from it: where nothing else changes,
   * `checkAll` is not asked, and nothing is derived.
   */
  readonly labelsAreFree?: true;
  /** How manifests of a group differ from what the spec says, for people; by group. */
  readonly shapes?: Readonly<Record<string, string>>;
  /** Brings a manifest's spec into the kind's one model (other authoring shapes); before validation. */
  readonly read?: (spec: Record<string, unknown>, manifest: ManifestHead) => Record<string, unknown>;
  /** The reverse: the spec as the manifest's own group would write it. */
  readonly write?: (spec: Spec, manifest: ManifestHead) => Spec;
  /** What a manifest of its group may not say, though one of another group may; as `apply` reads it. */
  readonly refuses?: (spec: Readonly<Record<string, unknown>>, manifest: ManifestHead) => readonly GroupRefusal[];
  /** Rules of one object alone, on its validated spec and, on update, on what was stored. No I/O. */
  readonly check?: (change: Change) => Violation[];
  /** Rules over rows, judged on the final state of the whole batch, for all changed objects of the kind at once. */
  readonly checkAll?: (changes: readonly Change[], state: FinalState) => Promise<Violation[]>;
  /** What the author should know of accepted changes, found on the final state before anything is derived from it. */
  readonly remark?: (changes: readonly Change[], state: FinalState) => Promise<Remark[]>;
  /** Rules on objects that were deleted, judged on the final state of the whole batch. */
  readonly checkGone?: (objects: readonly CatalogObject[], state: FinalState) => Promise<Violation[]>;
  /** Rows derived from the changed objects (fan-out), kept in step in the same transaction. */
  readonly derive?: (changes: readonly Change[], store: DerivedStore) => Promise<void>;
  /** Rules on what was derived, reported of the changed objects that it was derived from. */
  readonly checkDerived?: (changes: readonly Change[], state: FinalState) => Promise<Violation[]>;
  /** Same as `derive`, before an object is deleted. */
  readonly undo?: (objects: readonly CatalogObject[], store: DerivedStore) => Promise<void>;
}

export interface GroupRefusal {
  readonly rule: string;
  readonly message: string;
  readonly accepted: string;
  /** Names and indexes down to what is refused: `['spec', 'status']`. */
  readonly steps: readonly (string | number)[];
}

export interface ManifestHead {
  readonly group: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * What an update of columns that the catalog keeps sets as well, so that readers see that the object changed. Such an
 * update touches only rows whose values really differ.
 */
export const newRevision = sql`revision = nextval('catalog_revision'), updated_at = write_instant()`;

/** Set-based writes of derived rows, inside the batch's transaction. */
export interface DerivedStore extends FinalState {
  execute(query: Query): Promise<number>;
  /** Deletes objects of a kind that followed from others. */
  remove(kind: string, ids: readonly string[]): Promise<void>;
  /**
   * Makes objects that are no scopes into scopes of their own, so that roles can be bound to one alone (iam.md 4.5).
   */
  promote(kind: string, ids: readonly string[]): Promise<void>;
  /**
   * Brings objects whose `kept` scope has changed, or what they are in through others, and everything inside them, to their
   * place in the hierarchy.
   */
  rescope(kind: string, ids: readonly string[]): Promise<void>;
}

/** An object that was changed or deleted; a changed one comes with what it was. */
export type FollowedObject = CatalogObject & { readonly before?: CatalogObject | undefined };

/** Keeps what a domain derives in step with a kind of a domain below it, which cannot know of it. */
export interface Follower {
  /** The kind that is followed. */
  readonly kind: string;
  /** Called with what a batch has changed of the kind, or deleted, once the rows are as they will be. */
  readonly follow: (objects: readonly FollowedObject[], store: DerivedStore) => Promise<void>;
}

type Defaults =
  | 'version'
  | 'singular'
  | 'shortNames'
  | 'type'
  | 'field'
  | 'listField'
  | 'table'
  | 'namespaced'
  | 'inProject'
  | 'status'
  | 'name'
  | 'keys'
  | 'verbs'
  | 'ownGroups'
  | 'groups';

export type KindInput = Omit<Kind, Defaults> &
  Partial<Pick<Kind, Exclude<Defaults, 'groups' | 'ownGroups'>>> & {
    readonly group: string;
    readonly alsoGroups?: readonly string[];
  };

const lowerFirst = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);
/** How the table of a kind is called, unless the kind says something else. */
export const tableNamed = (kind: string): string => kind.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();

/** `NetworkDevice` + `networkdevices` → `networkDevices`: the plural in the type's own camel case. */
const pluralOf = (type: string, plural: string): string => {
  const stem = lowerFirst(type);
  const shared = plural.startsWith(stem.toLowerCase()) ? plural.slice(stem.length) : undefined;
  if (shared !== undefined) return stem + shared;
  return stem.endsWith('y') ? `${stem.slice(0, -1)}ies` : `${stem}s`;
};

/** The one description of a kind: everything that is the same for all kinds reads it. */
export function defineKind(input: KindInput): Kind {
  const { group, alsoGroups = [], ...rest } = input;
  const type = input.type ?? input.kind;
  return {
    version: 'v1alpha1',
    singular: input.kind.toLowerCase(),
    shortNames: [],
    field: lowerFirst(type),
    listField: pluralOf(type, input.plural),
    table: tableNamed(input.kind),
    namespaced: false,
    inProject: false,
    status: {},
    name: { max: 253 },
    keys: [],
    verbs: [],
    ...rest,
    type,
    groups: [group, ...alsoGroups],
    ownGroups: input.writtenIn === undefined ? [group, ...alsoGroups] : [group],
  };
}
