import type { ExtraField } from '../../../catalog/extra-field.ts';
import { texts } from '../../../catalog/fields.ts';
import type { RootQuery } from '../../../catalog/root-query.ts';
import { most } from '../listed.ts';
import { impact, impactOverlap } from './impact-types.ts';
import { impactOfAll, impactOfEach, overlapOfBoth } from './impact-walks.ts';
import { type LostKind, lostKinds } from './what-can-be-lost.ts';

/** What an impact costs beside what is selected of it: it may have to look at a whole facility. */
const PRICE = 200;
const MOST_LOST = 1_000;

const lostTogether = (description: string) => texts({ required: true, min: 1, max: MOST_LOST, description });

/** What is lost along, by kind. */
const along: Readonly<Record<LostKind, string>> = {
  Region: 'the region is lost, with those of its facilities that you may see',
  Provider: 'the provider fails, with the circuits that it supplies and the facilities that it runs',
  ProviderNetwork: 'the network of the provider fails, with the circuits that end in it',
  Site: 'the facility is lost, with everything in it and the circuits that end there',
  Cluster: 'the cluster is lost, without its servers',
  Rack: 'the rack is lost, with everything in it',
  Node: 'the server is lost',
  NetworkDevice: 'the network device is lost',
  Equipment: 'the equipment is lost, with what sits in its slots',
  Module: 'the module is lost, with its ports',
  Port: 'the port fails',
  Cable: 'the cable is pulled',
  Circuit: 'the circuit fails',
};

export const impactFields: readonly ExtraField[] = lostKinds.map((kind) => ({
  on: kind,
  name: 'impact',
  gives: 'walk',
  walk: impactOfEach(kind),
  shape: { gives: 'values', of: impact },
  price: PRICE,
  args: { most },
  description: `What breaks when ${along[kind]}: paths, links, circuits, devices, power, and what stands on them.`,
}));

export const impactQuery: RootQuery = {
  gives: 'walk',
  name: 'impact',
  walk: impactOfAll,
  shape: { gives: 'values', of: impact },
  price: PRICE,
  args: {
    of: lostTogether('What is lost together: ids, or kinds and names such as `Cable/fra1-trunk1`.'),
    most,
  },
  description:
    'What breaks when something of the plant is lost or taken out for maintenance, all of it at once: paths, links, circuits, devices, power, and the virtual machines, deployments, services and projects that stand on them.',
};

export const impactOverlapQuery: RootQuery = {
  gives: 'walk',
  name: 'impactOverlap',
  walk: overlapOfBoth,
  shape: { gives: 'values', of: impactOverlap },
  price: 3 * PRICE,
  args: {
    of: lostTogether('What one maintenance takes out: ids, or kinds and names such as `Circuit/fra1-sin1`.'),
    with: lostTogether('What the other takes out.'),
    most,
  },
  description:
    'Compares two maintenances: what is down when both take place at the same time, and would not be with either of them alone.',
};
