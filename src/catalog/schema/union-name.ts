import type { Catalog, KindModel } from '../model.ts';

/** What several kinds are called together: the abstract type of just these, or the name that their field gives. */
export function unionName(catalog: Catalog, kinds: readonly KindModel[], given: string | undefined): string {
  const names = kinds.map(({ kind }) => kind);
  const abstract = catalog.abstracts.find(
    (one) => one.kinds.length === names.length && names.every((name) => one.kinds.includes(name)),
  );
  const name = abstract?.name ?? given;
  if (name === undefined) throw new Error(`a reference to ${names.join(' or ')} needs a \`union\` name`);
  return name;
}
