import type { Action } from './action.ts';
import { declaredFields } from './declared-fields.ts';
import type { Domain } from './domain.ts';
import { type DraftReferences, draftReferencesOf, requireDraftsTold } from './draft-references.ts';
import type { AbstractType, ExtraField, ValueField } from './extra-field.ts';
import { type Field, type Fields, type GroupField, isReference, type RefField, type RefsField } from './fields.ts';
import type { WriteGuard } from './guard.ts';
import type { Judge } from './judge.ts';
import { defineKind, type Follower, type Kind } from './kind.ts';
import type { Report } from './report.ts';
import type { RootQuery } from './root-query.ts';
import { snakeCase } from './values/names.ts';

/** A field of the spec with groups opened: its path in the manifest and its column. */
export interface Leaf {
  /** Dotted path inside the spec: `placement.rackRef`. */
  readonly path: string;
  readonly field: Exclude<Field, GroupField>;
  /** Column (for references to several kinds: prefix of the columns; for `refs`: unused). */
  readonly column: string;
  /** Groups around it, outermost first, and whether all of them are required. */
  readonly groups: readonly GroupField[];
  readonly isRequired: boolean;
}

/** A reference with its targets resolved. */
export interface Reference {
  readonly leaf: Leaf;
  readonly field: RefField | RefsField;
  /** Target kinds, each with the id column that points at it (in the kind's table or in the link table). */
  readonly targets: readonly { readonly kind: KindModel; readonly column: string }[];
}

export interface KindModel extends Kind {
  readonly leaves: readonly Leaf[];
  /** The same for `status`: what the catalog keeps by itself. */
  readonly statusLeaves: readonly Leaf[];
  /** The natural keys of the spec of which each row has its own; several rows may share one where a phase decides. */
  readonly uniqueLeaves: readonly Leaf[];
  /** References of the spec. */
  readonly references: readonly Reference[];
  readonly statusReferences: readonly Reference[];
  /** References of other kinds (or of this one) to this kind. */
  readonly referrers: readonly { readonly from: KindModel; readonly reference: Reference; readonly column: string }[];
  readonly isOwnScope: boolean;
  /** References through which its objects are drafts. */
  readonly draftReferences: DraftReferences<Reference>;
  /** Values that domains add and by which lists of the kind are filtered. */
  readonly filteredValues: readonly ValueField[];
  /** All kinds of its catalog, in load order. */
  readonly kinds: readonly KindModel[];
}

/** An action with the kinds it shows, and its input as if it were the spec of a kind, with its references resolved. */
export interface ActionModel extends Action {
  readonly inputKind: KindModel;
  readonly shownKinds: readonly KindModel[];
}

/** Every kind the catalog holds, resolved against each other. */
export interface Catalog {
  /** In load order: a kind comes after the kinds it refers to. */
  readonly kinds: readonly KindModel[];
  readonly abstracts: readonly AbstractType[];
  readonly fields: readonly ExtraField[];
  readonly queries: readonly RootQuery[];
  readonly actions: readonly ActionModel[];
  readonly guards: readonly WriteGuard[];
  readonly judges: readonly Judge[];
  readonly reports: readonly Report[];
  /** By kind name (`Rack`). */
  get(kind: string): KindModel;
  /** By API group and kind, as written in a manifest. */
  find(group: string, kind: string): KindModel | undefined;
  /** By table: undefined for tables that hold no objects. */
  byTable(table: string): KindModel | undefined;
  /** By GraphQL type. */
  byType(type: string): KindModel | undefined;
  /** By anything a person may type: kind, singular, plural, short name, `plural.group`; any case. */
  byWord(word: string): KindModel | undefined;
  /** Who has to be told what changes of a kind. */
  followersOf(kind: string): readonly Follower[];
  /** The kinds behind a kind name or the name of an abstract type; behind `CatalogObject` all. */
  membersOf(name: string): readonly KindModel[];
}

const columnOf = (path: readonly string[], field: Field): string => {
  if (field.column !== undefined) return field.column;
  const words = path.map(snakeCase);
  if (!isReference(field)) return words.join('_');
  return words.join('_').replace(/_refs?$/, '');
};

