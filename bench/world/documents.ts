/** API groups of the manifests that the world is made of. */
export const groups = {
  inventory: 'inventory.miloapis.com',
  tenancy: 'resourcemanager.miloapis.com',
  services: 'services.miloapis.com',
  iam: 'iam.miloapis.com',
  ours: 'catalog.miloapis.com',
} as const;

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Manifests that one batch has to hold together, since they refer to each other. */
export type Together = readonly string[];

/** One manifest, as text of one line. */
export const manifest = (group: keyof typeof groups, kind: string, metadata: Metadata, spec: object): string =>
  JSON.stringify({ apiVersion: `${groups[group]}/v1alpha1`, kind, metadata, spec });
