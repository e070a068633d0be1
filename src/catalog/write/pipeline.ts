import type { Database, Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import type { DerivedStore, FinalState } from '../kind.ts';
import { type Head, headOf, type ReadOptions, readDocument } from '../manifests/document.ts';
import { type ManifestFile, type ParsedDocument, parseManifests } from '../manifests/parse.ts';
import { checkSpec, specSchema } from '../manifests/spec-schema.ts';
import type { Catalog, KindModel } from '../model.ts';
import { uuidv7 } from '../values/uuid.ts';
import { asViolation, type ConstraintRule } from './constraints.ts';
import { differences, type FieldChange } from './differences.ts';
import { type Draft, refuse, toChange } from './draft.ts';
import { type RemoveResult, removeObjects, type WantedRemoval } from './remove.ts';
import { resolveReferences, valueAt } from './resolve.ts';
import { cascadeScopes, organizationScopes, placeInScopes, storeScopes } from './scopes.ts';
import { frozenPaths, loadStored, storeObjects } from './store.ts';

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
  /** Run everything but the commit. */
  readonly validateOnly: boolean;
}

export interface RemoveOptions extends ApplyOptions {
  readonly allowMissing: boolean;
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
  remove(
    wanted: { readonly objects: readonly WantedRemoval[]; readonly manifests: readonly ManifestFile[] },
    options: RemoveOptions,
  ): Promise<Outcome<RemoveResult>>;
}

/** Ends a transaction whose work is not to be kept. */
class Abandon extends Error {}

/** Serialises all writes of the catalog's structure: cross-row rules are judged without races (design.md section 4). */
const WRITE_LOCK = 'select pg_advisory_xact_lock(720931)';

export function createWritePipeline({
  catalog,
  database,
  constraints,
}: {
  readonly catalog: Catalog;
  readonly database: Database;
  readonly constraints: ReadonlyMap<string, ConstraintRule>;
}): WritePipeline {
  const schemas = new Map(catalog.kinds.map((kind) => [kind, specSchema(kind)]));

  /** Runs `work` in a transaction that is kept only when `isKept` says so afterwards. */
  const attempt = async (
    work: (connection: Queryable) => Promise<void>,
    isKept: () => boolean,
    onViolation: (violation: Violation) => void,
  ): Promise<void> => {
    try {
      await database.transaction(async (connection) => {
        await connection.rows(sql.raw(WRITE_LOCK));
        await work(connection);
        if (!isKept()) throw new Abandon();
      });
    } catch (error) {
      if (error instanceof Abandon) return;
      const violation = asViolation(error, constraints);
      if (violation === undefined) throw error;
      onViolation(violation);
    }
  };

  const read = (files: readonly ManifestFile[]) => {
    const parsed = files.map(parseManifests);
    const violations = parsed.flatMap((file) => file.violations);
    const documents = parsed.flatMap((file) => file.documents);
    return { violations, documents };
  };

  return {
    apply: async (files, options) => {
      const { documents, violations: malformed } = read(files);
      const heads: { document: ParsedDocument; draft?: Draft; violations: readonly Violation[] }[] = documents.map(
        (document) => {
          const { manifest, violations } = readDocument(catalog, document, options);
          if (manifest === undefined) return { document, violations };
          const { kind } = manifest;
          const draft: Draft = {
            manifest,
            kind,
            subject: `${kind.kind}/${manifest.name}`,
            id: uuidv7(),
            spec: undefined,
            stored: undefined,
            links: new Map(),
            scopeId: '',
            otherScopeIds: [],
            projectId: undefined,
            changes: [],
            violations: [...violations],
          };
          readSpec(draft, schemas.get(kind) ?? specSchema(kind));
          return { document, draft, violations: draft.violations };
        },
      );
      const drafts = heads.flatMap(({ draft }) => draft ?? []);
      refuseDuplicates(drafts);
      const general: Violation[] = [];
      const allViolations = (): Violation[] => [
        ...malformed,
        ...heads.flatMap(({ violations }) => violations),
        ...general,
      ];
      if (drafts.length > 0) {
        await attempt(
          (connection) => applyDrafts(catalog, connection, drafts),
          () => !options.validateOnly && allViolations().length === 0,
          (violation) => general.push(violation),
        );
      }
      const violations = allViolations();
      const isApplied = violations.length === 0 && !options.validateOnly;
      const results = heads.map(({ document, draft, violations: own }): ApplyResult => {
        const place = { ...(document.source !== undefined && { source: document.source }), line: document.line };
        const head = { ...headOf(document), ...(draft?.manifest.namespace && { namespace: draft.manifest.namespace }) };
        if (draft === undefined || own.length > 0)
          return { ...place, ...head, outcome: 'REFUSED', changes: [], violations: own };
        const outcome = draft.stored === undefined ? 'CREATED' : draft.changes.length > 0 ? 'UPDATED' : 'UNCHANGED';
        const id = draft.stored !== undefined || isApplied ? { id: draft.id } : {};
        return {
          ...place,
          ...head,
          ...id,
          outcome,
          changes: draft.stored === undefined ? [] : draft.changes,
          violations: [],
        };
      });
      return { isApplied, results, violations };
    },

    remove: async ({ objects, manifests }, options) => {
      const { documents, violations: malformed } = read(manifests);
      const fromFiles = documents.map((document) => ({ document, ...readDocument(catalog, document, options) }));
      const wanted: WantedRemoval[] = [
        ...objects.map((one) => ({
          ...(options.namespace && { namespace: options.namespace }),
          ...(options.project && { project: options.project }),
          ...one,
        })),
        ...fromFiles.flatMap(({ manifest }) =>
          manifest === undefined
            ? []
            : [
                {
                  kind: manifest.kind.kind,
                  name: manifest.name,
                  ...(manifest.namespace && { namespace: manifest.namespace }),
                  ...(manifest.project && { project: manifest.project }),
                },
              ],
        ),
      ];
      const general: Violation[] = [
        ...malformed,
        ...fromFiles.flatMap(({ manifest, violations }) => (manifest === undefined ? violations : [])),
      ];
      let results: RemoveResult[] = [];
      const violations = (): Violation[] => [...general, ...results.flatMap((result) => result.violations)];
      await attempt(
        async (connection) => {
          results = await removeObjects(catalog, connection, wanted, options.allowMissing);
        },
        () => !options.validateOnly && violations().length === 0,
        (violation) => general.push(violation),
      );
      return { isApplied: !options.validateOnly && violations().length === 0, results, violations: violations() };
    },
  };
}

