import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Author } from '../author.ts';
import { storable } from '../values/names.ts';

/** Who asks, as a record says it. */
export type Asker = ReturnType<typeof askerOf>;

export const askerOf = ({ caller, requestId, origin = {}, operation, field, documentHash }: Author) => {
  const { traceId, ...source } = origin;
  return {
    request_id: requestId,
    actor: caller,
    actor_id: caller.principalId,
    actor_name: caller.name,
    operation: operation ?? null,
    field: field ?? null,
    document_hash: documentHash ?? null,
    source: Object.keys(source).length === 0 ? null : source,
    trace_id: traceId ?? null,
  };
};
export const askerTypes = sql`request_id text, actor jsonb, actor_id uuid, actor_name text, operation text, field text, document_hash text,
  source jsonb, trace_id text`;
export const askerColumns = sql`request_id, actor, actor_id, actor_name, operation, field, document_hash, source, trace_id`;

/** The values of `askerColumns` for the author of a request, as a row called `who`. */
export const asker = (by: Author): Sql =>
  sql`jsonb_to_record(${storableJson(askerOf(by))}::jsonb) as who (${askerTypes})`;

/** Text that may be anything a caller has made up, as JSON that can be stored. */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner));
