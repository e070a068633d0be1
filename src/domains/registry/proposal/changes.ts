import { choice, type JsonFields, objects, text } from '../../../catalog/fields.ts';

/** What can be proposed, and what a plan consists of. */
export const registryAction = choice(
  'RegistryAction',
  {
    Deploy: 'The service comes to the region at the version; where it is already, it goes to that version.',
    Undeploy: 'The service leaves the region.',
    Enable: 'The deployment of the service in the region is enabled.',
    Disable: 'The deployment of the service in the region is disabled.',
    Import: 'The version imports the target, a version of another service.',
    DropImport: 'The version does not import the target, a service, any more.',
    Publish: 'The version is Published.',
    Deprecate: 'The version is Deprecated.',
    Retire: 'The version is Retired.',
    OpenRegion: 'The region is Open.',
    CloseRegion: 'The region is Closing.',
    MovePrimary: 'The region becomes the primary one of the service.',
  },
  { description: 'What is done.', required: true },
);

const members: JsonFields = {
  do: registryAction,
  service: text({ description: 'Name of the service.', max: 253 }),
  region: text({ description: 'Name of the region.', max: 253 }),
  version: text({ description: 'Name of the version with that of its service: `relay.v2`.', max: 253 }),
  target: text({
    description: 'What is imported: a version, `mail.v1`, for Import; a service, `mail`, for DropImport.',
    max: 253,
  }),
};

export const MOST_CHANGES = 50;

export const proposedChanges = objects('RegistryChange', members, {
  description: `What is to be done, together; at most ${MOST_CHANGES}.`,
  required: true,
  max: MOST_CHANGES,
});

export const plannedSteps = objects(
  'RegistryStep',
  { ...members, text: text({ description: 'The same for people.', required: true }) },
  { description: 'What has to be done before, one step after the other.' },
);