/** Validates a document's spec; the draft has none when it can not be used. */
function readSpec(draft: Draft, schema: ReturnType<typeof specSchema>): void {
  const { kind, manifest } = draft;
  const { spec: written } = manifest;
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    refuse(draft, { rule: 'WRONG_TYPE', message: 'spec is an object' }, ['spec']);
    return;
  }
  const given = kind.read?.({ ...(written as Record<string, unknown>) }, manifest) ?? written;
  const { spec, violations } = checkSpec(kind, schema, given);
  for (const { steps, ...violation } of violations) refuse(draft, violation, steps);
  draft.spec = spec;
}

const identityOf = ({ kind, manifest }: Draft): string =>
  JSON.stringify([
    kind.kind,
    kind.groups.length > 1 ? manifest.group : '',
    manifest.namespace,
    manifest.project,
    manifest.name,
  ]);

function refuseDuplicates(drafts: readonly Draft[]): void {
  for (const [, [first, ...others]] of Map.groupBy(drafts, identityOf)) {
    for (const other of others) {
      const { source, line } = first?.manifest.document ?? {};
      const place = `${source ?? 'the batch'} line ${line ?? 0}`;
      refuse(
        other,
        { rule: 'DUPLICATE_IN_BATCH', message: `${other.subject} stands in the batch already, at ${place}` },
        ['metadata', 'name'],
      );
    }
  }
}

