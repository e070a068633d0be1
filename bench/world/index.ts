import type { Size } from '../sizes.ts';
import { people } from './people.ts';
import { buildings, devicesWithPorts } from './plant.ts';
import { services, tenants } from './tenants.ts';
import { cables, circuits } from './wiring.ts';

/** Everything that is loaded, part by part, each building on those before it. */
export const world: readonly (readonly [part: string, documents: (size: Size) => Iterable<string>])[] = [
  ['organizations and projects', tenants],
  ['services with meters and types', services],
  ['regions, sites and racks', buildings],
  ['devices with ports', devicesWithPorts],
  ['cables between random ports', cables],
  ['circuits', circuits],
  ['users, roles and bindings', people],
];
