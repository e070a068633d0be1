import type { z } from 'zod';
import type { Queryable } from '../../platform/db/database.ts';
import type { Violation } from '../../platform/errors.ts';
import type { Pause } from '../../platform/pauses.ts';
import type { Check } from '../access/check.ts';
import type { Author } from '../author.ts';
import type { Head } from '../manifests/document.ts';
import type { ParseApart } from '../manifests/parse-apart.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { Report } from '../report.ts';
import type { ReadAction } from './actions.ts';
import type { AskedAhead } from './ask-ahead.ts';
import type { Authorization } from './authorization.ts';
import type { PendingDeletion } from './deletion.ts';
import type { ReadDraft } from './draft.ts';
import type { CreateOperation, FoundReport, UpdateOperation } from './operation.ts';

/** One document of the batch, or what could not even be read as one. */
export interface Entry {
  /** Which operation of the batch it comes from. */
  readonly operation: number;
  readonly source: string | undefined;
  readonly line: number | undefined;
  readonly head: Head;
  /** Undefined when it names no object of a known kind, and for an update until its object is found. */
  draft: ReadDraft | undefined;
  /** What is wrong with it besides what is wrong with the draft. */
  readonly violations: Violation[];
}

/** Operations of one request on their way through one transaction. */
export interface Batch {
  /** Documents, creates and updates, in the order of the request. */
  readonly entries: Entry[];
  readonly created: { readonly entry: Entry; readonly create: CreateOperation }[];
  readonly updates: { readonly entry: Entry; readonly update: UpdateOperation }[];
  readonly deletions: PendingDeletion[];
  readonly actions: ReadAction[];
  /** What is wrong and belongs to no single operation. */
  readonly general: Violation[];
  /** Answers that OpenFGA has been asked for and that have not been looked at yet. */
  readonly awaited: AwaitedChecks[];
  /** The permission checks of the batch, once they are answered. */
  readonly checks: Check[];
  /** What was found for reports on changes, by the draft's uid. */
  readonly reports: Map<string, FoundReport[]>;
}

/** Waits for OpenFGA's answers, and refuses what it denies. */
export type AwaitedChecks = () => Promise<readonly Check[]>;

export const newBatch = (): Batch => ({
  entries: [],
  created: [],
  updates: [],
  deletions: [],
  actions: [],
  general: [],
  awaited: [],
  checks: [],
  reports: new Map(),
});

export type SchemaOf = (kind: KindModel) => z.ZodType;

/** Called with the progress: the current step, and how many of its kinds or documents are done. */
export type OnProgress = (done: number, total: number, phase: 'loading' | 'storing' | 'judging' | 'deriving') => void;

/** What it takes to read operations. */
export interface Reading {
  readonly catalog: Catalog;
  readonly schemaOf: SchemaOf;
  readonly parse: ParseApart;
}

/** What every step is given beside the batch. */
export interface Transaction extends Reading {
  readonly connection: Queryable;
  /** The version of the permissions in force. */
  readonly accessVersion: bigint | undefined;
  readonly by: Author;
  readonly authorization: Authorization | undefined;
  readonly askedAhead: AskedAhead;
  readonly onProgress: OnProgress | undefined;
  /** The reports that the request asks for. */
  readonly reports: readonly Report[];
  /** Steps that do something for each draft let others go on meanwhile. */
  readonly pause: Pause;
  /** Collects the names by which objects are looked for, where somebody wants to know. */
  readonly lookedFor?: Set<string>;
}

/** Whether the batch needs the store at all. */
export const hasWork = ({ entries, updates, deletions, actions }: Batch): boolean =>
  updates.length + deletions.length + actions.length > 0 || entries.some(({ draft }) => draft !== undefined);

export const draftsOf = ({ entries }: Batch): ReadDraft[] => entries.flatMap(({ draft }) => draft ?? []);

export const violationsOf = ({ draft, violations }: Entry): Violation[] => [
  ...violations,
  ...(draft?.violations ?? []),
];

/** Every list of violations of the batch, to look through or to change. */
export const violationLists = ({ entries, deletions, actions, general }: Batch): Violation[][] => [
  ...entries.flatMap(({ violations, draft }) => (draft === undefined ? [violations] : [violations, draft.violations])),
  ...actions.map(({ draft }) => draft.violations),
  ...deletions.map(({ violations }) => violations),
  general,
];

export const allViolations = (batch: Batch): Violation[] => violationLists(batch).flat();

/** Whether anything is wrong with the batch. */
export const isRefused = ({ entries, actions, deletions, general }: Batch): boolean =>
  general.length > 0 ||
  entries.some(({ violations, draft }) => violations.length > 0 || (draft?.violations.length ?? 0) > 0) ||
  actions.some(({ draft }) => draft.violations.length > 0) ||
  deletions.some(({ violations }) => violations.length > 0);

/** Waits for OpenFGA's answers about the batch; what it denies is refused with that alone. */
export async function awaitChecks({ awaited, checks }: Batch): Promise<void> {
  for (let next: AwaitedChecks | undefined = awaited.shift(); next !== undefined; next = awaited.shift()) {
    for (const one of await next()) checks.push(one);
  }
}

/** Drafts by kind, in load order. */
export function inLoadOrder<Draft extends ReadDraft>(
  catalog: Catalog,
  drafts: readonly Draft[],
): [KindModel, Draft[]][] {
  const groups = Map.groupBy(drafts, ({ kind }) => kind);
  return catalog.kinds.flatMap((kind): [KindModel, Draft[]][] => {
    const own = groups.get(kind);
    return own === undefined ? [] : [[kind, own]];
  });
}