function openGroups(fields: Fields, path: readonly string[], groups: readonly GroupField[], required: boolean): Leaf[] {
  return Object.entries(fields).flatMap(([name, field]): Leaf[] => {
    const here = [...path, name];
    const isRequired = required && field.required === true;
    if (field.type === 'group') return openGroups(field.fields, here, [...groups, field], isRequired);
    return [{ path: here.join('.'), field, column: columnOf(here, field), groups, isRequired }];
  });
}

/** Where other objects keep rows too, the domain's own rules say who holds a key. */
function uniqueLeavesOf(kind: Kind, leaves: readonly Leaf[]): Leaf[] {
  const keys = leaves.filter(({ path }) => kind.keys.includes(path));
  for (const { path, field } of keys) {
    if (field.immutable !== 'always') throw new Error(`${kind.kind}.${path} is a key and has to be immutable`);
  }
  return kind.ownedBy === undefined ? keys : [];
}

/** `device_node_id` of `deviceRef` to Node, Rack …; `site_id` of `siteRef` to Site alone. */
const targetColumn = (leaf: Leaf, field: RefField | RefsField, target: Kind): string => {
  if (field.type === 'refs') return `${target.table}_id`;
  if (field.column !== undefined && field.to.length === 1) return field.column;
  return field.to.length === 1 ? `${leaf.column}_id` : `${leaf.column}_${target.table}_id`;
};

interface Draft extends KindModel {
  draftReferences: DraftReferences<Reference>;
  filteredValues: readonly ValueField[];
  kinds: readonly KindModel[];
  references: Reference[];
  statusReferences: Reference[];
  referrers: { from: KindModel; reference: Reference; column: string }[];
}

/** Referred-to kinds first; self references do not count. Throws on a cycle between kinds. */
function loadOrder(kinds: readonly KindModel[], project: KindModel | undefined): KindModel[] {
  const done = new Set<KindModel>();
  const order: KindModel[] = [];
  const visit = (kind: KindModel, trail: readonly KindModel[]): void => {
    if (done.has(kind)) return;
    if (trail.includes(kind)) throw new Error(`kinds refer to each other: ${trail.map((k) => k.kind).join(' → ')}`);
    if (kind.inProject && project !== undefined) visit(project, [...trail, kind]);
    for (const { targets } of kind.references) {
      for (const target of targets) if (target.kind !== kind) visit(target.kind, [...trail, kind]);
    }
    done.add(kind);
    order.push(kind);
  };
  for (const kind of kinds) visit(kind, []);
  return order;
}

/**
 * The input of an action, modelled as a kind. It is not stored, so the kinds that it refers to do not list it as a
 * referrer.
 */
function actionModel(
  action: Action,
  get: (name: string) => KindModel,
  membersOf: (name: string) => readonly KindModel[],
): ActionModel {
  const { name: kind, description, input: spec } = action;
  const shownKinds = membersOf(action.shows);
  const like = {
    domain: shownKinds[0]?.domain ?? 'inventory',
    group: '',
    kind,
    plural: kind,
    description,
    spec,
    printer: [],
  };
  const leaves = openGroups(spec, [], [], true);
  const references = leaves.flatMap((leaf): Reference[] => {
    const { field } = leaf;
    if (!isReference(field)) return [];
    return [{ leaf, field, targets: field.to.map((name) => ({ kind: get(name), column: '' })) }];
  });
  const none = {
    statusLeaves: [],
    uniqueLeaves: [],
    statusReferences: [],
    referrers: [],
    isOwnScope: false,
    draftReferences: { stated: [], home: [] },
    filteredValues: [],
    kinds: [],
  };
  return {
    ...action,
    shownKinds,
    inputKind: { ...defineKind({ ...like, scope: { home: 'platform' } }), leaves, references, ...none },
  };
}

