import type { Violation } from '../../platform/errors.ts';
import { createPauses } from '../../platform/pauses.ts';
import { INCOMPLETE, LEFT_OUT } from '../manifests/left-out.ts';
import { MOST_DOCUMENTS, tooManyDocuments } from '../manifests/limits.ts';
import type { ManifestFile, ParsedDocument } from '../manifests/parse.ts';
import type { ParseApart } from '../manifests/parse-apart.ts';
import { readDocument } from '../manifests/read-document.ts';
import type { Catalog } from '../model.ts';
import type { DeleteOperation } from './operation.ts';
import type { Removal, RemoveOptions } from './request.ts';

/** What is to go, by name and by manifest, and what of the manifests could not be read. */
export async function readRemoval(
  catalog: Catalog,
  parse: ParseApart,
  { objects, manifests }: Removal,
  { namespace, project, allowMissing, cascade = false, disconnect = false }: RemoveOptions,
): Promise<{ readonly operations: DeleteOperation[]; readonly violations: Violation[] }> {
  const place = { ...(namespace !== undefined && { namespace }), ...(project !== undefined && { project }) };
  const how = { do: 'delete', allowMissing, cascade, disconnect } as const;
  const { documents, violations } = await parseAll(parse, manifests);
  const byManifest = documents.flatMap((document): DeleteOperation[] => {
    const { manifest, violations: found } = readDocument(catalog, document, place);
    if (manifest === undefined) {
      for (const violation of found) violations.push(violation);
      return [];
    }
    // Without its address it might name another object.
    if (manifest.annotations[LEFT_OUT]?.includes('metadata.')) {
      violations.push(...found.filter(({ rule }) => rule === INCOMPLETE));
      return [];
    }
    const { kind, name, namespace: of, project: within, group } = manifest;
    const where = { ...(of !== null && { namespace: of }), ...(within !== null && { project: within }) };
    return [{ ...how, kind, target: { name, ...where, group }, document }];
  });
  const byName = objects.map(
    ({ kind, ...target }): DeleteOperation => ({ ...how, kind: catalog.get(kind), target: { ...place, ...target } }),
  );
  return { operations: [...byName, ...byManifest], violations };
}

/** The documents of all files; none where there are too many. */
async function parseAll(parse: ParseApart, files: readonly ManifestFile[]) {
  const documents: ParsedDocument[] = [];
  const violations: Violation[] = [];
  const pause = createPauses();
  for (const file of files) {
    for await (const parsed of parse(file)) {
      for (const document of parsed.documents) documents.push(document);
      for (const violation of parsed.violations) violations.push(violation);
      if (documents.length > MOST_DOCUMENTS) return { documents: [], violations: [tooManyDocuments] };
      await pause();
    }
  }
  return { documents, violations };
}
