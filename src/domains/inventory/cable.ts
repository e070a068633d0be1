import { choice, int, quantity, ref, refs, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { endsFitTogether } from './cable-end-rules.ts';
import { completeEnds, hasBothEnds, refusesInPlain, withoutConnectors } from './cable-ends.ts';
import { makesSense } from './cable-sense-rules.ts';
import { findsItsPortsFree, fitsItsPorts, takePorts } from './cabling-rules.ts';

export const cableMedia = {
  Copper: 'Twisted-pair copper.',
  FiberSMF: 'Single-mode fibre.',
  FiberMMF: 'Multi-mode fibre.',
  Power: 'A power cable.',
  DAC: 'Direct-attach copper: a copper cable with fixed transceivers at both ends.',
};

export const cableSides = { A: 'End A of the cable.', B: 'The other end, which a cable with two ends calls Z.' };

export const cableStatuses = {
  Connected: 'The cable is installed.',
  Planned: 'The cable is planned, and not installed yet.',
  Decommissioning: 'The cable is to be removed.',
};

/**
 * Any cable. Upstream's manifest knows two ends and neither status nor profile; a cable that has more to say is written
 * in our group.
 */
export const cable = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  alsoGroups: ['catalog.miloapis.com'],
  kind: 'Cable',
  plural: 'cables',
  isPart: true,
  description:
    'A cable: one with two ends, or one with several connectors at an end, such as a trunk or a breakout cable. A cable with two ends and nothing more to say is written in the group inventory.miloapis.com, every other one in catalog.miloapis.com.',
  scope: { home: ['endpoints'], also: ['endpoints'], createdOn: 'all' },
  topology: { ofEnds: { paths: ['endpoints'], scopes: { region: 'Region', site: 'Site' } } },
  spec: {
    endpoints: refs('Port', {
      table: 'cable_termination',
      required: true,
      max: 256,
      unique: true,
      isPluggedIn: true,
      description:
        'The ports that the cable is plugged into, in the order given; `cableEnd` of a port says at which end and connector.',
      inverse: {
        name: 'cable',
        one: true,
        description: 'The cable that is plugged into the port, whatever its number of ends; null if there is none.',
      },
      entry: {
        name: 'CableEnd',
        complete: completeEnds,
        fields: {
          side: choice('CableSide', cableSides, {
            description: 'The end of the cable. Default: A for the first entry, B for all others.',
          }),
          connector: int({
            min: 1,
            max: 64,
            description:
              'Number of the connector at that end, from 1. Connectors may stay empty. Default: the next one of the end.',
          }),
        },
      },
    }),
    media: choice('CableMedia', cableMedia, {
      required: true,
      description: 'Material or technology of the cable.',
    }),
    profileRef: ref('CableProfile', {
      isRare: true,
      description:
        'The profile that describes the connectors of the cable and its wiring; null for a plain cable, which carries everything from each end to the other.',
      inverse: { name: 'cables', description: 'The cables that have this profile.' },
    }),
    status: choice('CableStatus', cableStatuses, {
      default: 'Connected',
      description: 'Whether the cable is installed.',
    }),
    lengthM: quantity({ description: 'Length of the cable in metres.' }),
    label: text({ isSearched: true, description: 'Text printed on the label of the cable.' }),
  },
  writtenIn: (row) => sql`case when ${row}.profile_id is null and ${row}.status = 'Connected'
    and (select array_agg(e.side || '.' || e.connector order by e.position) from cable_termination e where e.cable_id = ${row}.id) = '{A.1,B.1}'
    then 'inventory.miloapis.com' else 'catalog.miloapis.com' end`,
  shapes: {
    'inventory.miloapis.com':
      'Two ends: `side`, `connector`, `profileRef` and `status` are written in catalog.miloapis.com.',
  },
  write: withoutConnectors,
  refuses: refusesInPlain,
  check: hasBothEnds,
  labelsAreFree: true,
  checkAll: allOf(fitsItsPorts, findsItsPortsFree('Cable'), endsFitTogether, makesSense),
  derive: takePorts('Cable'),
  printer: [
    { name: 'MEDIA', path: 'spec.media' },
    { name: 'A', path: 'spec.endpoints[0].name' },
    { name: 'Z', path: 'spec.endpoints[1].name' },
    { name: 'LENGTH', path: 'spec.lengthM' },
    { name: 'LABEL', path: 'spec.label', wide: true },
    { name: 'STATUS', path: 'spec.status', wide: true },
    { name: 'PROFILE', path: 'spec.profileRef.name', wide: true },
  ],
});
