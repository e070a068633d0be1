import { hideIn, namesOf } from '../../platform/hide-names.ts';
import type { Violation } from '../../platform/violation.ts';
import type { Check } from '../access/check.ts';

/** What a record says of permissions: where each was asked for and is held, and how OpenFGA was asked. */
export function decisionOf(checks: readonly Check[]): object {
  const asked = checks.find(({ openfga }) => openfga !== undefined)?.openfga;
  return {
    ...(checks.length > 0 && {
      checks: checks.map(({ permission, isAllowed, scopeId, heldOn, openfga }) => ({
        permission,
        ...(openfga !== undefined && { relation: openfga.relation }),
        // Where somebody lacks a permission may be what they may not see.
        ...(isAllowed && { scope: scopeId, heldOn }),
      })),
    }),
    ...(asked !== undefined && { modelId: asked.modelId, consistency: asked.consistency }),
  };
}

/** What a check says, as text to compare. */
const said = ({ permission, isAllowed, scopeId, heldOn, openfga }: Check): string =>
  [permission, isAllowed, scopeId, heldOn, openfga?.relation, openfga?.modelId, openfga?.consistency].join(' ');

/** Decisions to allow something, as JSON. */
export interface Decisions {
  readonly distinct: string;
  /** Which of them it is, by the uid of each object. */
  readonly places: string;
}

/** The decisions on objects; thousands of them share a few. */
export function decisionsOf(checks: readonly Check[]): Decisions {
  const alike = new Map<string, number>();
  const askedOf = new Map<string, string>();
  for (const [index, check] of checks.entries()) {
    const key = said(check);
    const first = alike.get(key) ?? index;
    alike.set(key, first);
    for (const id of check.objectIds) askedOf.set(id, askedOf.has(id) ? `${askedOf.get(id)} ${first}` : `${first}`);
  }
  const distinct = new Map<string, number>();
  const places = [...askedOf].map(([id, asked]): [string, number] => {
    const place = distinct.get(asked) ?? distinct.size;
    distinct.set(asked, place);
    return [id, place];
  });
  const decisions = [...distinct.keys()].map((asked) => ({
    decision: 'allow',
    ...decisionOf(asked.split(' ').flatMap((index) => checks[Number(index)] ?? [])),
  }));
  return { distinct: JSON.stringify(decisions), places: JSON.stringify(Object.fromEntries(places)) };
}

/** What a record says of how a request was decided, as far as this program reads it. */
export interface Decision {
  readonly violations?: readonly (Violation & { readonly message: string })[];
}

/** A decision and its reason without the names of objects that the reader may not see, by uid. */
export function withoutMentions(
  decision: Decision | null,
  reason: string | null,
  hidden: ReadonlySet<string>,
): { readonly decision: unknown; readonly reason: string | null } {
  const { violations } = decision ?? {};
  if (violations === undefined) return { decision, reason };
  const shown = violations.map((one) => {
    const { mentions: _, ...rest } = hideIn(one, namesOf(one, hidden));
    return rest;
  });
  return { decision: { ...decision, violations: shown }, reason: shown[0]?.message ?? reason };
}
