import type { ExtraField } from '../../../catalog/extra-field.ts';
import { int } from '../../../catalog/fields.ts';
import type { WalkType } from '../../../catalog/walk.ts';
import { wholeNumber, yes } from '../listed.ts';
import { around, findNeighbours } from './find-neighbours.ts';

const MOST_HOPS = 4;

const neighbour: WalkType = {
  name: 'Neighbour',
  description: 'A device near another.',
  fields: {
    device: { gives: 'object', to: 'Device', description: 'The device.' },
    hops: wholeNumber('How many connections away it is.'),
  },
};

const link: WalkType = {
  name: 'NeighbourLink',
  description: 'Two devices that are connected, across panels and circuits if there are any.',
  fields: {
    from: { gives: 'object', to: 'Device', description: 'The device from which it was found.' },
    fromPort: { gives: 'object', to: 'Port', description: 'Its port; `Port.trace` is the way between the two.' },
    to: { gives: 'object', to: 'Device', description: 'The other device.' },
    toPort: { gives: 'object', to: 'Port', description: 'The port of the other device.' },
    isActive: yes('Whether every cable on the way is installed.'),
  },
};

const neighbourhood: WalkType = {
  name: 'Neighbourhood',
  description: 'What is near a device in the plant, for pictures of topology.',
  fields: {
    devices: {
      gives: 'values',
      of: neighbour,
      list: true,
      description: 'The devices within the hops that were asked for, the nearest first.',
    },
    links: { gives: 'values', of: link, list: true, description: 'How they are connected on the way there.' },
    isCapped: yes('Whether there may be more: of a hop at most 2,000 ports are followed.'),
  },
};

export const neighboursField: ExtraField = {
  on: 'Device',
  name: 'neighbours',
  gives: 'walk',
  args: { hops: int({ min: 1, max: MOST_HOPS, default: 1, description: 'How many connections away at most.' }) },
  walk: {
    walk: async (ids, { hops }, see, ask) => {
      const most = Number(hops ?? 1);
      const { links, isCapped } = await findNeighbours(ask, see, ids, most);
      return new Map(
        ids.map((id) => {
          const near = around(id, links, most);
          return [
            id,
            {
              __typename: neighbourhood.name,
              devices: [...near.devices].map(([device, distance]) => ({
                __typename: neighbour.name,
                device,
                hops: distance,
              })),
              links: near.links.map(({ from, to, isActive }) => ({
                __typename: link.name,
                from: from.device,
                fromPort: { kind: 'Port', id: from.port },
                to: to.device,
                toPort: { kind: 'Port', id: to.port },
                isActive,
              })),
              isCapped,
            },
          ];
        }),
      );
    },
  },
  shape: { gives: 'values', of: neighbourhood, nullable: true },
  price: 30,
  description:
    'The devices that its ports lead to, across panels and circuits, and those that lead on from there. Ports and devices are those that you may see; like a trace, the way between two ports may lead over what you may not.',
};
