import { Document } from 'yaml';

/** Manifests as YAML documents, parted by `---`; text that looks like a number stays text. */
export const stringifyYaml = (documents: readonly unknown[]): string =>
  documents
    .map((value) => new Document(value, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 }))
    .join('---\n');
