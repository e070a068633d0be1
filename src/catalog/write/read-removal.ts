import type { Violation } from '../../platform/errors.ts';
import { parseManifests } from '../manifests/parse.ts';
import { readDocument } from '../manifests/read-document.ts';
import type { Catalog } from '../model.ts';
import type { DeleteOperation } from './operation.ts';
import type { Removal, RemoveOptions } from './request.ts';

/** What is to go, by name and by manifest, and what of the manifests could not be read. */
export function readRemoval(
  catalog: Catalog,
  { objects, manifests }: Removal,
  { namespace, project, allowMissing, cascade = false }: RemoveOptions,
): { readonly operations: DeleteOperation[]; readonly violations: Violation[] } {
  const place = { ...(namespace !== undefined && { namespace }), ...(project !== undefined && { project }) };
  const how = { do: 'delete', allowMissing, cascade } as const;
  const parsed = manifests.map(parseManifests);
  const violations = parsed.flatMap((file) => file.violations);
  const byManifest = parsed.flatMap((file) =>
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
  const byName = objects.map(
    ({ kind, ...target }): DeleteOperation => ({ ...how, kind: catalog.get(kind), target: { ...place, ...target } }),
  );
  return { operations: [...byName, ...byManifest], violations };
}
