import { expect, test } from 'vitest';
import { checkRegionName, domain, versionPattern } from '../../src/domains/registry/grammar.ts';

test.each([
  ['v1', true],
  ['v2alpha1', true],
  ['v3beta12', true],
  ['v0', false],
  ['v1.2', false],
  ['v1alpha', false],
  ['v1alpha0', false],
  ['1', false],
])('%s as a version: %s', (version, isAccepted) => {
  expect(versionPattern.test(version)).toBe(isAccepted);
});

test.each([
  ['iam.apis.example.com', true],
  ['x.example.com:443', true],
  ['x.example.com:65535', true],
  ['x.example.com:0', false],
  ['x.example.com:65536', false],
  ['localhost', true],
  ['https://x.example.com', false],
  ['x_y.example.com', false],
  ['x..com', false],
  ['x.example.com.', false],
  ['-x.example.com', false],
  ['X.example.com', false],
  [`${'a'.repeat(63)}.com`, true],
  [`${'a'.repeat(64)}.com`, false],
])('%s as a domain: %s', (host, isAccepted) => {
  expect(domain({ description: '' }).pattern?.test(host)).toBe(isAccepted);
});

test.each([
  ['us-west2', true],
  ['r1', true],
  ['eu', true],
  ['US-West', false],
  ['a', false],
  ['2west', false],
  ['west-', false],
  ['us.west', false],
  ['a'.repeat(31), false],
])('%s as the name of a region with services: %s', (name, isAccepted) => {
  const place = {
    kind: 'RegionState',
    group: '',
    id: '',
    namespace: null,
    labels: {},
    annotations: {},
    before: undefined,
  };
  const violations = checkRegionName({ ...place, name, spec: { regionRef: { name } } });
  expect(violations.map(({ rule }) => rule)).toEqual(isAccepted ? [] : ['N1_REGION_NAME']);
});
