import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { mapWithPauses, type Pause } from '../../platform/pauses.ts';
import type { Check } from '../access/check.ts';
import type { Holdings } from '../access/holdings.ts';
import type { Rights } from '../access/rights.ts';
import { PLATFORM, PUBLIC_AUDIENCE } from '../well-known.ts';
import { checkOf } from './ask-ahead.ts';
import type { Authorization } from './authorization.ts';
import type { AwaitedChecks, Transaction } from './batch.ts';

export const FORBIDDEN = 'FORBIDDEN';

/** Something was denied. */
export const isForbidden = (violations: readonly Violation[]): boolean =>
  violations.some(({ rule }) => rule === FORBIDDEN);

/** A permission that objects need on at least one of some scopes. */
export interface Need {
  readonly objectIds: readonly string[];
  readonly permission: string;
  readonly scopeIds: readonly string[];
  addViolation(violation: Violation): void;
}

type Deciding = Pick<Transaction, 'connection' | 'authorization' | 'askedAhead' | 'by' | 'pause'>;

/** Decides all needs: by the holdings in one statement, then by OpenFGA in one batch; both have to agree. */
export async function decide(deciding: Deciding, { holdings }: Rights, needs: readonly Need[]): Promise<AwaitedChecks> {
  const { connection, authorization, pause } = deciding;
  const deny = ({ permission, addViolation }: Need): void =>
    addViolation({
      rule: FORBIDDEN,
      message: `${permission} is missing`,
      accepted: `a role that holds ${permission} here`,
    });
  const found = await heldScopes(connection, holdings, needs, pause);
  await pause();
  for (const need of needs) if (!found.has(need)) deny(need);
  const confirming = found.size > 0 && authorization ? confirm(deciding, authorization, found) : undefined;
  confirming?.catch(() => undefined); // An error is met where the answers are awaited.
  return async () => {
    const verdicts = await confirming;
    return mapWithPauses(needs, pause, (need): Check => {
      const { objectIds, permission, scopeIds } = need;
      const heldOn = found.get(need);
      const verdict = verdicts?.get(need);
      if (verdict?.isAllowed === false) deny(need);
      const check = { objectIds, permission, scopeId: scopeIds[0] ?? PLATFORM };
      const openfga = verdict && { openfga: verdict.asked };
      if (heldOn === undefined || verdict?.isAllowed === false) return { ...check, isAllowed: false, ...openfga };
      return { ...check, isAllowed: true, heldOn, ...openfga };
    });
  };
}

/** The scopes on which needs are held, in one statement: on the very scope or the nearest one above it. */
async function heldScopes(
  connection: Queryable,
  holdings: Holdings,
  needs: readonly Need[],
  pause: Pause,
): Promise<Map<Need, string>> {
  const found = new Map<Need, string>();
  const open: { need: Need; index: number; slot: number }[] = [];
  const slots = new Set<number>();
  await mapWithPauses(needs, pause, (need) => {
    const slot = holdings.slot(need.permission);
    if (slot === undefined) return;
    // Every scope is below the platform but the one of what is everybody's, which is a root of its own.
    const roots = need.scopeIds[0] === PUBLIC_AUDIENCE ? [] : [PLATFORM];
    const direct = [...roots, ...need.scopeIds].find((id) => slot.scopeIds.has(id));
    if (direct !== undefined) found.set(need, direct);
    else {
      slots.add(slot.index);
      open.push({ need, index: open.length, slot: slot.index });
    }
  });
  if (open.length > 0) {
    const held = holdings.slots.filter(({ index }) => slots.has(index));
    const pairs = held.flatMap(({ index, scopeIds }) => [...scopeIds].map((id) => [index, id] as const));
    const wanted = open.map(({ need, slot }) => [slot, need.scopeIds[0] ?? ''] as const);
    const rows = await connection.cells(sql`
      select w.place - 1, (
        select c.ancestor_id from scope_closure c
        join unnest(${pairs.map(([slot]) => slot)}::int[], ${pairs.map(([, id]) => id)}::uuid[]) h (slot, scope_id)
          on h.scope_id = c.ancestor_id and h.slot = w.slot
        where c.descendant_id = w.scope_id order by c.depth limit 1)
      from unnest(${wanted.map(([slot]) => slot)}::int[], ${wanted.map(([, id]) => id)}::uuid[]) with ordinality w (slot, scope_id, place)`);
    for (const [place, ancestor] of rows) {
      const one = open[Number(place)];
      if (one !== undefined && ancestor !== null) found.set(one.need, String(ancestor));
    }
  }
  return found;
}

/** What OpenFGA answers about a need. */
interface OpenFgaVerdict {
  readonly isAllowed: boolean;
  readonly asked: Required<Check>['openfga'];
}

/**
 * OpenFGA's answers about the needs, asked on the scope on which each is held: what stands in it is known from
 * PostgreSQL, and a check on the very scope would walk all grants on the way up (docs/decisions/checks-where-held.md).
 */
async function confirm(
  { askedAhead, by, pause }: Deciding,
  authorization: Authorization,
  found: ReadonlyMap<Need, string>,
): Promise<ReadonlyMap<Need, OpenFgaVerdict>> {
  const names = [...new Set([...found.keys()].map(({ permission }) => permission))];
  const relations = await authorization.relations(names);
  await pause();
  const asked = await mapWithPauses([...found], pause, ([need, heldOn]) => {
    return { need, tuple: checkOf(by, relations.get(need.permission) ?? '', heldOn) };
  });
  const ask = async (of: typeof asked): Promise<typeof asked> => {
    await pause();
    const allowed = await authorization.openfga().check(of.map(({ tuple }) => tuple));
    return of.filter((_, index) => allowed[index] !== true);
  };
  const isAllowedAhead = await Promise.all(asked.map(({ tuple }) => askedAhead(tuple)));
  const open = asked.filter((_, index) => !isAllowedAhead[index]);
  let denied = open.length > 0 ? await ask(open) : open;
  // A scope that was made a moment ago may not have reached OpenFGA yet.
  if (denied.length > 0 && (await authorization.flush())) denied = await ask(denied);
  const refused = new Set(denied.map(({ need }) => need));
  const { modelId, consistency } = authorization.openfga();
  return new Map(
    asked.map(({ need, tuple: { relation } }): [Need, OpenFgaVerdict] => [
      need,
      { isAllowed: !refused.has(need), asked: { relation, modelId, consistency } },
    ]),
  );
}