export function createCatalog(domains: readonly Domain[]): Catalog {
  const drafts = new Map<string, Draft>();
  for (const kind of domains.flatMap((domain) => domain.kinds)) {
    if (drafts.has(kind.kind)) throw new Error(`two kinds are called ${kind.kind}`);
    const leaves = openGroups(kind.spec, [], [], true);
    const statusLeaves = openGroups(kind.status, [], [], true);
    const links = { references: [], statusReferences: [], referrers: [] };
    const isOwnScope = 'own' in kind.scope;
    drafts.set(kind.kind, {
      ...kind,
      leaves,
      statusLeaves,
      uniqueLeaves: uniqueLeavesOf(kind, leaves),
      ...links,
      isOwnScope,
      draftReferences: { stated: [], home: [] },
      filteredValues: [],
      kinds: [],
    });
  }
  const get = (name: string): Draft => {
    const found = drafts.get(name);
    if (found === undefined) throw new Error(`no kind is called ${name}`);
    return found;
  };
  const resolve = (draft: Draft, leaf: Leaf): Reference | undefined => {
    const { field } = leaf;
    if (!isReference(field)) return undefined;
    const targets = field.to.map((name) => ({ kind: get(name), column: targetColumn(leaf, field, get(name)) }));
    const reference: Reference = { leaf, field, targets };
    for (const { kind, column } of targets) get(kind.kind).referrers.push({ from: draft, reference, column });
    return reference;
  };
  for (const draft of drafts.values()) {
    draft.references.push(...draft.leaves.flatMap((leaf) => resolve(draft, leaf) ?? []));
    draft.statusReferences.push(...draft.statusLeaves.flatMap((leaf) => resolve(draft, leaf) ?? []));
  }
  for (const draft of drafts.values()) requireDraftsTold(draft);

  const abstracts = domains.flatMap((domain) => domain.abstracts ?? []);
  const membersOf = (name: string): readonly KindModel[] => {
    if (name === 'CatalogObject') return [...drafts.values()];
    const abstract = abstracts.find((candidate) => candidate.name === name);
    return abstract === undefined ? [get(name)] : abstract.kinds.map(get);
  };
  const kinds = loadOrder([...drafts.values()], drafts.get('Project'));
  const fields = [...domains.flatMap((domain) => domain.fields ?? []), ...kinds.flatMap(declaredFields)];
  for (const kind of kinds) get(kind.kind).draftReferences = draftReferencesOf(kind);
  for (const draft of drafts.values()) {
    draft.kinds = kinds;
    draft.filteredValues = fields.filter(
      (field) => field.gives === 'value' && field.isFilter === true && membersOf(field.on).includes(draft),
    ) as ValueField[];
  }
  const byGroupKind = new Map(kinds.flatMap((kind) => kind.groups.map((group) => [`${group}/${kind.kind}`, kind])));
  const byTable = new Map(kinds.map((kind) => [kind.table, kind]));
  const byType = new Map(kinds.map((kind) => [kind.type, kind]));
  const followers = domains.flatMap((domain) => domain.followers ?? []);
  const byWord = new Map<string, KindModel>();
  for (const kind of kinds) {
    const words = [kind.kind, kind.singular, kind.plural, kind.type, kind.listField, ...kind.shortNames];
    for (const word of words) byWord.set(word.toLowerCase(), kind);
    for (const group of kind.groups) byWord.set(`${kind.plural}.${group}`, kind);
  }
  return {
    kinds,
    abstracts,
    fields,
    queries: domains.flatMap((domain) => domain.queries ?? []),
    actions: domains.flatMap((domain) => domain.actions ?? []).map((action) => actionModel(action, get, membersOf)),
    guards: domains.flatMap((domain) => domain.guards ?? []),
    judges: domains.flatMap((domain) => domain.judges ?? []),
    reports: domains.flatMap((domain) => domain.reports ?? []),
    get,
    find: (group, kind) => byGroupKind.get(`${group}/${kind}`),
    byTable: (table) => byTable.get(table),
    byType: (type) => byType.get(type),
    byWord: (word) => byWord.get(word.toLowerCase()),
    followersOf: (kind) => followers.filter((one) => one.kind === kind),
    membersOf,
  };
}
