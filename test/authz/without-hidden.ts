import { catalog, type Thing, type World } from './random-world.ts';

/** Kinds whose objects decide on who sees what, and would change what is visible by being away. */
const DECIDING = new Set(['Role', 'Group', 'GroupMembership', 'GroupNesting', 'ServiceRuntime', 'ProjectPlacement']);
/** Kinds whose objects give somebody rights. */
const GIVING = new Set(['PolicyBinding', 'OrganizationMembership']);
const reads = ['get', 'list', 'watch'];

/** What a user may read in any way, as keys. */
export function seenBy(world: World, user: string): Set<Thing> {
  const held = world.held(user);
  return new Set(
    [...world.things.values()].filter((thing) => reads.some((verb) => world.may(user, verb, thing, held))),
  );
}

/** What a thing cannot be without: what it refers to and what it is in. */
function standsOn(world: World, thing: Thing): Thing[] {
  const referred = catalog.get(thing.kind).references.flatMap((reference) => world.follow(thing, reference));
  const target = thing.spec.resourceSelector?.resourceRef;
  const bound = target === undefined ? undefined : world.things.get(`${target.kind}/${target.name}`);
  const parent = world.parent(thing);
  return [...referred, ...(bound ? [bound] : []), ...(parent ? [parent] : [])];
}

/** Whether the record of its consumption, which goes with an entitlement, is seen. */
const hasSeenRecord = (entitlement: Thing, seen: ReadonlySet<Thing>): boolean =>
  [...seen].some(
    ({ kind, spec }) =>
      kind === 'ServiceConsumer' &&
      spec.consumerProjectRef.name === entitlement.project &&
      spec.serviceRef.name === entitlement.spec.serviceRef.name,
  );

/**
 * What is hidden from a user and could as well not be there: nothing that is seen stands on it, follows from it, or is seen
 * because of it.
 */
export function hiddenFrom(world: World, user: string): Thing[] {
  const seen = seenBy(world, user);
  const things = [...world.things.values()];
  const held = world.held(user).length;
  const givesRights = (thing: Thing): boolean => {
    if (!GIVING.has(thing.kind)) return false;
    const key = `${thing.kind}/${thing.name}`;
    world.things.delete(key);
    const without = world.held(user).length;
    world.things.set(key, thing);
    return without < held;
  };
  const mustStay = (thing: Thing): boolean =>
    seen.has(thing) ||
    world.isGiven(thing) ||
    DECIDING.has(thing.kind) ||
    givesRights(thing) ||
    (thing.kind === 'ServiceEntitlement' && hasSeenRecord(thing, seen)) ||
    // Published, it stays for good, or until it is retired.
    (thing.kind === 'MeterDefinition' && thing.spec.phase === 'Published') ||
    (thing.kind === 'ServiceVersion' && thing.spec.phase === 'Published') ||
    // Goes with its entitlement.
    thing.kind === 'ServiceConsumer';
  const stays = new Set(things.filter(mustStay));
  for (const thing of stays) for (const under of standsOn(world, thing)) stays.add(under);
  return things.filter((thing) => !stays.has(thing));
}
