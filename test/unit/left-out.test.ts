import { expect, test } from 'vitest';
import { leaveOut, leaveOutOfChanges, withoutPaths } from '../../src/catalog/manifests/left-out.ts';

const stored = {
  id: 'a',
  name: 'thing',
  namespace: null,
  project: null,
  group: 'catalog.miloapis.com',
  labels: {},
  annotations: {},
  generation: 1,
  revision: 1,
  createdAt: '',
  scopeId: 'b',
};
/** As a reader has them who may not see the version v2: the entry by its place, and by its key, which changes have. */
const HIDDEN = ['spec.perVersion[0]', 'spec.perVersion[version=v2]'];

test('an entry goes with its key, which is not told among the paths either', () => {
  const spec = { perVersion: [{ version: 'v2' }, { version: 'v1' }] };
  const known = leaveOut({ ...stored, spec }, HIDDEN);
  expect(known).toMatchObject({ spec: { perVersion: [{ version: 'v1' }] }, leftOut: ['spec.perVersion[0]'] });
  expect(withoutPaths(spec.perVersion, 'perVersion', HIDDEN)).toEqual([{ version: 'v1' }]);
});

test('changes of an entry that is hidden are not told, whether of it, inside it, or of its place', () => {
  const change = (path: string, before: unknown, after: unknown) => ({ path: `spec.perVersion${path}`, before, after });
  const changes = [
    change('[version=v2].verbs', ['get'], ['get', 'list']),
    change('[version=v2]', undefined, { version: 'v2' }),
    change('[version=v1].verbs', ['get'], ['list']),
    change('', ['v2', 'v1', 'v3'], ['v3', 'v2', 'v1']),
    change('', undefined, [{ version: 'v2' }, { version: 'v1' }]),
  ];
  expect(leaveOutOfChanges(changes, HIDDEN, HIDDEN)).toEqual([
    change('[version=v1].verbs', ['get'], ['list']),
    change('', ['v1', 'v3'], ['v3', 'v1']),
    change('', undefined, [{ version: 'v1' }]),
  ]);
});
