import type { Size } from '../sizes.ts';
import type { Together } from './documents.ts';
import { allBindings, people } from './people.ts';
import { devices, racks, regions, sites } from './plant.ts';
import { deployedServices, importsAndUses, serviceRegions } from './registry.ts';
import { organizations, projects, services } from './tenants.ts';
import { cables, circuits } from './wiring.ts';

/** Everything that is loaded, part by part, each building on those before it. */
export const world: readonly (readonly [part: string, documents: (size: Size) => Iterable<Together>])[] = [
  ['organizations', organizations],
  ['projects', projects],
  ['services with meters and types', services],
  ['regions for services', serviceRegions],
  ['services with versions and deployments', deployedServices],
  ['imports and uses between services', importsAndUses],
  ['regions and providers', regions],
  ['sites with clusters', sites],
  ['racks', racks],
  ['devices with ports', devices],
  ['cables between random ports', cables],
  ['circuits', circuits],
  ['users and roles', people],
  ['bindings', allBindings],
];
