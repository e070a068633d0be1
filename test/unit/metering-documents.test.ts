import { expect, test } from 'vitest';
import type { Change } from '../../src/catalog/kind.ts';
import { checkDimensions } from '../../src/domains/metering/meter-definition.ts';
import { checkLabels } from '../../src/domains/metering/monitored-resource-type.ts';
import { owningService, readOwner, writeOwner } from '../../src/domains/metering/owning-service.ts';
import { checkClaimingResources } from '../../src/domains/metering/resource-registration.ts';

const billing = 'billing.miloapis.com';
const head = (group: string, labels: Record<string, string> = {}) => ({
  group,
  name: 'm',
  namespace: null,
  labels,
  annotations: {},
});
const change = (group: string, before: object, after: object): Change => {
  const object = { kind: 'K', group, id: 'i', name: 'm', namespace: null, labels: {}, annotations: {} };
  return { ...object, spec: { ...after }, before: { ...object, spec: { ...before } } };
};
const measured = (...dimensions: string[]) => ({ measurement: { dimensions } });

test('a billing document belongs to the service its label names, in any spelling, else to the one in its name', () => {
  const name = 'c.example.com/cpu';
  expect(owningService(name, { 'services.miloapis.com/service': 'a', 'services.miloapis.com/owner': 'b' })).toBe('a');
  expect(owningService(name, { 'services.miloapis.com/owner': 'b' })).toBe('b');
  expect(owningService(name, { 'services.miloapis.com/owner-service': 'c' })).toBe('c');
  expect(owningService(name, {})).toBe('c.example.com');
  expect(owningService('cpu', {})).toBeUndefined();
  expect(owningService(undefined, {})).toBeUndefined();
});

test('the owner of a billing document is read into the model and left out again', () => {
  const written = { meterName: 'c.example.com/cpu' };
  const read = readOwner(written, head(billing), written.meterName);
  expect(read).toEqual({ ...written, owner: { service: 'c.example.com' } });
  expect(writeOwner(read, head(billing))).toEqual(written);
  expect(readOwner(written, head('services.miloapis.com'), written.meterName)).toBe(written);
});

test('dimensions are appended in the services group, and only added in billing’s', () => {
  const services = 'services.miloapis.com';
  const rules = (group: string, before: object, after: object) => checkDimensions(change(group, before, after)).length;
  expect(rules(services, measured('a', 'b'), measured('a', 'b', 'c'))).toBe(0);
  expect(rules(services, measured('a', 'b'), measured('b', 'a'))).toBe(1);
  expect(rules(services, measured('a', 'b'), measured('a'))).toBe(1);
  expect(rules(billing, measured('a', 'b'), measured('c', 'b', 'a'))).toBe(0);
  expect(rules(billing, measured('a', 'b'), { measurement: {} })).toBe(1);
});

test('labels of billing’s types are only added, those of the services group are free', () => {
  const labels = (...names: string[]) => ({ labels: names.map((name) => ({ name })) });
  expect(checkLabels(change(billing, labels('a'), labels('b', 'a')))).toEqual([]);
  expect(checkLabels(change(billing, labels('a', 'b'), labels('b'))).map(({ path }) => path)).toEqual(['spec.labels']);
  expect(checkLabels(change('services.miloapis.com', labels('a'), {}))).toEqual([]);
});

test('a Kind claims a resource once; the core group is the same written and left out', () => {
  const claimingResources = [{ kind: 'Secret' }, { apiGroup: 'g', kind: 'Secret' }, { apiGroup: '', kind: 'Secret' }];
  expect(checkClaimingResources(change('g', {}, { claimingResources })).map(({ path }) => path)).toEqual([
    'spec.claimingResources[2]',
  ]);
});
