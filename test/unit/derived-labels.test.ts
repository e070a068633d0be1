import { expect, test } from 'vitest';
import { isDerivedLabel, labelPaths, topologyKeys } from '../../src/catalog/derived-labels.ts';
import { readDocument } from '../../src/catalog/manifests/read-document.ts';
import { createCatalog, type KindModel } from '../../src/catalog/model.ts';
import { domains } from '../../src/domains/index.ts';

const catalog = createCatalog(domains);
const PROJECT = 'resourcemanager.miloapis.com/project-name';
const keys = [
  ...topologyKeys.map((key) => `topology.inventory.miloapis.com/${key}`),
  ...['organization-name', 'project-name', 'project-uid', 'owner-name', 'subject-user-name'].map(
    (name) => `resourcemanager.miloapis.com/${name}`,
  ),
];

function read(kind: KindModel, labels: Readonly<Record<string, string>>) {
  const value = { apiVersion: `${kind.groups[0]}/${kind.version}`, kind: kind.kind, metadata: { name: 'one', labels } };
  const document = { source: undefined, line: undefined, value, positionOf: () => ({ line: 1, column: 1 }) };
  return readDocument(catalog, document, { project: 'somewhere' });
}

test.each(catalog.kinds)(
  'no derived label of a $kind can be given; of a project it says where the object goes',
  (kind) => {
    for (const key of keys) {
      expect(isDerivedLabel(key)).toBe(true);
      const { manifest, warnings } = read(kind, { [key]: 'forged', 'example.com/own': 'kept' });
      expect(manifest?.labels).toEqual({ 'example.com/own': 'kept' });
      const isPlace = kind.inProject && key === PROJECT;
      expect(manifest?.project).toBe(isPlace ? 'forged' : kind.inProject ? 'somewhere' : null);
      const { paths, inherit } = labelPaths(kind);
      const follows = inherit !== undefined || kind.topology?.ofEnds !== undefined;
      const isHere = paths.has(key) || (follows && key.startsWith('topology'));
      if (!isHere && !isPlace)
        expect(warnings).toMatchObject([{ code: 'LABEL_DERIVED', path: `metadata.labels.${key}` }]);
    }
    for (const key of labelPaths(kind).paths.keys()) expect(keys).toContain(key);
  },
);
