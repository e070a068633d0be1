import { int, ref, text, time } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import { principalByText } from '../iam/index.ts';
import { fixedServiceRef } from './service-ref.ts';

/** A kind of this catalog: which revision counted for a service, and when. */
export const configurationActivation = defineKind({
  domain: 'services',
  group: 'catalog.miloapis.com',
  kind: 'ConfigurationActivation',
  plural: 'configurationactivations',
  description:
    'A time in which a configuration counted for its service. Publishing an earlier revision again is an entry of its own. The catalog keeps these entries as long as the service.',
  scope: { home: ['serviceRef'] },
  publicReading: 'where its scope is public',
  // What has ever counted is no draft again.
  draftThrough: [],
  ownedBy: 'configuration_id',
  spec: {
    serviceRef: fixedServiceRef('The service', {
      name: 'activations',
      description: 'Which configuration counted, and when: one entry for each time that one took the place of another.',
    }),
  },
  status: {
    configuration: ref('ServiceConfiguration', {
      description: 'The configuration that counted; null if you may not read it.',
      inverse: { name: 'activations', description: 'The times in which the configuration counted for its service.' },
    }),
    revisionNumber: int({ description: 'Number of the revision in the service.', required: true }),
    activatedAt: time({ description: 'Time from which on it counted.', required: true }),
    deactivatedAt: time({ description: 'Time at which it no longer did; null for the one that counts now.' }),
    activatedBy: text({
      description: 'Who published it: kind and name, such as `User/ada`; null if you may not read that account.',
      names: principalByText,
    }),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'CONFIGURATION', path: 'status.configuration.name' },
    { name: 'REVISION', path: 'status.revisionNumber' },
    { name: 'FROM', path: 'status.activatedAt' },
    { name: 'UNTIL', path: 'status.deactivatedAt' },
    { name: 'BY', path: 'status.activatedBy', wide: true },
  ],
  check: (change) => {
    const message = 'The catalog itself notes which configuration counts: publish the one that is to.';
    return [refuse(change, 'DERIVED', 'metadata.name', message, { accepted: 'publishServiceConfiguration' })];
  },
});
