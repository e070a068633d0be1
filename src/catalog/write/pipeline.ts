import type { Database, Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { ConflictError, type Violation } from '../../platform/errors.ts';
import type { Author } from '../access/caller.ts';
import type { History, Refusal } from '../history/history.ts';
import type { Head } from '../manifests/document.ts';
import { type ManifestFile, parseManifests } from '../manifests/parse.ts';
import { type ReadOptions, readDocument } from '../manifests/read-document.ts';
import { specSchema } from '../manifests/spec-schema.ts';
import type { Catalog } from '../model.ts';
import { applyBatch, type OnProgress, ownerOf } from './apply.ts';
import { type BrokenConstraint, brokenConstraint, type ConstraintRules, isRetryable } from './constraints.ts';
import type { FieldChange } from './differences.ts';
import { refuse } from './draft.ts';
import { type Entry, readDrafts } from './read-drafts.ts';
import { type RemoveResult, removeObjects, type WantedRemoval } from './remove.ts';

export type { FieldChange } from './differences.ts';
export type { RemoveResult } from './remove.ts';

export type ApplyOutcome = 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'REFUSED';

/** What became of one document. */
export interface ApplyResult extends Head {
  readonly source?: string;
  readonly line?: number;
  readonly outcome: ApplyOutcome;
  readonly changes: readonly FieldChange[];
  readonly violations: readonly Violation[];
  /** Uid of the object; absent for one that was refused or, in a trial, would be new. */
  readonly id?: string;
}

export interface ApplyOptions extends ReadOptions {
  readonly by: Author;
  /** Run everything but the commit. */
  readonly validateOnly: boolean;
  readonly onProgress?: OnProgress;
}

export interface RemoveOptions extends ReadOptions {
  readonly by: Author;
  /** Run everything but the commit. */
  readonly validateOnly: boolean;
  /** An object that does not exist is no error. */
  readonly allowMissing: boolean;
}

export interface Removal {
  readonly objects: readonly WantedRemoval[];
  readonly manifests: readonly ManifestFile[];
}

export interface Outcome<Result> {
  /** Everything was stored; otherwise nothing was. */
  readonly isApplied: boolean;
  readonly results: readonly Result[];
  readonly violations: readonly Violation[];
}

/** The one way anything is written: a batch, one transaction, judged on its final state, all violations at once. */
export interface WritePipeline {
  apply(files: readonly ManifestFile[], options: ApplyOptions): Promise<Outcome<ApplyResult>>;
  remove(wanted: Removal, options: RemoveOptions): Promise<Outcome<RemoveResult>>;
}

/** Ends a transaction whose work is not to be kept. */
class Abandon extends Error {}

/** Serialises all writes of the catalog's structure: cross-row rules are judged without races (design.md section 4). */
const WRITE_LOCK = 'select pg_advisory_xact_lock(720931)';
const ATTEMPTS = 3;

export function createWritePipeline({
  catalog,
  database,
  constraints,
  history,
}: {
  readonly catalog: Catalog;
  readonly database: Database;
  readonly constraints: ConstraintRules;
  /** Records every write; absent: nothing is recorded. */
  readonly history?: History;
}): WritePipeline {
  const schemas = new Map(catalog.kinds.map((kind) => [kind, specSchema(kind)]));

  /** Runs `work` in a transaction that is kept when it says so; a constraint that breaks on the way is given back. */
  const attempt = async (work: (connection: Queryable) => Promise<boolean>): Promise<BrokenConstraint | undefined> => {
    try {
      await database.transaction(async (connection) => {
        await connection.rows(sql.raw(WRITE_LOCK));
        if (!(await work(connection))) throw new Abandon();
      });
      return undefined;
    } catch (error) {
      if (error instanceof Abandon) return undefined;
      const broken = brokenConstraint(error, constraints);
      if (broken === undefined) throw error;
      return broken;
    }
  };

  const applyOnce = async (files: readonly ManifestFile[], options: ApplyOptions): Promise<Outcome<ApplyResult>> => {
    const entries = readDrafts(catalog, (kind) => schemas.get(kind) ?? specSchema(kind), files, options);
    const drafts = entries.flatMap(({ draft }) => draft ?? []);
    const general: Violation[] = [];
    const violations = (): Violation[] => [...entries.flatMap((entry) => entry.violations), ...general];
    if (drafts.length > 0) {
      const broken = await attempt(async (connection) => {
        general.push(...(await applyBatch({ catalog, connection, drafts, onProgress: options.onProgress })));
        if (options.validateOnly || violations().length > 0) return false;
        await history?.record(connection, options.by, 'apply');
        return true;
      });
      if (broken !== undefined) {
        const owner = ownerOf(broken, drafts);
        if (owner === undefined) general.push(broken.violation);
        else refuse(owner, broken.violation);
      }
    }
    const isApplied = violations().length === 0 && !options.validateOnly;
    if (!options.validateOnly)
      await history?.refuse(options.by, [...entries.flatMap(refusedEntry), ...general.map(refusedBatch('apply'))]);
    return { isApplied, results: entries.map((entry) => resultOf(entry, isApplied)), violations: violations() };
  };

  const removeOnce = async (removal: Removal, options: RemoveOptions): Promise<Outcome<RemoveResult>> => {
    const { wanted, violations: general } = readRemoval(catalog, removal, options);
    let results: readonly RemoveResult[] = [];
    const violations = (): Violation[] => [...general, ...results.flatMap((result) => result.violations)];
    const isKept = (): boolean => !options.validateOnly && violations().length === 0;
    const broken = await attempt(async (connection) => {
      results = await removeObjects(catalog, connection, wanted, options.allowMissing);
      if (isKept()) await history?.record(connection, options.by, 'delete');
      return isKept();
    });
    if (broken !== undefined) general.push(broken.violation);
    if (!options.validateOnly)
      await history?.refuse(options.by, [...results.flatMap(refusedRemoval), ...general.map(refusedBatch('delete'))]);
    return { isApplied: isKept(), results, violations: violations() };
  };

  return {
    apply: (files, options) => persist(() => applyOnce(files, options)),
    remove: (wanted, options) => persist(() => removeOnce(wanted, options)),
  };
}

/** What of a document was refused, for the audit log. */
function refusedEntry({ head, draft, violations }: Entry): Refusal[] {
  if (violations.length === 0) return [];
  const stored = draft?.stored;
  const known = stored === undefined ? {} : { id: stored.id, scopeId: stored.scopeId };
  return [{ verb: stored === undefined ? 'create' : 'update', kind: head.kind, name: head.name, ...known, violations }];
}

const refusedRemoval = ({ kind, name, violations }: RemoveResult): Refusal[] =>
  violations.length === 0 ? [] : [{ verb: 'delete', kind, name, violations }];

const refusedBatch =
  (verb: string) =>
  (violation: Violation): Refusal => ({ verb, violations: [violation] });

/** Runs a whole transaction again when another writer was in its way. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error)) throw error;
      if (tried === ATTEMPTS) {
        throw new ConflictError('another writer was faster; try again', { retryable: true }, { cause: error });
      }
    }
  }
}

function resultOf({ source, line, head, draft, violations }: Entry, isApplied: boolean): ApplyResult {
  const place = { ...(source !== undefined && { source }), ...(line !== undefined && { line }) };
  const described = { ...place, ...head, ...(draft?.manifest.namespace && { namespace: draft.manifest.namespace }) };
  if (draft === undefined || violations.length > 0)
    return { ...described, outcome: 'REFUSED', changes: [], violations };
  const { stored, changes, id } = draft;
  if (stored === undefined) {
    return { ...described, ...(isApplied && { id }), outcome: 'CREATED', changes: [], violations: [] };
  }
  return { ...described, id, outcome: changes.length > 0 ? 'UPDATED' : 'UNCHANGED', changes, violations: [] };
}

/** What is to go, by name and by manifest, and what of the manifests could not be read. */
function readRemoval(
  catalog: Catalog,
  { objects, manifests }: Removal,
  options: RemoveOptions,
): { readonly wanted: WantedRemoval[]; readonly violations: Violation[] } {
  const place = {
    ...(options.namespace !== undefined && { namespace: options.namespace }),
    ...(options.project !== undefined && { project: options.project }),
  };
  const parsed = manifests.map(parseManifests);
  const violations = parsed.flatMap((file) => file.violations);
  const described = parsed.flatMap((file) =>
    file.documents.flatMap((document): WantedRemoval[] => {
      const { manifest, violations: found } = readDocument(catalog, document, options);
      if (manifest === undefined) {
        violations.push(...found);
        return [];
      }
      const { kind, name, namespace, project, group } = manifest;
      const where = { ...(namespace !== null && { namespace }), ...(project !== null && { project }) };
      return [{ kind: kind.kind, name, ...where, group, document }];
    }),
  );
  return { wanted: [...objects.map((one) => ({ ...place, ...one })), ...described], violations };
}
