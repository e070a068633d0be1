import { type DocumentNode, type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { invalidInput } from '../errors.ts';

/** Of a shorter document every two fields can be compared in a few milliseconds. */
const SHORT = 1_500;
/** So many pairs of fields are compared in some 30 ms. */
const MOST_PAIRS = 100_000;
/** Several rules of validation go through each operation and each fragment anew: so many take some 20 ms. */
const MOST_DEFINITIONS = 500;

/** What of a document would take long to validate. */
interface Excess {
  readonly message: string;
  readonly path?: string;
  readonly accepted: string;
}

/** Texts of documents that were looked at, each with its excess or with nothing. */
export type KnownDocuments = LRUCache<string, Excess | typeof IN_ORDER>;

/** Nothing stands in the way of validation, which says what else may be wrong. */
const IN_ORDER = Symbol('in order');

/** So many characters of them are remembered. */
const REMEMBERED = 2_000_000;

export const createKnownDocuments = (): KnownDocuments =>
  new LRUCache({ maxSize: REMEMBERED, sizeCalculation: (_, text) => text.length });

/**
 * Refuses a document that would take long to validate: of too many operations and fragments, or in which so many fields
 * come to the same place of the answer that to compare every two of them would. What else may be wrong with it validation
 * says. A text is looked at once.
 */
export function requireMergeable(text: string, maxTokens: number, known: KnownDocuments): void {
  if (text.length <= SHORT) return;
  const excess = known.get(text) ?? excessOf(text, maxTokens);
  known.set(text, excess);
  if (excess !== IN_ORDER) throw invalidInput({ rule: 'COMPLEXITY', ...excess });
}

const counted = (count: number): string => count.toLocaleString('en');

function excessOf(text: string, maxTokens: number): Excess | typeof IN_ORDER {
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens, noLocation: true });
  } catch {
    return IN_ORDER;
  }
  const { length } = document.definitions;
  if (length > MOST_DEFINITIONS)
    return {
      message: `the document has ${counted(length)} operations and fragments; at most ${counted(MOST_DEFINITIONS)} are allowed`,
      accepted: `at most ${counted(MOST_DEFINITIONS)} operations and fragments in one document`,
    };
  const { pairs, field } = pairsIn(document);
  if (pairs <= MOST_PAIRS) return IN_ORDER;
  return {
    message: `the document selects the same fields too often: more than ${counted(MOST_PAIRS)} pairs would have to be compared; ${field} most often`,
    path: field,
    accepted: 'each field once in a place',
  };
}

interface Place {
  readonly path: string;
  readonly sets: readonly SelectionSetNode[];
}

/**
 * How many pairs of fields come to the same place of the answer, whatever their types: fragments are spread out, once in
 * each place, and two fragments in a place are a pair as well. It is no longer counted beyond the limit.
 */
function pairsIn(document: DocumentNode): { readonly pairs: number; readonly field: string } {
  const fragments = new Map<string, SelectionSetNode>();
  const places: Place[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition.selectionSet);
    else if (definition.kind === Kind.OPERATION_DEFINITION) places.push({ path: '', sets: [definition.selectionSet] });
  }
  const seen = new Set<SelectionSetNode>();
  let pairs = 0;
  let most = { field: '', pairs: 0 };
  for (let place = places.pop(); place !== undefined && pairs <= MOST_PAIRS; place = places.pop()) {
    // However often a fragment is spread, what stands alone in one of its places is compared once.
    const [set, another] = place.sets;
    if (set !== undefined && another === undefined) {
      if (seen.has(set)) continue;
      seen.add(set);
    }
    const { fields, spreads } = fieldsAt(place.sets, fragments);
    // Going through what is selected counts as well, so that this ends where fragments spread each other over and over.
    pairs += fields.size + (spreads * (spreads - 1)) / 2;
    for (const [key, nodes] of fields) {
      const path = place.path === '' ? key : `${place.path}.${key}`;
      const own = (nodes.length * (nodes.length - 1)) / 2;
      pairs += own;
      if (own > most.pairs || most.field === '') most = { field: path, pairs: own };
      const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (sets.length > 0) places.push({ path, sets });
    }
  }
  return { pairs, field: most.field };
}

/** The fields of selections that come to the same place, by their name in the answer; and how many fragments they spread. */
function fieldsAt(sets: readonly SelectionSetNode[], fragments: ReadonlyMap<string, SelectionSetNode>) {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const open = [...sets];
  for (let set = open.pop(); set !== undefined; set = open.pop()) {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const alike = fields.get(key);
        if (alike === undefined) fields.set(key, [selection]);
        else alike.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) open.push(selection.selectionSet);
      else {
        const name = selection.name.value;
        const fragment = spread.has(name) ? undefined : fragments.get(name);
        spread.add(name);
        if (fragment !== undefined) open.push(fragment);
      }
    }
  }
  return { fields, spreads: spread.size };
}
