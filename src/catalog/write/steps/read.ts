import type { Violation } from '../../../platform/errors.ts';
import { createPauses, type Pause } from '../../../platform/pauses.ts';
import type { Document } from '../../manifests/document.ts';
import { withGeneratedName } from '../../manifests/generate-name.ts';
import { MOST_DOCUMENTS, tooManyDocuments } from '../../manifests/limits.ts';
import type { ParsedDocument } from '../../manifests/parse.ts';
import { headOf, readDocument } from '../../manifests/read-document.ts';
import type { Catalog, KindModel } from '../../model.ts';
import { isObject } from '../../values/is-object.ts';
import { newAction } from '../actions.ts';
import { type Batch, type Entry, newBatch, type Reading } from '../batch.ts';
import { readAhead } from '../complete-managed.ts';
import { newDeletion } from '../deletion.ts';
import { refuseDraft } from '../draft.ts';
import { newDraft } from '../new-draft.ts';
import type { ApplyOperation, CreateOperation, Operation, UpdateOperation } from '../operation.ts';
import { readSpec } from '../read-spec.ts';

/** Reads a request as far as that goes without the store; every operation is read, whatever the others are like. */
export async function readBatch(
  reading: Reading,
  operations: readonly Operation[],
  pause: Pause = createPauses(),
): Promise<Batch> {
  const batch = newBatch();
  for (const [index, operation] of operations.entries()) {
    await readOperation(batch, reading, index, operation, pause);
    await pause();
    if (batch.entries.length > MOST_DOCUMENTS) return tooMany();
  }
  return batch;
}

/** A request with too many documents is refused as a whole. */
function tooMany(): Batch {
  const batch = newBatch();
  batch.general.push(tooManyDocuments);
  return batch;
}

/** Reads one operation into the batch. */
export async function readOperation(
  batch: Batch,
  reading: Reading,
  index: number,
  operation: Operation,
  pause: Pause,
): Promise<void> {
  switch (operation.do) {
    case 'apply':
      await readApplied(batch.entries, reading, index, operation, pause);
      break;
    case 'create': {
      const entry = readCreated(reading.catalog, index, operation);
      batch.entries.push(entry);
      batch.created.push({ entry, create: operation });
      break;
    }
    case 'update': {
      const entry = unfoundEntry(index, operation);
      batch.entries.push(entry);
      batch.updates.push({ entry, update: operation });
      break;
    }
    case 'delete':
      batch.deletions.push(newDeletion(index, operation));
      break;
    case 'act':
      batch.actions.push(newAction(index, operation));
      break;
  }
}

/** Reads the files of an apply, in the order of the documents; each is checked, whatever the others are like. */
async function readApplied(
  entries: Entry[],
  { catalog, schemaOf, parse }: Reading,
  operation: number,
  { files, manager, publish, createOnly = false, ...options }: ApplyOperation,
  pause: Pause,
): Promise<void> {
  const read = (parsed: ParsedDocument): Entry => {
    const document = createOnly ? withGeneratedName(parsed) : parsed;
    const { source, line } = document;
    const at = { operation, source, line, head: headOf(document) };
    const { manifest, violations, warnings } = readDocument(catalog, document, options);
    if (manifest === undefined) return { ...at, draft: undefined, violations: [...violations] };
    const { kind, spec } = manifest;
    const own = isObject(spec) ? (kind.read?.({ ...spec }, manifest) ?? spec) : spec;
    const rawSpec = publish === true ? published(kind, own) : own;
    const isManaged = manager !== undefined;
    const draft = newDraft(isManaged ? 'managed' : 'apply', manifest, rawSpec, {
      violations,
      warnings,
      ...(isManaged && { manager }),
      isNew: createOnly,
    });
    for (const { steps, ...refusal } of isObject(spec) ? (kind.refuses?.(spec, manifest) ?? []) : []) {
      refuseDraft(draft, refusal, steps);
    }
    (isManaged ? readAhead : readSpec)(draft, schemaOf(kind));
    return { ...at, draft, violations: [] };
  };
  const malformed = (violation: Violation): Entry => {
    const { source, line } = violation;
    return { operation, source, line, head: {}, draft: undefined, violations: [violation] };
  };
  for (const file of files) {
    for await (const { documents, violations } of parse(file)) {
      const own = [...documents.map(read), ...violations.map(malformed)];
      for (const entry of own.sort((a, b) => (a.line ?? 0) - (b.line ?? 0))) entries.push(entry);
      if (entries.length > MOST_DOCUMENTS) return;
      await pause();
    }
  }
}

/** A spec with the phase that publishes it, if it is the one of a draft. */
const published = ({ phase }: KindModel, spec: unknown): unknown =>
  phase !== undefined && isObject(spec) && [undefined, null, 'Draft'].includes(spec[phase] as string)
    ? { ...spec, [phase]: 'Published' }
    : spec;

/** Reads a create as the manifest that it amounts to; its spec is checked once its references have names. */
function readCreated(catalog: Catalog, operation: number, create: CreateOperation): Entry {
  const { kind, group = kind.groups[0], name, namespace, project, content, positionOf } = create;
  const { labels, annotations, spec } = content;
  const metadata = { name, namespace, labels: labels ?? {}, annotations: annotations ?? {} };
  const document: Document = {
    source: undefined,
    line: undefined,
    value: { apiVersion: `${group}/${kind.version}`, kind: kind.kind, metadata, spec },
    positionOf,
  };
  const place = { ...(namespace !== undefined && { namespace }), ...(project !== undefined && { project }) };
  const { manifest, violations, warnings } = readDocument(catalog, document, place);
  const at = { operation, source: undefined, line: undefined, head: headOf(document) };
  if (manifest === undefined) return { ...at, draft: undefined, violations: [...violations] };
  return { ...at, draft: newDraft('create', manifest, manifest.spec, { violations, warnings }), violations: [] };
}

/** An update says what changes; there is a draft once the object is found. */
function unfoundEntry(operation: number, { kind, target }: UpdateOperation): Entry {
  const head = { kind: kind.kind, ...(target.name !== undefined && { name: target.name }) };
  return { operation, source: undefined, line: undefined, head, draft: undefined, violations: [] };
}
