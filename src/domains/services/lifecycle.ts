import { choice, type Fields, time } from '../../catalog/fields.ts';
import { type Change, type DerivedStore, newRevision } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';

/** The phases of everything that is published, in order. */
export const phases = ['Draft', 'Published', 'Deprecated', 'Retired'] as const;
export type Phase = (typeof phases)[number];

const phaseMeanings: Readonly<Record<Phase, string>> = {
  Draft: 'It is being prepared. It is not in force, and its identifying fields can still be changed.',
  Published: 'It is in use. Its identifying fields cannot be changed any more.',
  Deprecated: 'It is being phased out: still in force and billed, but no longer offered to new customers.',
  Retired: 'It is no longer in force. It is kept so that invoices and audits can be explained.',
};

export const phaseField = choice('CatalogPhase', phaseMeanings, {
  description:
    "The provider's declared lifecycle phase. It moves forward one step at a time; an object may be created in any phase.",
  required: true,
  default: 'Draft',
});

/** Instants at which an object entered its phases, maintained by the catalog. */
export const lifecycleStatus: Fields = {
  publishedAt: time({
    description: 'Time at which the object first became Published; null if it never was. It is kept in later phases.',
  }),
  deprecatedAt: time({ description: 'Time at which the object became Deprecated; null if it never was.' }),
  retiredAt: time({ description: 'Time at which the object became Retired; null if it is not.' }),
};

export const isPhase = (value: unknown): value is Phase => phases.some((phase) => phase === value);

/** Whether an identity that freezes on publication is frozen in this phase: from Published onward. */
export const isFrozen = (phase: unknown): boolean => isPhase(phase) && phase !== 'Draft';

/** Whether consumers take an object of this phase: Deprecated is still billed. */
export const isInForce = (phase: unknown): boolean => phase === 'Published' || phase === 'Deprecated';

/** Whether projects can ask for a service: Deprecated goes on for those who use it. */
export const takesRequests = (service: Sql): Sql => sql`(${service}.phase = 'Published')`;

/** What to do instead of a step back, by kind. */
const insteadOfGoingBack: Readonly<Record<string, string>> = {
  Service: 'A service that is to be offered anew takes another name.',
  ServiceConfiguration: 'To go back to what it states, publish a new revision with the same content.',
  ServiceVersion: 'What it had is offered anew as another version.',
};

/** Phases move one step forward, or stay; creation in any phase is allowed. */
export function checkPhaseStep(change: Change): Violation[] {
  const before = change.before?.spec.phase;
  const after = change.spec.phase;
  if (!isPhase(before) || !isPhase(after)) return [];
  const from = phases.indexOf(before);
  const steps = phases.indexOf(after) - from;
  if (steps === 0 || steps === 1) return [];
  const next = phases[from + 1];
  const accepted = next === undefined ? before : `${before} or ${next}`;
  const advice =
    steps < 0 ? ` ${insteadOfGoingBack[change.kind] ?? 'What is to be in force anew takes another name.'}` : '';
  const message = `The phase moves one step forward at a time: it cannot go from ${before} to ${after}.${advice}`;
  return [refuse(change, 'PHASE_STEP', 'spec.phase', message, { value: after, accepted })];
}

/** Records when the given rows entered their present phase. */
export async function stampPhases(
  store: DerivedStore,
  table: 'service' | 'service_configuration',
  ids: readonly string[],
): Promise<void> {
  await store.execute(
    sql`update ${sql.ident(table)} set
       published_at = case when phase = 'Published' then coalesce(published_at, write_instant()) else published_at end,
       deprecated_at = case when phase = 'Deprecated' then coalesce(deprecated_at, write_instant()) else deprecated_at end,
       retired_at = case when phase = 'Retired' then coalesce(retired_at, write_instant()) else retired_at end,
       ${newRevision}
     where id = any(${ids}::uuid[]) and (
       (phase = 'Published' and published_at is null) or
       (phase = 'Deprecated' and deprecated_at is null) or
       (phase = 'Retired' and retired_at is null))`,
  );
}
