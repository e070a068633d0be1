import { choice, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

export const cluster = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Cluster',
  plural: 'clusters',
  description: 'A Kubernetes cluster of servers and network devices, which may be in several facilities.',
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
    displayName: text({ required: true, min: 1, description: 'Name of the cluster for people.' }),
    controlPlaneSiteRef: ref('Site', {
      required: true,
      immutable: 'always',
      description: 'The facility in which the API server of the cluster runs.',
      inverse: { name: 'clusters', description: 'The clusters whose API server runs in the facility.' },
    }),
    role: choice(
      'ClusterRole',
      {
        Compute: 'The cluster runs the workloads of projects.',
        Management: 'The cluster runs the control plane of the platform.',
        Edge: 'The cluster serves traffic at an edge location.',
        Gateway: 'The cluster runs gateways.',
      },
      {
        required: true,
        description: 'The purpose of the cluster.',
      },
    ),
    provider: text({
      required: true,
      min: 1,
      description: 'The system that provisions the cluster, as free text: `sidero-omni`.',
    }),
    endpoint: text({
      pattern: /^https?:\/\/.+$/,
      accepts: 'an http or https URL',
      description: 'URL of the API server of the cluster.',
    }),
  },
  printer: [
    { name: 'CP-SITE', path: 'spec.controlPlaneSiteRef.name' },
    { name: 'ROLE', path: 'spec.role' },
    { name: 'PROVIDER', path: 'spec.provider', wide: true },
  ],
});
