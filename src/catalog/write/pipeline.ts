import type { Database, Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { ConflictError, type Violation } from '../../platform/errors.ts';
import { AccessMovedError } from '../access/access.ts';
import type { Author } from '../author.ts';
import type { FieldChange } from '../differences.ts';
import type { History } from '../history/history.ts';
import type { Head } from '../manifests/document.ts';
import { type ManifestFile, parseManifests } from '../manifests/parse.ts';
import { type ReadOptions, readDocument } from '../manifests/read-document.ts';
import { specSchema } from '../manifests/spec-schema.ts';
import type { Catalog } from '../model.ts';
import { beginWriting } from '../transaction.ts';
import { type OnProgress, ownerOf } from './apply.ts';
import { type Authorization, isForbidden } from './authorize.ts';
import { type ClientRequest, findFirstOutcome, keepOutcome } from './client-requests.ts';
import { type BrokenConstraint, brokenConstraint, type ConstraintRules, isRetryable } from './constraints.ts';
import { refuse } from './draft.ts';
import { hideMentions } from './hide-mentions.ts';
import type { DeleteOperation, FieldManager, Operation, OperationResult, Warning } from './operation.ts';
import { createTurns } from './turns.ts';
import {
  allViolations,
  type Batch,
  draftsOf,
  finishAuthorization,
  hasWork,
  readBatch,
  refusalsOf,
  resultsOf,
  violationLists,
  writeBatch,
} from './write-batch.ts';

export type ApplyOutcome = 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'REFUSED';

/** What became of one document. */
export interface ApplyResult extends Head {
  readonly source?: string;
  readonly line?: number;
  readonly outcome: ApplyOutcome;
  readonly changes: readonly FieldChange[];
  readonly violations: readonly Violation[];
  readonly warnings: readonly Warning[];
  /** Uid of the object; absent for one that was refused or, in a trial, would be new. */
  readonly id?: string;
}

export interface RemoveResult {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly project?: string;
  readonly outcome: 'DELETED' | 'ABSENT' | 'REFUSED';
  readonly violations: readonly Violation[];
}

export interface WriteOptions {
  readonly by: Author;
  /** Run everything but the commit. */
  readonly validateOnly: boolean;
  /** The same request again gets the first outcome instead of being done twice. */
  readonly request?: ClientRequest;
  readonly onProgress?: OnProgress;
}

export interface ApplyOptions extends WriteOptions, ReadOptions {
  readonly manager?: FieldManager;
}

export interface RemoveOptions extends WriteOptions, ReadOptions {
  /** An object that does not exist is no error. */
  readonly allowMissing: boolean;
  /** What the objects own goes with them. */
  readonly cascade?: boolean;
}

/** An object that is to go, by kind and name. */
export interface WantedRemoval {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly project?: string;
}

export interface Removal {
  readonly objects: readonly WantedRemoval[];
  readonly manifests: readonly ManifestFile[];
}

/** What a write has done to who may do what. */
export interface AuthorizationEffect {
  /** It holds from the next request on; else OpenFGA cannot be reached, and it will hold once that is back. */
  readonly isInForce: boolean;
  /** What a later read can wait for. */
  readonly revision: bigint;
}

export interface Outcome<Result> {
  /** Everything was stored; otherwise nothing was. */
  readonly isApplied: boolean;
  /** Absent when nothing was stored. */
  readonly authorization?: AuthorizationEffect;
  readonly results: readonly Result[];
  readonly violations: readonly Violation[];
}

/** The one way anything is written: a batch, one transaction, judged on its final state, all violations at once. */
export interface WritePipeline {
  /** Operations of any sort; one result per object, in the order of the operations. */
  write(operations: readonly Operation[], options: WriteOptions): Promise<Outcome<OperationResult>>;
  /** A write of manifests alone; one result per document. */
  apply(files: readonly ManifestFile[], options: ApplyOptions): Promise<Outcome<ApplyResult>>;
  /** A write of deletions alone. */
  remove(wanted: Removal, options: RemoveOptions): Promise<Outcome<RemoveResult>>;
}

/** Ends a transaction whose work is not to be kept. */
class Abandon extends Error {}

const ATTEMPTS = 3;
/** The same when rights moved on meanwhile: by others that write at the same time, which may be many. */
const ATTEMPTS_OF_MOVED = 10;
/** So long a write waits for its effect on rights before it says that it is pending (iam.md 4.12). */
const SETTLE_MS = 2_000;

export function createWritePipeline({
  catalog,
  database,
  constraints,
  history,
  authorization,
}: {
  readonly catalog: Catalog;
  readonly database: Database;
  readonly constraints: ConstraintRules;
  /** Records every write; absent: nothing is recorded. */
  readonly history?: History;
  /** Decides what callers may write, and brings what was written in force; absent: only the system writes. */
  readonly authorization?: Authorization;
}): WritePipeline {
  const schemas = new Map(catalog.kinds.map((kind) => [kind, specSchema(kind)]));
  const schemaOf = (kind: Catalog['kinds'][number]) => schemas.get(kind) ?? specSchema(kind);

  const takeTurn = createTurns();

  /**
   * Runs `work` in a transaction that is kept when it says so; a constraint that breaks on the way is given back. The
   * turn is that of arrival, however long it takes to read what has come.
   */
  const attempt = async (
    reading: Promise<Batch>,
    work: (connection: Queryable, batch: Batch) => Promise<boolean>,
    moved: Author['rights'],
  ): Promise<BrokenConstraint | undefined> => {
    try {
      await takeTurn(async () => {
        const batch = await reading;
        if (!hasWork(batch)) return;
        if (moved !== undefined) {
          // In its own turn, when nobody else here moves them again.
          await authorization?.flush();
          await moved.current();
        }
        await database.transaction(async (connection) => {
          await beginWriting(connection);
          if (!(await work(connection, batch))) throw new Abandon();
        });
      });
      return undefined;
    } catch (error) {
      if (error instanceof Abandon) return undefined;
      const broken = brokenConstraint(error, constraints);
      if (broken === undefined) throw error;
      return broken;
    }
  };

  const writeOnce = async (
    operations: readonly Operation[],
    { by, validateOnly, request, onProgress }: WriteOptions,
    moved: Author['rights'],
  ): Promise<Outcome<OperationResult>> => {
    let first: Awaited<ReturnType<typeof findFirstOutcome>>;
    let revision = 0n;
    const reading = readBatch(catalog, schemaOf, operations);
    reading.catch(() => undefined); // Heard when its turn has come, which may be long after.
    const keep = async (connection: Queryable, batch: Batch): Promise<boolean> => {
      first = request && (await findFirstOutcome(connection, by, request));
      if (first !== undefined) return false;
      await writeBatch(batch, { catalog, connection, schemaOf, by, authorization, onProgress });
      if (validateOnly || allViolations(batch).length > 0) return false;
      await history?.record(connection, by, verbOf(operations), batch.checks);
      if (request !== undefined) await keepOutcome(connection, by, request, resultsOf(batch, true));
      const [row] = await connection.cells(
        // The newest is this transaction's own or none is: all others wrote theirs before it had the lock.
        sql`select access_position_follow(), (select case when n.created_at = now() then n.seq end
            from (select seq, created_at from authz_outbox where applied_at is null order by seq desc limit 1) n)`,
      );
      revision = typeof row?.[1] === 'bigint' ? row[1] : 0n;
      return true;
    };
    const broken = await attempt(reading, keep, moved);
    if (first === 'reused') return refusedRequest;
    if (first !== undefined) return { isApplied: true, results: first, violations: [] };
    const batch = await reading;
    await finishAuthorization(batch);
    if (broken !== undefined && !isForbidden(allViolations(batch))) noteBroken(batch, broken);
    const own = new Set(draftsOf(batch).map(({ id }) => id));
    await hideMentions(catalog, database, violationLists(batch), own, by.rights?.access);
    const violations = allViolations(batch);
    const isApplied = violations.length === 0 && !validateOnly;
    const isInForce = !isApplied || revision === 0n || (await authorization?.isApplied(revision, SETTLE_MS)) !== false;
    if (!validateOnly) await history?.refuse(by, refusalsOf(batch, verbOf(operations)));
    const effect = isApplied && { authorization: { isInForce, revision } };
    return { isApplied, ...effect, results: resultsOf(batch, isApplied), violations };
  };

  const write: WritePipeline['write'] = async (operations, options) => {
    try {
      return await persist(options.by, (moved) => writeOnce(operations, options, moved));
    } catch (error) {
      if (!options.validateOnly) await history?.fail(options.by, verbOf(operations), error);
      throw error;
    }
  };

  return {
    write,
    apply: async (files, { namespace, project, manager, ...options }) => {
      const place = { ...(namespace !== undefined && { namespace }), ...(project !== undefined && { project }) };
      const { results, ...rest } = await write(
        [{ do: 'apply', files, ...place, ...(manager !== undefined && { manager }) }],
        options,
      );
      return { ...rest, results: results.map(({ operation: _, ...result }) => result as ApplyResult) };
    },
    remove: async (removal, options) => {
      const { operations, violations } = readRemoval(catalog, removal, options);
      if (!options.validateOnly) {
        await history?.refuse(
          options.by,
          violations.map((violation) => ({ verb: 'delete', violations: [violation] })),
        );
      }
      const outcome = await write(operations, {
        ...options,
        validateOnly: options.validateOnly || violations.length > 0,
      });
      const results = operations.map(({ kind, target: { name = '', namespace, project } }, index): RemoveResult => {
        const result = outcome.results.find(({ operation }) => operation === index);
        return {
          kind: kind.kind,
          name,
          ...(namespace !== undefined && { namespace }),
          ...(project !== undefined && { project }),
          outcome: (result?.outcome ?? 'REFUSED') as RemoveResult['outcome'],
          violations: result?.violations ?? [],
        };
      });
      return { ...outcome, results, violations: [...violations, ...outcome.violations] };
    },
  };
}

const refusedRequest: Outcome<never> = {
  isApplied: false,
  results: [],
  violations: [
    {
      rule: 'REQUEST_ID_REUSED',
      message: 'another request came with this id within the last 24 hours',
      path: 'clientRequestId',
      inputPath: ['input', 'clientRequestId'],
      accepted: 'an id of its own for each request',
    },
  ],
};

/** One word for a whole request, where it is told of as a whole. */
function verbOf(operations: readonly Operation[]): string {
  const verbs = new Set(operations.map((one) => (one.do === 'act' ? one.action.name : one.do)));
  const [only = 'batch', another] = verbs;
  return another === undefined ? only : 'batch';
}

/** A broken constraint is a violation of the draft on whose row it broke, when that can be told. */
function noteBroken(batch: Batch, broken: BrokenConstraint): void {
  const owner = ownerOf(broken, draftsOf(batch));
  if (owner === undefined) batch.general.push(broken.violation);
  else refuse(owner, broken.violation);
}

/** Runs a whole transaction again when another writer was in its way; with the author's rights if it moved those. */
async function persist<T>(by: Author, work: (moved: Author['rights']) => Promise<T>): Promise<T> {
  let moved: Author['rights'];
  for (let tried = 1; ; tried++) {
    try {
      return await work(moved);
    } catch (error) {
      if (error instanceof AccessMovedError && by.rights !== undefined) moved = by.rights;
      else if (!isRetryable(error)) throw error;
      if (tried === (moved === undefined ? ATTEMPTS : ATTEMPTS_OF_MOVED)) {
        throw new ConflictError('another writer was faster; try again', { retryable: true }, { cause: error });
      }
    }
  }
}

/** What is to go, by name and by manifest, and what of the manifests could not be read. */
function readRemoval(
  catalog: Catalog,
  { objects, manifests }: Removal,
  { namespace, project, allowMissing, cascade = false }: RemoveOptions,
): { readonly operations: DeleteOperation[]; readonly violations: Violation[] } {
  const place = { ...(namespace !== undefined && { namespace }), ...(project !== undefined && { project }) };
  const how = { do: 'delete', allowMissing, cascade } as const;
  const parsed = manifests.map(parseManifests);
  const violations = parsed.flatMap((file) => file.violations);
  const described = parsed.flatMap((file) =>
    file.documents.flatMap((document): DeleteOperation[] => {
      const { manifest, violations: found } = readDocument(catalog, document, place);
      if (manifest === undefined) {
        violations.push(...found);
        return [];
      }
      const { kind, name, namespace: of, project: within, group } = manifest;
      const where = { ...(of !== null && { namespace: of }), ...(within !== null && { project: within }) };
      return [{ ...how, kind, target: { name, ...where, group }, document }];
    }),
  );
  const named = objects.map(
    ({ kind, ...target }): DeleteOperation => ({ ...how, kind: catalog.get(kind), target: { ...place, ...target } }),
  );
  return { operations: [...named, ...described], violations };
}
