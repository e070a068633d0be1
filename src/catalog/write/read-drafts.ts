import type { z } from 'zod';
import type { Violation } from '../../platform/errors.ts';
import { checkSpec } from '../manifests/check-spec.ts';
import type { Head } from '../manifests/document.ts';
import { type ManifestFile, parseManifests } from '../manifests/parse.ts';
import { headOf, type ReadOptions, readDocument } from '../manifests/read-document.ts';
import { described } from '../manifests/spec-schema.ts';
import type { Catalog, KindModel } from '../model.ts';
import { uuidv7 } from '../values/uuid.ts';
import { type Draft, isObject, refuse } from './draft.ts';

/** One document of the batch, or what could not even be read as one. */
export interface Entry {
  readonly source: string | undefined;
  readonly line: number | undefined;
  readonly head: Head;
  /** Undefined when it names no object of a known kind. */
  readonly draft: Draft | undefined;
  readonly violations: readonly Violation[];
}

export type SchemaOf = (kind: KindModel) => z.ZodType;

/** Reads files into drafts, in the order of the documents; every document is checked, whatever the others are like. */
export function readDrafts(
  catalog: Catalog,
  schemaOf: SchemaOf,
  files: readonly ManifestFile[],
  options: ReadOptions,
): Entry[] {
  const entries = files.flatMap((file): Entry[] => {
    const { documents, violations } = parseManifests(file);
    const read = documents.map((document): Entry => {
      const { source, line } = document;
      const head = headOf(document);
      const found = readDocument(catalog, document, options);
      if (found.manifest === undefined) return { source, line, head, draft: undefined, violations: found.violations };
      const { kind, name } = found.manifest;
      const given = found.manifest.spec;
      const draft: Draft = {
        manifest: found.manifest,
        kind,
        subject: `${kind.kind}/${name}`,
        given: isObject(given) ? (kind.read?.({ ...given }, found.manifest) ?? given) : given,
        isDuplicate: false,
        id: uuidv7(),
        spec: undefined,
        stored: undefined,
        links: new Map(),
        scopeId: '',
        otherScopeIds: [],
        projectId: undefined,
        changes: [],
        violations: [...found.violations],
      };
      readSpec(draft, schemaOf(kind));
      return { source, line, head, draft, violations: draft.violations };
    });
    const malformed = violations.map(
      (violation): Entry => ({
        source: violation.source,
        line: violation.line,
        head: {},
        draft: undefined,
        violations: [violation],
      }),
    );
    return [...read, ...malformed].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  });
  refuseDuplicates(entries.flatMap(({ draft }) => draft ?? []));
  return entries;
}

/** Validates a document's spec; the draft has none when it can not be used. */
function readSpec(draft: Draft, schema: z.ZodType): void {
  const { given, kind } = draft;
  if (!isObject(given)) {
    refuse(draft, { rule: 'WRONG_TYPE', message: `spec takes an object, not ${described(given)}` }, ['spec']);
    return;
  }
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
  for (const [first, ...others] of Map.groupBy(drafts, identityOf).values()) {
    for (const other of others) {
      const { source, line } = first?.manifest.document ?? {};
      const message = `${other.subject} stands in the batch already, at ${source ?? 'the same input'} line ${line ?? 0}`;
      refuse(other, { rule: 'DUPLICATE_IN_BATCH', message, accepted: 'each object once' }, ['metadata', 'name']);
      other.isDuplicate = true;
    }
  }
}
