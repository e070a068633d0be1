import { choice, type JsonFields, objects, text } from '../../../catalog/fields.ts';
import type { Ask } from '../../../catalog/root-query.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Doing, Fact } from '../rules/rule.ts';

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
  service: text({ description: 'The service, by its object name or its canonical name.', max: 253 }),
  region: text({ description: 'Name of the region.', max: 253 }),
  version: text({
    description: 'Name of the version with that of its service: `relay.v2`. For Deploy `v2` will do.',
    max: 253,
  }),
  target: text({
    description:
      'What is imported: a version, `mail.v1`, for Import; a service, by either of its names, for DropImport.',
    max: 253,
  }),
};

export const MOST_CHANGES = 50;

export const proposedChanges = objects('RegistryChange', members, {
  description: `What is to be done, together; at most ${MOST_CHANGES}.`,
  required: true,
  max: MOST_CHANGES,
});

/** Which members each change has. */
export const takes: Readonly<
  Record<Exclude<Doing, 'Other'>, readonly ('service' | 'region' | 'version' | 'target')[]>
> = {
  Deploy: ['service', 'region', 'version'],
  Lower: ['service', 'region', 'version'],
  Undeploy: ['service', 'region'],
  Enable: ['service', 'region'],
  Disable: ['service', 'region'],
  Import: ['version', 'target'],
  DropImport: ['version', 'target'],
  Publish: ['version'],
  Deprecate: ['version'],
  Retire: ['version'],
  OpenRegion: ['region'],
  CloseRegion: ['region'],
  MovePrimary: ['service', 'region'],
};

/** Changes with services by their object names, which canonical names are read as, and versions with that of their service. */
export async function inObjectNames(ask: Ask, changes: readonly Fact[]): Promise<readonly Fact[]> {
  const given = changes.flatMap(({ do: doing, service, target }) => [
    service,
    doing === 'DropImport' ? target : undefined,
  ]);
  const canonical = [...new Set(given.filter((name) => name?.includes('.') === true))].map(String);
  const rows =
    canonical.length === 0
      ? []
      : await ask<{ name: string; service_name: string }>(
          sql`select s.name, s.service_name from service s where s.service_name = any(${canonical}::text[])`,
        );
  const names = new Map(rows.map((row) => [row.service_name, row.name]));
  const nameOf = (name: string): string => names.get(name) ?? name;
  return changes.map((change) => {
    const { do: doing, service, version, target } = change;
    const own = service === undefined ? undefined : nameOf(service);
    return {
      ...change,
      ...(own !== undefined && { service: own }),
      ...(own !== undefined &&
        doing === 'Deploy' &&
        version?.includes('.') === false && { version: `${own}.${version}` }),
      ...(doing === 'DropImport' && target !== undefined && { target: nameOf(target) }),
    };
  });
}

export const plannedSteps = objects(
  'RegistryStep',
  { ...members, text: text({ description: 'The same for people.', required: true }) },
  { description: 'What has to be done before, one step after the other.' },
);
