import { expect } from 'vitest';
import type { TestApp } from '../kit/app.ts';

/** Kinds of the plant that are written in upstream's group; all others are ours. */
const upstreams = new Set(
  'Region Provider Site Rack Cluster Node NetworkDevice Port Cable Link Circuit VirtualMachine'.split(' '),
);

/** A manifest: `doc('Rack/r1', { heightU: 10 })`, in the group that its kind is usually written in. */
export const doc = (of: string, spec: object, group?: string): string => {
  const [kind = '', name = ''] = of.split('/');
  const own = upstreams.has(kind) ? 'inventory.miloapis.com' : 'catalog.miloapis.com';
  return `---\n${JSON.stringify({ apiVersion: `${group ?? own}/v1alpha1`, kind, metadata: { name }, spec })}\n`;
};

export const named = (name: string) => ({ name });

/** `at('Node/n1')` → `{ kind: 'Node', name: 'n1' }`. */
export const at = (of: string) => {
  const [kind = '', name = ''] = of.split('/');
  return { kind, name };
};

export const host = (name: string, more: object = {}): string =>
  doc(`Node/${name}`, {
    siteRef: named('fra1'),
    hardware: { cpuCores: 4, cpuArchitecture: 'amd64', memoryBytes: 1024 },
    ...more,
  });

export const site = (name: string): string =>
  doc(`Site/${name}`, { displayName: name, regionRef: named('eu'), type: 'Datacenter' });

/**
 * What a batch would be refused for, a line for each violation: rule, object, path, message, and what would be accepted. Nothing is
 * written but the record of it, in which `undeclaredNames` looks.
 */
export async function refusals(app: TestApp, content: string): Promise<string[]> {
  const { userErrors } = await app.apply(content, { validateOnly: true });
  if (userErrors.length > 0) expect((await app.apply(content)).userErrors).toEqual(userErrors);
  return userErrors.map(
    ({ code, subject, field, message, accepted }) => `${code} ${subject} ${field}: ${message} (${accepted})`,
  );
}
