import { expect, test } from 'vitest';
import { chooseActive } from '../../src/domains/services/configuration-activation.ts';

const candidate = (id: string, phase: string, wasPhase?: string) => ({ id, serviceId: 's', phase, wasPhase });
const chosen = (
  candidates: ReturnType<typeof candidate>[],
  activeId: string | null = null,
  activePhase: string | null = null,
): string | null | undefined => chooseActive(candidates, [{ serviceId: 's', activeId, activePhase }]).get('s');

test('publishing a configuration puts it in force, whatever was before', () => {
  expect(chosen([candidate('v2', 'Published', 'Draft')], 'v1', 'Published')).toBe('v2');
  expect(chosen([candidate('v2', 'Published')], 'v1', 'Deprecated')).toBe('v2');
});

test('changing a published configuration that is not in force does not put it in force', () => {
  expect(chosen([candidate('v1', 'Published', 'Published')], 'v2', 'Published')).toBe('v2');
});

test('within a batch the last published one wins, and beats a deprecated one behind it', () => {
  expect(chosen([candidate('v2', 'Published'), candidate('v3', 'Published'), candidate('v1', 'Deprecated')])).toBe(
    'v3',
  );
});

test('a deprecated one comes into force only when there is none', () => {
  expect(chosen([candidate('v1', 'Deprecated')])).toBe('v1');
  expect(chosen([candidate('v1', 'Deprecated')], 'v2', 'Deprecated')).toBe('v2');
});

test('a draft never comes into force', () => {
  expect(chosen([candidate('v1', 'Draft')])).toBeNull();
});

test('a retired one goes out of force, and another changed one takes its place', () => {
  expect(chosen([candidate('v1', 'Retired', 'Deprecated')], 'v1', 'Retired')).toBeNull();
  const both = [candidate('v1', 'Retired', 'Deprecated'), candidate('v0', 'Deprecated', 'Published')];
  expect(chosen(both, 'v1', 'Retired')).toBe('v0');
});
