import { bool, choice, int, type NamedByText, objects, text, texts } from '../../catalog/fields.ts';
import { domain } from './grammar.ts';

/** A text that is a version of the object's own service. */
export const versionByText: NamedByText = { kind: 'ServiceVersion', by: 'version', sharing: 'serviceRef' };

/** Further addresses of a service or deployment, by quality class. */
export const labelledDomains = objects(
  'LabelledDomain',
  {
    label: text({
      description: 'Label that identifies the address, such as a quality class.',
      required: true,
      min: 1,
      max: 64,
    }),
    domain: domain({ description: 'Host name of the address.', required: true }),
    availableMixins: texts({
      description: 'Names of the common APIs (mixins) that are served at the address.',
      unique: true,
    }),
    webGrpcAvailable: bool({ description: 'Whether gRPC-Web is served at the address.' }),
    restApiAvailable: bool({ description: 'Whether REST is served at the address.' }),
    isPrivate: bool({ description: 'Whether the address can be reached from within the platform only.' }),
  },
  { description: 'A further address, identified by its label.', key: 'label' },
);

/** What is not copied between regions; an empty member stands for all. */
export const syncExclusions = objects(
  'SyncExclusion',
  {
    resourceType: text({ description: 'Type of the objects; any type if null.', min: 1 }),
    sourceRegion: text({ description: 'Region that the objects are in; any region if null.', min: 1 }),
    destRegion: text({ description: 'Region that the objects would be copied to; any region if null.', min: 1 }),
  },
  { description: 'Objects that are not copied from one region to another.' },
);

export const registryGeneration = int({
  description:
    'Generation of the service descriptor that last wrote this object. A client with an older descriptor should not overwrite it.',
  min: 0,
});

export const versionStage = choice(
  'VersionStage',
  {
    Alpha: 'The version may change or disappear at any time.',
    Beta: 'The version changes little before it becomes stable.',
    Stable: 'The version does not change incompatibly.',
  },
  {
    description: 'Stability of the version, derived from its name (`v1`, `v1beta1`, `v1alpha1`).',
  },
);
