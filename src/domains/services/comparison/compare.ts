import type { CatalogObject } from '../../../catalog/kind.ts';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import type { Violation } from '../../../platform/errors.ts';
import type { TimeSlices } from '../../../platform/time-slices.ts';
import { type Charge, type DeclaredLimit, readConfiguration } from '../configuration-spec.ts';
import { checkPhaseStep } from '../lifecycle.ts';
import { type Meanings, refusedMeanings } from '../published-names.ts';
import { nextName, statedMeters, statedTypes } from '../stated-names.ts';
import { createAttribution } from './attribute.ts';
import { changesInParts, type DocumentChange, inOrder } from './document-changes.ts';
import { createImpact, type Impact } from './impact.ts';

/** A revision of a configuration: its spec, and what the catalog keeps about it. */
export interface Revision {
  readonly id: string;
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>>;
}

export interface ReportedChange extends Impact, Pick<DocumentChange, 'path' | 'section' | 'key' | 'kind'> {
  /** As JSON. */
  readonly before: string | null;
  readonly after: string | null;
  readonly isAllowed: boolean;
  readonly rule: string | null;
  /** Where the refusal says it is, in the manifest. */
  readonly field: string | null;
  readonly message: string | null;
  readonly advice: string | null;
  readonly meterCount: number;
  readonly quotaLimitCount: number;
  readonly chargeCount: number;
}

export interface Comparison {
  readonly isAllowed: boolean;
  readonly changeCount: number;
  readonly refusedCount: number;
  readonly changes: readonly ReportedChange[];
  readonly refusals: readonly { readonly rule: string; readonly field: string | null; readonly message: string }[];
}

/** So much of a comparison is reported. */
export const MOST_CHANGES = 1_000;
const LONGEST_VALUE = 2_000;
export const MOST_NAMES = 10;

/** Sections whose entries have names that keep their meaning over all revisions. */
const NAMED = new Set(['metrics', 'meters', 'monitoredResourceTypes']);

/**
 * What changes when one revision of a configuration takes the place of another. `violations` say what is not allowed: each
 * of them is told once, of the changes that it is about, or beside them.
 */
export async function compareRevisions(
  from: Revision | undefined,
  to: Revision,
  violations: readonly Violation[],
  slices: TimeSlices,
): Promise<Comparison> {
  const attribution = createAttribution(violations);
  const found: Record<DocumentChange['kind'], DocumentChange[]> = { Removed: [], Added: [], Modified: [] };
  // A draft is compared as what it would be; two drafts, as what they are.
  const isDraft = to.document.phase === 'Draft' && from?.document.phase !== 'Draft';
  const published = isDraft ? { ...to.document, phase: 'Published' } : to.document;
  for (const changes of changesInParts(from?.document ?? {}, published)) {
    attribution.see(changes);
    for (const change of changes) found[change.kind].push(change);
    await slices.next();
  }
  const { refused, others } = attribution.finish();
  const changes = [...found.Removed, ...found.Added, ...found.Modified];
  await slices.next();
  return {
    isAllowed: refused.size === 0 && others.length === 0,
    changeCount: changes.length,
    refusedCount: refused.size,
    changes: await reportedChanges(from, to, { changes, refused }, slices),
    refusals: others.slice(0, MOST_CHANGES).map(({ rule, path = null, message }) => ({ rule, field: path, message })),
  };
}

interface Judged {
  readonly changes: readonly DocumentChange[];
  readonly refused: ReadonlyMap<DocumentChange, Violation>;
}

/** As many as are reported, in their order. The refused ones are not cut off for others. */
async function reportedChanges(
  from: Revision | undefined,
  to: Revision,
  { changes, refused }: Judged,
  slices: TimeSlices,
): Promise<ReportedChange[]> {
  const kept = new Set([...refused.keys()].slice(0, MOST_CHANGES));
  for (const change of changes) {
    if (kept.size >= MOST_CHANGES) break;
    kept.add(change);
  }
  const impactOf = createImpact(readConfiguration(from?.document ?? {}));
  const adviceOn = createAdvice(from, to);
  const all: ReportedChange[] = [];
  for (const change of changes) {
    if (!kept.has(change)) continue;
    const violation = refused.get(change);
    all.push(reported(change, violation, impactOf(change), adviceOn(change, violation)));
    await slices.next();
  }
  return all;
}

/**
 * Why the catalog would refuse to publish a revision now. What names mean is what all revisions together have published,
 * which may be more than an earlier one says.
 */
export function refusalsOf({ id, name, document }: Revision, meanings: Meanings): Violation[] {
  const object: CatalogObject = {
    kind: 'ServiceConfiguration',
    group: 'services.miloapis.com',
    id,
    name,
    namespace: null,
    labels: {},
    annotations: {},
    spec: document,
  };
  const change = { ...object, spec: { ...document, phase: 'Published' }, before: object };
  const spec = readConfiguration(document);
  const stated = { meters: statedMeters(spec), types: statedTypes(spec) };
  return [...checkPhaseStep(change), ...refusedMeanings({ change, counts: true, ...stated }, meanings)];
}

function reported(
  { path, section, key, kind, before, after, described }: DocumentChange,
  violation: Violation | undefined,
  { meters, quotaLimits, charges }: Impact,
  advice: string | null,
): ReportedChange {
  return {
    path,
    section,
    key,
    kind,
    before: shown(inOrder(before, described)),
    after: shown(inOrder(after, described)),
    isAllowed: violation === undefined,
    rule: violation?.rule ?? null,
    field: violation?.path ?? null,
    message: violation?.message ?? null,
    advice,
    meters: meters.slice(0, MOST_NAMES),
    meterCount: meters.length,
    quotaLimits: quotaLimits.slice(0, MOST_NAMES),
    quotaLimitCount: quotaLimits.length,
    charges: charges.slice(0, MOST_NAMES),
    chargeCount: charges.length,
  };
}

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = stringifyJson(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}

function createAdvice(from: Revision | undefined, to: Revision) {
  const spec = readConfiguration(to.document);
  const names = new Set([...statedMeters(spec), ...statedTypes(spec)].map(({ name }) => name));
  return (change: DocumentChange, violation: Violation | undefined): string | null => {
    const { section, key, kind, element } = change;
    if (violation?.rule === 'PHASE_STEP') return 'Publish a new revision with the same content.';
    if (violation !== undefined && key !== null && NAMED.has(section)) {
      return `Leave ${key} as it was published, and add ${nextName(key)} for what is new.`;
    }
    if (violation !== undefined) return `Leave it as it was published: ${violation.accepted ?? 'no change'}.`;
    if (kind !== 'Removed' || key === null || element !== key || from === undefined) return null;
    const named = NAMED.has(section) ? key : metricOf(change);
    if (named === undefined || names.has(named)) return null;
    return `It is not gone: it becomes Deprecated, and counts until ${from.name} is retired.`;
  };
}

/** The metric that a charge or a limit is about. */
function metricOf({ section, before }: DocumentChange): string | undefined {
  if (section === 'charges') return (before as Charge).usage?.metricRef;
  return section === 'quota.limits' ? (before as DeclaredLimit).metric : undefined;
}
