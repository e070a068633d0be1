import type { Ask } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { coreRules } from './core.ts';
import { circlesAndDepths, DEEPEST, type Edge } from './cycles.ts';
import { endpointRules } from './endpoints.ts';
import { importGraph, importRules } from './imports.ts';
import { regionRules } from './regions.ts';
import type { Broken, Fact, Rule, Side, Within } from './rule.ts';
import { versionRules } from './versions.ts';

/** The rules that each are one select. */
const selects: readonly Rule[] = [...importRules, ...versionRules, ...regionRules, ...coreRules, ...endpointRules];

/** Those about the import graph as a whole. */
const graphRules: readonly Omit<Rule, 'find'>[] = [
  {
    id: 'I7',
    code: 'I7_IMPORT_CYCLE',
    severity: 'error',
    sentence: 'Services do not import each other in a circle; they may use each other in one.',
    on: ['ServiceImport', 'ServiceVersion', 'Service'],
  },
  {
    id: 'I8',
    code: 'I8_IMPORT_DEPTH',
    severity: 'error',
    sentence: `No chain of imports is longer than ${DEEPEST}.`,
    on: ['ServiceImport', 'ServiceVersion', 'Service'],
  },
];

/** Every rule over several objects of the registry. What one object alone has to obey is said where its kind is. */
export const rules: readonly Omit<Rule, 'find'>[] = [...graphRules, ...selects];

/** A rule that is broken, from the side that a batch has touched. */
export interface Finding {
  readonly rule: Omit<Rule, 'find'>;
  readonly code: string;
  readonly side: Side;
  /** Whether the side is one of those asked about. */
  readonly isTouched: boolean;
  readonly clauses: readonly string[];
  readonly missing: readonly Fact[];
  readonly named: Broken['named'];
}

export interface Asked {
  readonly within: Within;
  /** Only rules that objects of these kinds can break. */
  readonly kinds: ReadonlySet<string>;
  /** Common table expressions that take the place of tables. */
  readonly instead?: Sql | undefined;
  /** Which side of what is broken has been touched; all of them, for the report. */
  readonly isTouched: (side: Side) => boolean;
  /** Sides that are named rather than others that have been touched as well. */
  readonly isPreferred?: (side: Side) => boolean;
}

/** What is broken. The number of statements is two at most, whatever was touched. */
export async function evaluate(
  ask: Ask,
  { within, kinds, instead, isTouched, isPreferred }: Asked,
): Promise<Finding[]> {
  const concerns = ({ on }: Pick<Rule, 'on'>): boolean => on.some((kind) => kinds.has(kind));
  const asked = selects.filter(concerns);
  const prefix = instead === undefined ? sql`` : sql`with ${instead} `;
  const parts = asked.map(
    (rule, place) => sql`select ${sql.raw(String(place))} as place, x.* from (${rule.find(within)}) x`,
  );
  const rows =
    parts.length === 0
      ? []
      : await ask<Broken & { place: number }>(
          sql`${prefix}select * from (${sql.join(parts, ' union all ')}) x order by x.place, x.clause collate "C"`,
        );
  const found: { rule: Finding['rule']; row: Pick<Broken, 'sides' | 'clause' | 'named'> }[] = rows.flatMap(
    ({ place, ...row }) => {
      const rule = asked[place];
      return rule === undefined ? [] : [{ rule, row }];
    },
  );
  if (graphRules.some(concerns)) {
    const edges = await ask<Edge>(sql`${prefix}${importGraph}`);
    for (const row of circlesAndDepths(edges)) {
      const rule = graphRules.find(({ id }) => id === row.rule);
      if (rule !== undefined) found.push({ rule, row });
    }
  }
  return together(found, (sides) => sides.find((side) => isPreferred?.(side) === true) ?? sides.find(isTouched));
}

/** What one object breaks of one rule is one finding, which names everything that is missing. */
function together(
  found: readonly { readonly rule: Finding['rule']; readonly row: Pick<Broken, 'sides' | 'clause' | 'named'> }[],
  touchedOf: (sides: readonly Side[]) => Side | undefined,
): Finding[] {
  const groups = new Map<string, Finding & { readonly clauses: string[]; missing: Fact[]; named: Broken['named'] }>();
  for (const { rule, row } of found) {
    const touched = touchedOf(row.sides);
    const [side = touched] = touched === undefined ? row.sides : [touched];
    if (side === undefined) continue;
    const code = side.code ?? rule.code;
    const key = [rule.severity, code, side.kind, side.name, side.path].join(' ');
    const group = groups.get(key) ?? {
      rule,
      code,
      side,
      isTouched: touched !== undefined,
      clauses: [],
      missing: [],
      named: [],
    };
    groups.set(key, group);
    if (!group.clauses.includes(row.clause)) group.clauses.push(row.clause);
    group.missing = merge([...group.missing, ...side.missing.filter((one) => one !== null)]);
    group.named = [...group.named, ...row.named];
  }
  return [...groups.values()].sort((a, b) =>
    a.code < b.code ? -1 : a.code > b.code ? 1 : a.side.name < b.side.name ? -1 : 1,
  );
}

const placeOf = ({ do: doing, service, region, version, target }: Fact): string => {
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