/** Everything between reading and committing; violations are noted on the drafts. */
async function applyDrafts(catalog: Catalog, connection: Queryable, drafts: readonly Draft[]): Promise<void> {
  const byKind = catalog.kinds.flatMap((kind): [KindModel, Draft[]][] => {
    const own = drafts.filter((draft) => draft.kind === kind);
    return own.length === 0 ? [] : [[kind, own]];
  });
  for (const [kind, own] of byKind) {
    const stored = await loadStored(connection, kind, [...new Set(own.map(({ manifest }) => manifest.name))]);
    for (const draft of own) {
      const { namespace, project, group } = draft.manifest;
      draft.stored = stored.find(
        (one) =>
          one.name === draft.manifest.name &&
          one.namespace === namespace &&
          (!kind.inProject || one.project === project) &&
          (kind.groups.length === 1 || one.group === group),
      );
      if (draft.stored !== undefined) draft.id = draft.stored.id;
      if (kind.isOwnScope) draft.scopeId = draft.id;
    }
  }
  await resolveReferences(catalog, connection, drafts);
  for (const draft of drafts) compare(draft);
  const sound = drafts.filter(({ violations }) => violations.length === 0);
  for (const draft of sound)
    for (const violation of draft.kind.check?.(toChange(draft)) ?? []) refuse(draft, violation);
  if (drafts.some(({ violations }) => violations.length > 0)) return;

  const organizations = await organizationScopes(catalog, connection, drafts);
  const moved = new Map<KindModel, string[]>();
  for (const [kind, own] of byKind) {
    for (const draft of own) placeInScopes(draft, organizations);
    const changed = own.filter((draft) => draft.stored === undefined || draft.changes.length > 0);
    if (kind.isOwnScope) await storeScopes(connection, changed);
    await storeObjects(connection, kind, changed);
    const elsewhere = changed.filter(({ stored, scopeId }) => stored !== undefined && stored.scopeId !== scopeId);
    if (elsewhere.length > 0)
      moved.set(
        kind,
        elsewhere.map(({ id }) => id),
      );
  }
  if (moved.size > 0) await cascadeScopes(catalog, connection, moved);

  const store = derivedStore(connection);
  const changesOf = (own: readonly Draft[]): Draft[] =>
    own.filter((draft) => draft.stored === undefined || draft.changes.length > 0);
  for (const [kind, own] of byKind) {
    const changed = changesOf(own);
    if (changed.length === 0 || kind.checkAll === undefined) continue;
    for (const violation of await kind.checkAll(changed.map(toChange), store)) {
      const draft = changed.find(({ subject }) => subject === violation.subject) ?? changed[0];
      if (draft !== undefined) refuse(draft, violation);
    }
  }
  if (drafts.some(({ violations }) => violations.length > 0)) return;
  for (const [kind, own] of byKind) {
    const changed = changesOf(own);
    if (changed.length > 0) await kind.derive?.(changed.map(toChange), store);
  }
}

/** Notes what differs from the stored state, and refuses changes of what is frozen. */
function compare(draft: Draft): void {
  const { stored, spec, manifest, kind } = draft;
  if (stored === undefined || spec === undefined || draft.violations.length > 0) return;
  const spelled = differences(stored.spec, spec, 'spec');
  draft.changes = [
    ...differences(stored.labels, manifest.labels, 'metadata.labels'),
    ...differences(stored.annotations, manifest.annotations, 'metadata.annotations'),
    ...spelled,
  ];
  const phase = kind.phase === undefined ? undefined : valueAt(stored.spec, kind.phase);
  const isPublished = phase !== undefined && phase !== 'Draft';
  const frozen = [...frozenPaths(kind.spec, 'always'), ...(isPublished ? frozenPaths(kind.spec, 'published') : [])];
  for (const path of frozen) {
    const change = spelled.find(
      (one) =>
        one.path === `spec.${path}` || one.path.startsWith(`spec.${path}.`) || one.path.startsWith(`spec.${path}[`),
    );
    if (change === undefined) continue;
    const message = `${path} can not be changed${isPublished ? ` once ${kind.kind} is ${String(phase)}` : ' after creation'}; it is ${JSON.stringify(change.before)}`;
    refuse(draft, {
      rule: 'IMMUTABLE',
      message,
      path: change.path,
      value: change.after,
      accepted: JSON.stringify(change.before) ?? 'absent',
    });
  }
}

export function derivedStore(connection: Queryable): DerivedStore & FinalState {
  const statement = (text: string, values: readonly unknown[] = []) => {
    const pieces = text.split(/\$\d+/);
    const order = [...text.matchAll(/\$(\d+)/g)].map(([, index]) => values[Number(index) - 1]);
    return sql.join(
      pieces.flatMap((piece, index) =>
        index < order.length ? [sql.raw(piece), sql`${order[index]}`] : [sql.raw(piece)],
      ),
      '',
    );
  };
  return {
    query: (text, values) => connection.rows(statement(text, values)),
    execute: (text, values) => connection.execute(statement(text, values)),
  };
}
