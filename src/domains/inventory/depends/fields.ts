import type { ExtraField } from '../../../catalog/extra-field.ts';
import { text } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import type { RootQuery } from '../../../catalog/root-query.ts';
import type { AskValue, ObjectKey, WalkValue } from '../../../catalog/walk.ts';
import { loadNamed } from '../impact/named.ts';
import { most } from '../listed.ts';
import { dependenciesOf } from './depends-on.ts';
import { dependencies } from './depends-types.ts';
import { presentDependencies } from './present-dependencies.ts';
import { type StandingKind, standingKinds, standingTables } from './what-stands.ts';

/** What it costs beside what is selected of it: each thing that may be a single point is lost on trial. */
const PRICE = 200;

/** What each of them stands on directly. */
const stands: Readonly<Record<StandingKind, string>> = {
  Project: 'its virtual machines, and the services that it uses',
  Service: 'its deployments, and the circuits that carry it',
  Deployment: 'the facilities, clusters and servers that it runs on',
  VirtualMachine: 'the server that it runs on',
  Cluster: 'the facility of its control plane, and its servers',
  Site: 'the circuits and cables that lead out of it',
  Node: 'its connections and its power',
  NetworkDevice: 'its connections and its power',
  Equipment: 'its connections and its power',
  Circuit: 'what it ends at, and the paths over it',
};

async function found(ask: AskValue, see: See, keys: readonly ObjectKey[], first: unknown): Promise<WalkValue[]> {
  return await presentDependencies(ask, see, await dependenciesOf(ask, see, keys), Number(first));
}

export const dependsOnFields: readonly ExtraField[] = standingKinds.map((kind) => ({
  on: kind,
  name: 'dependsOn',
  gives: 'walk',
  walk: {
    walk: async (ids, given, see, ask) => {
      const values = await found(
        ask,
        see,
        ids.map((id) => ({ kind, id })),
        given.most,
      );
      return new Map(ids.map((id, index) => [id, values[index]]));
    },
  },
  shape: { gives: 'values', of: dependencies },
  price: PRICE,
  args: { most },
  description: `What it stands on: ${stands[kind]}, and all that these stand on, down to cables, circuits and feeds, with the single points of failure.`,
}));

export const dependsOnQuery: RootQuery = {
  gives: 'walk',
  name: 'dependsOn',
  walk: {
    walk: async (keys, { of, ...given }, see, ask) => {
      const [named] = await loadNamed(ask, see, standingTables, [String(of)]);
      if (named?.key == null) return new Map();
      const [value] = await found(ask, see, [named.key], given.most);
      return new Map(keys.map((key) => [key, value]));
    },
  },
  shape: { gives: 'values', of: dependencies, nullable: true },
  price: PRICE,
  args: {
    of: text({
      required: true,
      max: 300,
      description: 'An id, or a kind and a name such as `Service/compute` or `Circuit/fra1-sin1`.',
    }),
    most,
  },
  description: `What something stands on, down to cables, circuits and feeds, with the single points of failure; null if there is no such object, it is none that stands on something, or you may not see it. It can be asked of: ${standingKinds.join(', ')}.`,
};
