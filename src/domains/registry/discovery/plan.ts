import { z } from 'zod';

/** What a plan is made of: services as the caller sees them, with what is deployed. */
const version = z.object({
  version: z.string(),
  order: z.number(),
  phase: z.string(),
  imports: z.array(z.object({ service: z.string(), version: z.string(), order: z.number() })),
});
const known = z.object({
  name: z.string(),
  core: z.boolean(),
  primary: z.string().nullable(),
  /** Those that are offered, the lowest first. */
  versions: z.array(version),
  deployments: z.array(z.object({ region: z.string(), version: z.string(), order: z.number() })),
});

export const knownServices = z.array(known);
export type KnownService = z.infer<typeof known>;
type Version = z.infer<typeof version>;

export interface PlanStep {
  readonly action: 'OpenRegion' | 'Deploy' | 'Raise' | 'MoveImport' | 'Retire';
  readonly service: string | null;
  readonly region: string | null;
  readonly version: string | null;
  readonly because: readonly string[];
}

interface Need {
  readonly service: string;
  readonly region: string;
  /** At least this version, by its order; where none is needed, the lowest one that is offered. */
  readonly order: number | undefined;
  readonly because: string;
}

interface Planned {
  readonly known: KnownService;
  readonly region: string;
  readonly target: Version;
  readonly isDeployed: boolean;
  readonly because: ReadonlySet<string>;
}

const keyOf = (service: string, region: string): string => `${region} ${service}`;

/** A plan cannot be made: what is missing, in a sentence. */
export class NoPlan extends Error {}

/** Steps as they are told: there are none where there is no plan, and a sentence says why. */
export function toldPlan(plan: () => readonly PlanStep[]): {
  readonly steps: readonly PlanStep[];
  readonly obstacle: string | null;
} {
  try {
    return { steps: plan(), obstacle: null };
  } catch (error) {
    if (error instanceof NoPlan) return { steps: [], obstacle: error.message };
    throw error;
  }
}

/**
 * What has to be deployed or raised so that all needs are met, in an order in which each step is allowed: what is imported
 * before what imports it (I5, I6), a service in its primary region before others (G2).
 *
 *   need devices@v1 in us  ─►  iam, logging, cellular-api in us (deployed at all: I5; at the imported version: I6)
 *                          ─►  what those import, and so on, until nothing new is needed
 */
export function planNeeds(services: readonly KnownService[], needs: readonly Need[]): PlanStep[] {
  const byName = new Map(services.map((one) => [one.name, one]));
  const planned = new Map<string, Planned>();
  const open = [...needs];
  for (let need = open.shift(); need !== undefined; need = open.shift()) {
    const next = meet(need, byName, planned);
    if (next !== undefined) open.push(...next);
  }
  return inOrder(planned);
}

/** Plans for one need; what it needs in turn, or nothing where it is met already. */
function meet(
  { service, region, order, because }: Need,
  byName: ReadonlyMap<string, KnownService>,
  planned: Map<string, Planned>,
): Need[] | undefined {
  const one = byName.get(service);
  if (one === undefined) throw new NoPlan(`there is no service ${service}, or you may not see it`);
  const key = keyOf(service, region);
  const before = planned.get(key);
  const current = one.deployments.find((each) => each.region === region);
  const reached = before?.target.order ?? current?.order;
  if (reached !== undefined && reached >= (order ?? 0)) {
    if (before !== undefined) planned.set(key, { ...before, because: new Set([...before.because, because]) });
    return undefined;
  }
  const target = one.versions.find((each) => each.order >= (order ?? 0));
  if (target === undefined) throw new NoPlan(`${service} offers no version that would do for ${because}`);
  const reasons = new Set([...(before?.because ?? []), because]);
  planned.set(key, { known: one, region, target, isDeployed: current !== undefined, because: reasons });
  const next: Need[] = [];
  const isFirst = one.deployments.length === 0 && one.primary !== null && one.primary !== region;
  if (isFirst && one.primary !== null)
    next.push({ service, region: one.primary, order, because: `the primary region of ${service}` });
  for (const { version, order: own, imports } of one.versions)
    for (const imported of imports) {
      const isServed = own <= target.order;
      next.push({
        service: imported.service,
        region,
        order: isServed ? imported.order : undefined,
        because: `${service}@${version}`,
      });
    }
  return next;
}

/** Imports in the same region and the same service in its primary region come first. */
function inOrder(planned: ReadonlyMap<string, Planned>): PlanStep[] {
  const steps: PlanStep[] = [];
  const done = new Set<string>();
  const add = (key: string): void => {
    const step = planned.get(key);
    if (step === undefined || done.has(key)) return;
    done.add(key);
    const { known: one, region, target, isDeployed, because } = step;
    const imported = one.versions.flatMap(({ imports }) => imports.map(({ service }) => service));
    for (const service of [...new Set(imported)].sort()) add(keyOf(service, region));
    if (one.primary !== null) add(keyOf(one.name, one.primary));
    steps.push({
      action: isDeployed ? 'Raise' : 'Deploy',
      service: one.name,
      region,
      version: target.version,
      because: [...because].sort(),
    });
  };
  for (const key of [...planned.keys()].sort()) add(key);
  return steps;
}
