import type { Pause } from '../../../platform/pauses.ts';
import { coreRules } from './core.ts';
import { graphRules, walkImports } from './cycles.ts';
import { endpointRules } from './endpoints.ts';
import { importRules } from './imports.ts';
import { regionRules } from './regions.ts';
import type { Registry } from './registry.ts';
import type { Broken, Fact, Rule, Side, Walked, Within } from './rule.ts';
import { versionRules } from './versions.ts';

/** Every rule over several objects of the registry. What one object alone has to obey is said where its kind is. */
export const rules: readonly Rule[] = [
  ...importRules,
  ...versionRules,
  ...regionRules,
  ...coreRules,
  ...endpointRules,
  ...graphRules,
];

/** A rule that is broken, from the side that a batch has touched. */
export interface Finding {
  readonly rule: Rule;
  readonly code: string;
  readonly side: Side;
  /** Whether the side is one of those asked about. */
  readonly isTouched: boolean;
  readonly clauses: readonly string[];
  readonly missing: readonly Fact[];
  readonly named: Broken['named'];
}

export interface Asked {
  readonly registry: Registry;
  readonly within: Within;
  /** Only rules that objects of these kinds can break. */
  readonly kinds: ReadonlySet<string>;
  /** Which side of what is broken has been touched; all of them, for the report. */
  readonly isTouched: (side: Side) => boolean;
  /** Sides that are named rather than others that have been touched as well. */
  readonly isPreferred?: (side: Side) => boolean;
}

/** What is broken, rule by rule: between two of them others can have their turn. */
function* findings({ registry, within, kinds, isTouched, isPreferred }: Asked): Generator<Finding[]> {
  const sideOf = (sides: readonly Side[]): Side | undefined =>
    sides.find((side) => isPreferred?.(side) === true) ?? sides.find(isTouched);
  let found: Walked | undefined;
  const walked = (): Walked => {
    found ??= walkImports(registry);
    return found;
  };
  for (const rule of rules) {
    if (rule.on.some((kind) => kinds.has(kind))) yield together(rule, rule.find(registry, within, walked), sideOf);
  }
}

/** What is broken. */
export const evaluate = (asked: Asked): Finding[] => inOrder([...findings(asked)].flat());

/** The same about very much. */
export async function evaluateAll(asked: Asked, pause: Pause): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const some of findings(asked)) {
    found.push(...some);
    await pause();
  }
  return inOrder(found);
}

/** By what they are told as; what several rules say under one code about one object is one finding. */
function inOrder(found: readonly Finding[]): Finding[] {
  const groups = Map.groupBy(found, ({ rule, code, side }) =>
    [rule.severity, code, side.kind, side.name, side.path].join(' '),
  );
  return [...groups.values()]
    .flatMap(([first, ...others]) => (first === undefined ? [] : others.reduce(joined, first)))
    .sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : a.side.name < b.side.name ? -1 : 1));
}

const joined = (one: Finding, other: Finding): Finding => ({
  ...one,
  clauses: [...new Set([...one.clauses, ...other.clauses])],
  missing: merge([...one.missing, ...other.missing]),
  named: [...one.named, ...other.named],
});

const MOST_OF_ONE = 10;

/** `{}` in a clause as those that it is said of: `eu`, `eu and us`, `eu, us and 3 more`. */
function listed(clause: string, all: readonly string[]): string {
  const names = [...new Set(all)].sort();
  const shown = names.length > MOST_OF_ONE ? names.slice(0, MOST_OF_ONE - 1) : names;
  const more = names.length - shown.length;
  const last = more > 0 ? `${more} more` : shown.pop();
  return clause.replace('{}', () => [shown.join(', '), last].filter(Boolean).join(' and '));
}

interface Group {
  readonly side: Side;
  readonly isTouched: boolean;
  readonly clauses: Map<string, string[]>;
  readonly missing: Fact[];
  readonly named: Broken['named'][number][];
}

/** What one object breaks of one rule is one finding, which names everything that is missing. */
function together(
  rule: Rule,
  found: Iterable<Broken>,
  touchedOf: (sides: readonly Side[]) => Side | undefined,
): Finding[] {
  const groups = new Map<string, Group>();
  const sorted = [...found].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const { sides, clause, each, named } of sorted) {
    const touched = touchedOf(sides);
    const side = touched ?? sides[0];
    if (side === undefined) continue;
    const key = [side.code, side.kind, side.name, side.path].join(' ');
    const group = groups.get(key) ?? {
      side,
      isTouched: touched !== undefined,
      clauses: new Map<string, string[]>(),
      missing: [],
      named: [],
    };
    groups.set(key, group);
    const of = group.clauses.get(clause) ?? [];
    group.clauses.set(clause, of);
    if (each !== undefined) of.push(each);
    group.missing.push(...side.missing);
    group.named.push(...named);
  }
  return [...groups.values()].map(({ side, clauses, missing, ...group }) => ({
    ...group,
    rule,
    code: side.code ?? rule.code,
    side,
    clauses: [...clauses].map(([clause, of]) => listed(clause, of)),
    missing: merge(missing),
  }));
}

const keyOf = ({ clause, each = '' }: Broken): string => `${clause} ${each}`;

const placeOf = ({ do: doing, service, region, version, target, other }: Fact): string => {
  if (other !== undefined) return [doing, other.object, other.path, other.needed].join(' ');
  if (service === undefined || region === undefined) return [doing, region, version, target].join(' ');
  return doing === 'MovePrimary' ? `primary ${service}` : `deployment ${service} ${region}`;
};

/** Of several facts about one deployment the one that brings the others about. */
export function merge(facts: readonly Fact[]): Fact[] {
  const kept = new Map<string, Fact>();
  for (const fact of facts) {
    const place = placeOf(fact);
    const other = kept.get(place);
    if (other === undefined || isStronger(fact, other)) kept.set(place, fact);
  }
  return [...kept.values()];
}

function isStronger(fact: Fact, other: Fact): boolean {
  if (other.do === 'Undeploy') return false;
  if (fact.do === 'Undeploy') return true;
  if (fact.do !== other.do) return false;
  const [a = 0, b = 0] = [fact.order, other.order];
  return fact.do === 'Deploy' ? a > b : fact.do === 'Lower' ? a < b : false;
}
