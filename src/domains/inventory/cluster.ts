import { choice, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

export const cluster = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Cluster',
  plural: 'clusters',
  description: 'A cluster of nodes and network devices; they may be in several facilities.',
  scope: { home: ['controlPlaneSiteRef'] },
  topology: {
    paths: {
      region: 'controlPlaneSiteRef.regionRef',
      site: 'controlPlaneSiteRef',
      'site-type': 'controlPlaneSiteRef.type',
      cluster: 'name',
    },
  },
  spec: {
    displayName: text({ required: true, min: 1, description: 'Name for people.' }),
    controlPlaneSiteRef: ref('Site', {
      required: true,
      immutable: 'always',
      description: 'The facility of its API server.',
      inverse: { name: 'clusters', description: 'The clusters whose control plane runs in the facility.' },
    }),
    role: choice('ClusterRole', ['Compute', 'Management', 'Edge', 'Gateway'], {
      required: true,
      description: 'What it is for.',
    }),
    provider: text({
      required: true,
      min: 1,
      description: 'The system that provisions it, as free text: `sidero-omni`.',
    }),
    endpoint: text({
      pattern: /^https?:\/\/.+$/,
      accepts: 'an http or https URL',
      description: 'URL of its API server.',
    }),
  },
  printer: [
    { name: 'CP-SITE', path: 'spec.controlPlaneSiteRef.name' },
    { name: 'ROLE', path: 'spec.role' },
    { name: 'PROVIDER', path: 'spec.provider', wide: true },
  ],
});
