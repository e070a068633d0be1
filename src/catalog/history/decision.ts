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

/** Decisions on objects as JSON: the distinct ones, and by the uid of each object which of them it is. */
export function decisionsOf(checks: readonly Check[]): { readonly distinct: string; readonly places: string } {
  const askedOf = new Map<string, string>();
  for (const [index, { objectIds }] of checks.entries())
    for (const id of objectIds) askedOf.set(id, askedOf.has(id) ? `${askedOf.get(id)} ${index}` : `${index}`);
  const distinct = new Map<string, number>();
  const places = [...askedOf].map(([id, asked]): [string, number] => {
    const place = distinct.get(asked) ?? distinct.size;
    distinct.set(asked, place);
    return [id, place];
  });
  const decisions = [...distinct.keys()].map((asked) =>
    decisionOf(asked.split(' ').flatMap((index) => checks[Number(index)] ?? [])),
  );
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
