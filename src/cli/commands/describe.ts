import { parseJson } from '../../catalog/manifests/json.ts';
import { stringifyYaml } from '../../catalog/manifests/stringify.ts';
import { age } from '../age.ts';
import { type ChangedField, changeLine, meanings } from '../change-line.ts';
import { type KindInfo, placeIn } from '../kind-info.ts';
import { type Relation, relationsOf } from '../related.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { findTargets } from '../targets.ts';
import type { Terminal } from '../terminal.ts';

export interface DescribeOptions {
  readonly namespace?: string;
  readonly project?: string;
  readonly selector?: string;
  readonly limit: number;
}

interface Reference {
  readonly kind: string;
  readonly name: string;
}

interface RelatedList {
  readonly totalCount: number;
  readonly totalCountCapped: boolean | null;
  readonly nodes: readonly Reference[];
}

interface Described {
  readonly name: string;
  readonly manifest: string;
  readonly revision: string;
  readonly myPermissions: readonly string[];
  readonly fieldManagers: readonly { readonly manager: string }[];
  readonly history: {
    readonly nodes: readonly {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly at: string;
      readonly actor: Reference | null;
      readonly changes: readonly ChangedField[];
    }[];
  };
}

interface Page {
  readonly objects: {
    readonly nodes: readonly (Described & Related)[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** The relations under the names that the document gives them. */
type Related = Readonly<Record<`r${number}`, Reference | RelatedList | null>>;

/** So many of a list are named. */
const NAMED = 5;
const CHANGES = 5;

/** Relations are asked for under names of their own: those of two types may be alike and differ. */
const documentFor = ({ type }: KindInfo, relations: readonly Relation[]): string =>
  `query CatalogDescribe($kinds: [String!], $names: [String!], $namespace: String, $project: String, $labelSelector: String,
    $first: Int, $after: String) {
  objects(kinds: $kinds, names: $names, namespace: $namespace, project: $project, labelSelector: $labelSelector, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { name manifest(format: JSON) revision fieldManagers { manager }
      myPermissions(of: ["get", "update", "delete"])
      history(first: ${CHANGES}) { nodes { type at actor { kind name } changes { path before after } } }
      ... on ${type} { ${relations.map((one, at) => `r${at}: ${one.name}${one.isList ? LIST : ' { ...O }'}`).join(' ')} } } } }
fragment O on CatalogObject { kind name }`;

const LIST = `(first: ${NAMED}) { totalCount totalCountCapped nodes { ...O } }`;

/** `catalog describe rack/a14`: an object with what belongs to it and refers to it, its last changes, and what one may do. */
export async function describe(session: Session, words: readonly string[], options: DescribeOptions): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const known = await session.kinds();
  const { selector, limit } = options;
  let shown = 0;
  let isCut = false;
  const missing: string[] = [];
  for (const { kind, names } of await findTargets(session, words)) {
    const relations = await relationsOf(client, known, kind);
    const absent = new Set(names);
    let after: string | null = null;
    do {
      const variables: Readonly<Record<string, unknown>> = {
        kinds: [kind.kind],
        names,
        ...placeIn(kind, options),
        labelSelector: selector,
        first: limit,
        after,
      };
      const { objects }: Page = await client.execute<Page>(documentFor(kind, relations), variables);
      for (const object of objects.nodes) {
        await terminal.print(`${shown === 0 ? '' : '\n'}${textOf(kind, object, relations, terminal)}`);
        absent.delete(object.name);
        shown++;
      }
      const { hasNextPage, endCursor } = objects.pageInfo;
      // What was named is described, however much it is.
      after = hasNextPage && names !== undefined ? endCursor : null;
      isCut ||= hasNextPage && names === undefined;
    } while (after !== null);
    for (const name of absent) missing.push(`${kind.singular} '${name}' not found`);
  }
  if (isCut) terminal.note(`${count(shown, 'object')} described; there are more: --limit`);
  for (const message of missing) terminal.note(`error: ${message}`);
  if (shown === 0 && missing.length === 0) terminal.note('No objects found.');
  return missing.length > 0 ? 1 : 0;
}

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly generation: number;
  readonly creationTimestamp: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** What keeps it, of an object that is not written by itself. */
  readonly ownerReferences?: readonly Reference[];
}

function textOf(
  kind: KindInfo,
  object: Described & Related,
  relations: readonly Relation[],
  terminal: Terminal,
): string {
  const {
    metadata,
    apiVersion,
    kind: _kind,
    ...rest
  } = parseJson(object.manifest) as {
    readonly metadata: Metadata;
    readonly apiVersion: string;
    readonly kind: string;
  };
  const { namespace, labels, annotations, creationTimestamp, uid, generation } = metadata;
  const now = Date.now();
  const head: readonly (readonly [string, string | undefined])[] = [
    ['Name', object.name],
    ['Namespace', namespace],
    ['Kind', `${kind.kind} (${apiVersion})`],
    ['UID', uid],
    ['Created', `${creationTimestamp} (${age(creationTimestamp, now)} ago)`],
    ['Generation', `${generation} (revision ${object.revision})`],
    ['Labels', pairs(labels)],
    ['Annotations', pairs(annotations)],
    ['Managers', object.fieldManagers.map(({ manager }) => manager).join(', ') || undefined],
  ];
  const related = relations.flatMap(({ name }, at) => relatedLine(name, object[`r${at}`] ?? null));
  const changes = object.history.nodes.flatMap(({ type, at, actor, changes: fields }) => [
    `  ${age(at, now)} ago  ${meanings[type]}${actor === null ? '' : ` by ${actor.name}`}\n`,
    ...fields.map((field) => `  ${changeLine(field, terminal)}`),
  ]);
  return [
    ...head.flatMap(([name, value]) => (value === undefined ? [] : [`${`${name}:`.padEnd(MARGIN)}${value}\n`])),
    ...Object.entries(rest).map(([name, value]) => `${name[0]?.toUpperCase()}${name.slice(1)}:\n${indented(value)}`),
    ...section('Related', related),
    ...section('Last changes', changes),
    `${'You may:'.padEnd(MARGIN)}${mayText(object.myPermissions, metadata.ownerReferences)}\n`,
  ].join('');
}

const MARGIN = 14;

/** What one may do with an object; what another one keeps is changed and deleted through that, whatever one holds. */
function mayText(permissions: readonly string[], [keeper]: readonly Reference[] = []): string {
  const verbs = permissions.map((permission) => permission.slice(permission.lastIndexOf('.') + 1));
  if (keeper === undefined) return verbs.join(', ') || '<nothing>';
  const own = verbs.filter((verb) => verb === 'get').join() || '<nothing>';
  return `${own} (kept by ${keeper.kind}/${keeper.name}: it is changed and deleted through that)`;
}

const pairs = (values: Readonly<Record<string, string>> = {}): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join(`\n${' '.repeat(MARGIN)}`) || '<none>';

const indented = (value: unknown): string => stringifyYaml([value]).replace(/^(?=.)/gm, '  ');

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${title}:\n`, ...lines];

/** `devices: 7: networkdevice/a, …`; nothing for what is not there. */
function relatedLine(name: string, related: Reference | RelatedList | null): string[] {
  if (related === null) return [];
  const nameOf = (one: Reference): string => `${one.kind}/${one.name}`;
  if (!('nodes' in related)) return [`  ${name}: ${nameOf(related)}\n`];
  const { nodes, totalCount, totalCountCapped } = related;
  if (totalCount === 0) return [];
  const count = `${totalCountCapped === true ? 'more than ' : ''}${totalCount}`;
  return [`  ${name} (${count}): ${nodes.map(nameOf).join(', ')}${totalCount > nodes.length ? ', …' : ''}\n`];
}
