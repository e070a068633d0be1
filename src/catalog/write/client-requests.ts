import { createHash } from 'node:crypto';
import type { Queryable } from '../../platform/db/database.ts';
import type { Pruning } from '../../platform/db/pruner.ts';
import { sql } from '../../platform/db/sql.ts';
import { ago, now, tables } from '../../platform/db/tables.ts';
import type { Author } from '../author.ts';
import { parseJson, stringifyJson } from '../manifests/json.ts';
import type { OperationResult } from './operation.ts';

/** A request that its client may send again, not knowing whether it arrived. */
export interface ClientRequest {
  /** The client's own id of it. */
  readonly id: string;
  /** The mutation and its input, as text. */
  readonly input: string;
}

/** How long the outcome of a request is kept. */
const KEPT = '24 hours';

const principalOf = ({ caller }: Author): string => caller.principalId ?? caller.name;
const hashOf = ({ input }: ClientRequest): string => createHash('sha256').update(input).digest('base64url');

/** The outcome of the same request before; `reused` when the id stood for another one. Asked under the write lock. */
export async function findFirstOutcome(
  connection: Queryable,
  by: Author,
  request: ClientRequest,
): Promise<readonly OperationResult[] | 'reused' | undefined> {
  const [row] = await connection.rows(
    tables
      .selectFrom('client_request')
      .select(({ cast }) => ['input', cast<string>('outcome', 'text').as('outcome')])
      .where('principal', '=', principalOf(by))
      .where('request_id', '=', request.id)
      .where('at', '>', ago(KEPT)),
  );
  if (row === undefined) return undefined;
  return row.input === hashOf(request) ? (parseJson(row.outcome) as OperationResult[]) : 'reused';
}

/** Keeps the outcome, in the transaction that it is the outcome of. */
export async function keepOutcome(
  connection: Queryable,
  by: Author,
  request: ClientRequest,
  results: readonly OperationResult[],
): Promise<void> {
  const answer = { input: hashOf(request), outcome: stringifyJson(results) };
  await connection.execute(
    tables
      .insertInto('client_request')
      .values({ principal: principalOf(by), request_id: request.id, ...answer })
      .onConflict((known) => known.columns(['principal', 'request_id']).doUpdateSet({ ...answer, at: now })),
  );
}

/** Requests whose outcome is kept no longer. */
export const clientRequestPruning: Pruning = {
  tables: ['client_request'],
  deleteSome: (connection, limit) =>
    connection.execute(sql`
      delete from client_request where (principal, request_id) in (
        select principal, request_id from client_request where at <= now() - ${KEPT}::interval
        limit ${limit}::int for update skip locked)`),
};
