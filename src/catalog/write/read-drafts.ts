import type { z } from 'zod';
import type { Violation } from '../../platform/errors.ts';
import { createPauses } from '../../platform/pauses.ts';
import { checkSpec } from '../manifests/check-spec.ts';
import type { Document, Head, Manifest } from '../manifests/document.ts';
import { type ParsedDocument, parseParts } from '../manifests/parse.ts';
import { headOf, readDocument } from '../manifests/read-document.ts';
import { described } from '../manifests/spec-schema.ts';
import type { Catalog, KindModel } from '../model.ts';
import { isObject } from '../values/is-object.ts';
import { uuidv7 } from '../values/uuid.ts';
import { type Draft, refuse } from './draft.ts';
import type { ApplyOperation, CreateOperation } from './operation.ts';

/** One document of the batch, or what could not even be read as one. */
export interface Entry {
  /** Which operation of the batch it comes from. */
  readonly operation: number;
  readonly source: string | undefined;
  readonly line: number | undefined;
  readonly head: Head;
  /** Undefined when it names no object of a known kind, and for an update until its object is found. */
  draft: Draft | undefined;
  /** What is wrong with it besides what is wrong with the draft. */
  readonly violations: Violation[];
}

export const violationsOf = ({ draft, violations }: Entry): Violation[] => [
  ...violations,
  ...(draft?.violations ?? []),
];

export type SchemaOf = (kind: KindModel) => z.ZodType;

/** Reads the files of an apply, in the order of the documents; each is checked, whatever the others are like. */
export async function readApplied(
  catalog: Catalog,
  schemaOf: SchemaOf,
  operation: number,
  { files, manager, ...options }: ApplyOperation,
): Promise<Entry[]> {
  const read = (document: ParsedDocument): Entry => {
    const { source, line } = document;
    const at = { operation, source, line, head: headOf(document) };
    const { manifest, violations } = readDocument(catalog, document, options);
    if (manifest === undefined) return { ...at, draft: undefined, violations: [...violations] };
    const { kind, spec } = manifest;
    const given = isObject(spec) ? (kind.read?.({ ...spec }, manifest) ?? spec) : spec;
    const draft = newDraft(manager === undefined ? 'apply' : 'managed', manifest, given, violations);
    if (manager === undefined) readSpec(draft, schemaOf(kind));
    else draft.manager = manager;
    return { ...at, draft, violations: [] };
  };
  const malformed = (violation: Violation): Entry => {
    const { source, line } = violation;
    return { operation, source, line, head: {}, draft: undefined, violations: [violation] };
  };
  const entries: Entry[] = [];
  const pause = createPauses();
  for (const file of files) {
    for (const { documents, violations } of parseParts(file)) {
      const own = [...documents.map(read), ...violations.map(malformed)];
      for (const entry of own.sort((a, b) => (a.line ?? 0) - (b.line ?? 0))) entries.push(entry);
      await pause();
    }
  }
  return entries;
}

/** Reads a create as the manifest that it amounts to; its spec is checked once its references have names. */
export function readCreated(catalog: Catalog, operation: number, create: CreateOperation): Entry {
  const { kind, group = kind.groups[0], name, namespace, project, content, placeOf } = create;
  const { labels, annotations, spec } = content;
  const metadata = { name, namespace, labels: labels ?? {}, annotations: annotations ?? {} };
  const document: Document = {
    source: undefined,
    line: undefined,
    value: { apiVersion: `${group}/${kind.version}`, kind: kind.kind, metadata, spec },
    positionOf: placeOf,
  };
  const place = { ...(namespace !== undefined && { namespace }), ...(project !== undefined && { project }) };
  const { manifest, violations } = readDocument(catalog, document, place);
  const at = { operation, source: undefined, line: undefined, head: headOf(document) };
  if (manifest === undefined) return { ...at, draft: undefined, violations: [...violations] };
  return { ...at, draft: newDraft('create', manifest, manifest.spec, violations), violations: [] };
}

export function newDraft(
  by: Draft['by'],
  manifest: Manifest,
  given: unknown,
  violations: readonly Violation[] = [],
): Draft {
  const { kind, name } = manifest;
  return {
    by,
    manifest,
    kind,
    subject: `${kind.kind}/${name}`,
    given,
    uids: new Map(),
    manager: undefined,
    said: undefined,
    owners: undefined,
    isDuplicate: false,
    isHeldByHidden: false,
    id: uuidv7(),
    spec: undefined,
    stored: undefined,
    links: new Map(),
    scopeId: '',
    otherScopeIds: [],
    projectId: undefined,
    changes: [],
    violations: [...violations],
    warnings: [],
  };
}

/** Validates a document's spec; the draft has none when it cannot be used. */
export function readSpec(draft: Draft, schema: z.ZodType): void {
  const { given, kind } = draft;
  if (!isObject(given)) {
    refuse(draft, { rule: 'WRONG_TYPE', message: `spec takes an object, not ${described(given)}` }, ['spec']);
    return;
  }
  const { spec, violations } = checkSpec(kind, schema, given);
  for (const { steps, ...violation } of violations) refuse(draft, violation, steps);
  draft.spec = spec;
}
