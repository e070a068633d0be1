import { coreLeadsOut } from './facts.ts';
import { Network, type ShortestWays, type Standing, type When } from './network.ts';
import { type Gone, nothing } from './remaining-plant.ts';
import type { Survey } from './survey.ts';
import { OUT, type Path } from './traced-paths.ts';

/** So many devices are looked at for one question at most. */
export const MOST_DEVICES = 20_000;

/** What becomes of a device in the network of its facility. */
export interface Standings {
  readonly before: Standing;
  readonly after: Standing;
}

/**
 * Explores the network around devices as far as it takes to say how they stand before something is gone and after, and which
 * others stand differently.
 */
export class Explorer {
  readonly network: Network;
  readonly #survey: Survey;
  readonly #gone: Gone;
  readonly #sitesCutOff: ReadonlySet<string>;
  readonly #walked = new Set<string>();
  #isCutShort = false;

  constructor(survey: Survey, gone: Gone = nothing, sitesCutOff: ReadonlySet<string> = new Set()) {
    this.#survey = survey;
    this.#gone = gone;
    this.#sitesCutOff = sitesCutOff;
    this.network = new Network(gone.devices);
  }

  /** Of these devices, and of all that stand differently because of what is gone. */
  async standings(touched: readonly string[]): Promise<ReadonlyMap<string, Standings>> {
    const left = touched.filter((device) => !this.#gone.devices.has(device));
    const asked = new Set(left.slice(0, MOST_DEVICES));
    this.#isCutShort ||= left.length > MOST_DEVICES;
    await this.#explore([...asked]);
    for (;;) {
      const size = asked.size;
      const wanted = new Set([...this.#affectedBy(asked), ...this.#unclear(asked)]);
      const next = [...wanted].filter((device) => !this.network.explored.has(device));
      if (this.isCapped || (next.length === 0 && asked.size === size)) break;
      await this.#explore(next);
    }
    return new Map([...asked].map((device) => [device, this.#standings(device)]));
  }

  /** Of devices: whether they are connected with the edge of their facility, before anything is gone. */
  async reaches(devices: readonly string[]): Promise<ReadonlyMap<string, 'Reachable' | 'CutOff' | 'Unknown'>> {
    const reaches = (device: string, hopes = false): boolean =>
      this.network.standing(device, 'before', hopes).paths > 0;
    for (let next = devices; next.length > 0 && this.network.explored.size <= MOST_DEVICES; ) {
      await this.#explore(next);
      const unclear = devices.filter((device) => !reaches(device) && reaches(device, true));
      next = [...new Set(unclear.flatMap((device) => this.#frontier(device)))];
    }
    return new Map(
      devices.map((device) => [device, reaches(device) ? 'Reachable' : reaches(device, true) ? 'Unknown' : 'CutOff']),
    );
  }

  /** By which shortest ways these came to the edge of their facilities before anything was lost. */
  async shortestWays(devices: readonly string[]): Promise<ReadonlyMap<string, ShortestWays>> {
    await this.#explore(devices);
    const ways = new Map<string, ShortestWays>();
    await this.#exploreAlong(devices, 'before', (device, found) => {
      ways.set(device, found);
      return false;
    });
    return ways;
  }

  /** Those of these from which a way still leads to the edge of their facility. */
  async leadingOut(devices: readonly string[]): Promise<ReadonlySet<string>> {
    await this.#explore(devices);
    await this.#exploreAlong(devices, 'after', (device) => this.network.leadsOut(device, 'after'));
    return new Set(devices.filter((device) => this.network.leadsOut(device, 'after')));
  }

  /** Looks at what is along the shortest ways of these until it is known, or is said to be enough. */
  async #exploreAlong(
    devices: readonly string[],
    when: When,
    isEnough: (device: string, ways: ShortestWays) => boolean,
  ): Promise<void> {
    for (let open = devices; ; ) {
      const next = new Set<string>();
      open = open.filter((device) => {
        const ways = this.network.shortestWays(device, when);
        if (isEnough(device, ways)) return false;
        const unknown = [...ways.devices].filter((one) => this.#isUnexplored(one));
        for (const one of unknown) next.add(one);
        return unknown.length > 0;
      });
      if (next.size === 0 || this.isCapped) return;
      await this.#explore([...next]);
    }
  }

  /** Whether more devices would have had to be looked at than are. */
  get isCapped(): boolean {
    return this.#isCutShort || this.network.explored.size > MOST_DEVICES;
  }

  /** What is behind a device is of interest where traffic of others goes through it. */
  #isUnexplored(device: string): boolean {
    return this.network.vertices.get(device)?.forwards === true && !this.network.explored.has(device);
  }

  #standings(device: string, hopes = false): Standings {
    const standing = (when: When): Standing => this.network.standing(device, when, hopes);
    return { before: standing('before'), after: standing('after') };
  }

  /** What has to be explored before it is clear how these stand. */
  #unclear(asked: ReadonlySet<string>): Set<string> {
    const found = new Set<string>();
    for (const device of asked) {
      if (!this.network.explored.has(device)) found.add(device);
      else if (!areAlike(this.#standings(device), this.#standings(device, true)))
        for (const other of this.#frontier(device)) found.add(other);
    }
    return found;
  }

  /** Network devices around one that have not been explored. */
  #frontier(device: string): string[] {
    const around = new Set<string>([device]);
    for (const when of ['before', 'after'] as const)
      for (const other of this.network.together(device, when)) around.add(other);
    return [...around].filter((one) => !this.network.explored.has(one));
  }

  /**
   * Adds those that may stand differently. What stands differently without having lost a connection itself is cut off by
   * something that now cuts off a device which has lost one, and hangs together with that.
   */
  #affectedBy(asked: Set<string>): Set<string> {
    const wanted = new Set<string>();
    for (const device of [...asked]) {
      const vertex = this.network.vertices.get(device);
      const isIn = vertex?.forwards === true && this.network.explored.has(device);
      if (!isIn || this.#sitesCutOff.has(vertex.site)) continue;
      this.#askEdges(device, asked, wanted);
      if (!this.network.isEdge(device, 'after')) this.#askCutOff(device, asked, wanted);
    }
    return wanted;
  }

  /** Those that hang together with a device, and nothing else, behind what cuts it off now and did not before. */
  #askCutOff(device: string, asked: Set<string>, wanted: Set<string>): void {
    const { before, after } = this.#standings(device);
    if (before.paths === 0) return;
    const cuts = after.paths === 0 ? [undefined] : [...after.critical].filter((one) => !before.critical.has(one));
    for (const cut of cuts)
      for (const member of this.network.together(device, 'after', cut)) {
        if (!this.network.explored.has(member)) wanted.add(member);
        asked.add(member);
        for (const { from, to, crosses } of this.network.waysAt(member)) {
          const other = from === member ? to : from;
          const isCutThere = cut !== undefined && crosses.after?.has(cut) === true;
          if (other !== null && crosses.after !== null && !isCutThere) asked.add(other);
        }
      }
  }

  /** The device at the edge that is the only one left around: it had others to fall back on. */
  #askEdges(device: string, asked: Set<string>, wanted: Set<string>): void {
    const { network } = this;
    const lost = network
      .waysAt(device)
      .filter(({ crosses }) => crosses.before !== null && crosses.after === null)
      .flatMap(({ from, to }) => (from === device ? to : from) ?? [])
      .filter((other) => network.vertices.get(other)?.forwards === true);
    const isNoEdgeNow = network.isEdge(device, 'before') && !network.isEdge(device, 'after');
    if (lost.length === 0 && !isNoEdgeNow) return;
    const around = network.together(device, 'after');
    if (lost.every((other) => around.has(other)) && !isNoEdgeNow) return;
    const [edge, another] = [...around].filter((one) => network.isEdge(one, 'after'));
    if (another !== undefined) return;
    const unexplored = [...around].filter((one) => !network.explored.has(one));
    for (const one of unexplored) wanted.add(one);
    if (unexplored.length === 0 && edge !== undefined) asked.add(edge);
  }

  async #explore(devices: readonly string[]): Promise<void> {
    if (devices.length === 0) return;
    const { facts } = this.#survey;
    await this.#survey.need(facts.loadOrigins, devices);
    const origins = devices.flatMap((device) => facts.origins.get(device) ?? []);
    await this.#addWays(origins);
    for (const device of devices) this.network.explored.add(device);
    const known = new Set([...devices, ...this.#farDevices]);
    const explored = new Set(devices);
    await this.#survey.need(
      facts.loadVertices,
      [...known].map((id) => ({ id, isFar: !explored.has(id) })),
    );
    for (const device of known) this.#addVertex(device);
    for (const pending of this.#pending.splice(0)) this.#addWay(pending);
    this.network.forget();
  }

  readonly #farDevices = new Set<string>();
  readonly #pending: Found[] = [];

  async #addWays(all: readonly string[]): Promise<void> {
    const origins = all.filter((origin) => !this.#walked.has(origin));
    for (const origin of origins) this.#walked.add(origin);
    const { facts, tracer } = this.#survey;
    const traces = await tracer.traces(origins, this.#gone);
    const others = new Set([
      ...(await tracer.oneSided(origins, traces.before)),
      ...(await tracer.oneSided(origins, traces.after)),
    ]);
    const more = [...others].filter((other) => !this.#walked.has(other));
    for (const origin of more) this.#walked.add(origin);
    const further = await tracer.traces(more, this.#gone);
    const wanted = [...origins, ...more];
    const paths = {
      before: await tracer.paths(new Map([...traces.before, ...further.before]), nothing),
      after: await tracer.paths(new Map([...traces.after, ...further.after]), this.#gone),
    };
    const { plant } = facts;
    for (const origin of wanted) {
      const device = plant.port(origin)?.device ?? undefined;
      for (const when of ['before', 'after'] as const) {
        const path = paths[when].get(origin);
        if (path === undefined || device === undefined) continue;
        for (const [end, crosses] of path.needs) {
          const far = end === OUT ? null : (plant.port(end)?.device ?? null);
          if (far !== null) this.#farDevices.add(far);
          this.#farDevices.add(device);
          this.#pending.push({ when, origin, device, end, far, path, crosses });
        }
      }
    }
  }

  #addVertex(device: string): void {
    const { devices, facilities } = this.#survey.facts;
    const facts = devices.get(device);
    const facility = facts && facilities.get(facts.site);
    if (facts === undefined || facility === undefined || this.network.vertices.has(device)) return;
    const { coreRole, looseCircuits } = facility;
    this.network.addVertex({
      id: device,
      site: facts.site,
      forwards: facts.kind === 'NetworkDevice',
      isCore: coreRole !== null && facts.role === coreRole,
    });
    this.network.facilities.set(facts.site, {
      isBare: coreRole === null,
      looseCircuits,
      coreLeadsOut: { before: coreLeadsOut(facility, nothing), after: coreLeadsOut(facility, this.#gone) },
      isCutOff: { before: false, after: this.#sitesCutOff.has(facts.site) },
    });
  }

  #addWay({ when, origin, device, end, far, path, crosses }: Found): void {
    const { devices, plant } = this.#survey.facts;
    const site = devices.get(device)?.site;
    const leads = (to: string | null, key: string): void =>
      this.network.addWay(key, {
        from: device,
        to,
        crosses: { before: when === 'before' ? crosses : null, after: when === 'after' ? crosses : null },
        over: when === 'before' ? path.over : new Set(),
      });
    if (end === OUT) {
      const places = path.trace.stop === 'Site' ? (path.trace.groups.at(-1)?.members ?? []) : [];
      if (places.length === 0 || places.some((place) => place !== `Site/${site}`)) leads(null, `${origin}>`);
      return;
    }
    if (far === null || far === device || plant.port(end)?.kind !== 'Interface') return;
    if (devices.get(far)?.site === site) leads(far, [origin, end].sort().join());
    else leads(null, `${origin}>${end}`);
  }
}

interface Found {
  readonly when: When;
  readonly origin: string;
  readonly device: string;
  readonly end: string;
  readonly far: string | null;
  readonly path: Path;
  readonly crosses: ReadonlySet<string>;
}

const areAlike = (one: Standings, other: Standings): boolean =>
  (['before', 'after'] as const).every(
    (when) =>
      one[when].paths === other[when].paths &&
      one[when].critical.size === other[when].critical.size &&
      [...one[when].critical].every((element) => other[when].critical.has(element)),
  );
