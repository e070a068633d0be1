/** Before what is lost is lost, and after. */
export type When = 'before' | 'after';

/** A device, as far as it has a part in the network of its facility. */
export interface Vertex {
  readonly id: string;
  readonly site: string;
  /** Whether traffic of others goes through it. */
  readonly forwards: boolean;
  /** Whether it is of the kind that the facility has at its edge, where nothing says at which port its circuits end. */
  readonly isCore: boolean;
}

/** A connection of two devices in one facility, or of a device with something outside of it (`to` null). */
export interface Way {
  readonly from: string;
  readonly to: string | null;
  /** Each cable and circuit without which it is broken, as kind and id; null where it is broken. */
  readonly crosses: Record<When, ReadonlySet<string> | null>;
  /** Everything that its traces lead over while nothing is lost, as kind and id. */
  readonly over: ReadonlySet<string>;
}

/** The shortest ways from a device to the edge of its facility, by each of its connections that lead there. */
export interface ShortestWays {
  /** Connections along them, and those that lead out of the facility at their ends. */
  readonly ways: readonly Way[];
  /** Devices along them, without the one where they begin. */
  readonly devices: ReadonlySet<string>;
  /** One of them, connection by connection. */
  readonly first: readonly Way[];
}

/** How a facility hangs together. */
export interface Facility {
  /** Circuits by which its core leads out, since nothing says at which port they end. */
  readonly looseCircuits: readonly string[];
  /** Whether devices at its core are ways out of it. */
  readonly coreLeadsOut: Readonly<Record<When, boolean>>;
  /** No network device is recorded: then all that is known of a device is what it is connected with. */
  readonly isBare: boolean;
  /** No way out of it is left; what has not been looked at has none, either. */
  readonly isCutOff: Readonly<Record<When, boolean>>;
}

/** How a device is connected with the edge of its facility. */
export interface Standing {
  /** Number of its connections that lead there. */
  readonly paths: number;
  /** Each cable and circuit whose loss alone cuts it off. */
  readonly critical: ReadonlySet<string>;
}

const cutOff: Standing = { paths: 0, critical: new Set() };

/** How many connections a network device is away from the edge, and the first of them; null at the edge. */
interface Reached {
  readonly way: Way | null;
  readonly hops: number;
}

interface Question {
  readonly site: string;
  readonly when: When;
  /** Whether devices that have not been looked at are taken to lead out. */
  readonly hopes: boolean;
  readonly without?: string | undefined;
  readonly cut?: string | undefined;
}

/**
 * The network inside of facilities, as far as it has been explored. Traffic goes from device to device over network devices; it
 * is out when it is at the edge: at a device with a way out of the facility.
 *
 *   server ── leaf ── spine ── border ══ circuit
 *      └───── leaf ──┘           edge
 */
export class Network {
  readonly vertices = new Map<string, Vertex>();
  readonly facilities = new Map<string, Facility>();
  readonly #verticesIn = new Map<string, Vertex[]>();
  readonly #ways = new Map<string, Way & { readonly over: Set<string> }>();
  readonly #waysAt = new Map<string, Way[]>();
  /** Devices whose connections with network devices are known, and those of which all are. */
  readonly explored = new Set<string>();
  readonly gone: ReadonlySet<string>;
  #reached = new Map<string, ReadonlyMap<string, Reached>>();

  constructor(gone: ReadonlySet<string>) {
    this.gone = gone;
  }

  addVertex(vertex: Vertex): void {
    this.vertices.set(vertex.id, vertex);
    const others = this.#verticesIn.get(vertex.site) ?? [];
    others.push(vertex);
    this.#verticesIn.set(vertex.site, others);
  }

  /** `key` is that of the connection, from whichever side it was found. */
  addWay(key: string, { from, to, crosses, over }: Way): void {
    const known = this.#ways.get(key);
    if (known === undefined) {
      const way = { from, to, crosses: { ...crosses }, over: new Set(over) };
      this.#ways.set(key, way);
      for (const end of new Set([from, to])) {
        if (end === null) continue;
        const ways = this.#waysAt.get(end) ?? [];
        ways.push(way);
        this.#waysAt.set(end, ways);
      }
    } else {
      known.crosses.before = both(known.crosses.before, crosses.before);
      known.crosses.after = both(known.crosses.after, crosses.after);
      for (const element of over) known.over.add(element);
    }
    this.forget();
  }

  /** What has been worked out holds no longer. */
  forget(): void {
    this.#reached = new Map();
  }

  waysAt(device: string): readonly Way[] {
    return this.#waysAt.get(device) ?? [];
  }

  /** Whether a connection of the device was there before, and is not any more. */
  hasLostWay(device: string): boolean {
    return this.waysAt(device).some(({ crosses }) => crosses.before !== null && crosses.after === null);
  }

  isEdge(device: string, when: When): boolean {
    const vertex = this.vertices.get(device);
    if (vertex?.forwards !== true || this.#isGone(device, when)) return false;
    if (this.#isCoreEdge(vertex, when)) return true;
    return this.waysAt(device).some((way) => way.to === null && isOpen(way, when));
  }

  /** How the device stands; with hope, devices that have not been looked at lead out. */
  standing(device: string, when: When, hopes = false): Standing {
    const vertex = this.#vertexThere(device, when);
    if (vertex === undefined) return cutOff;
    const question = { site: vertex.site, when, hopes, without: vertex.forwards ? device : undefined };
    const ways = this.#leading(vertex, question);
    const isCoreEdge = this.#isCoreEdge(vertex, when);
    const [first] = ways;
    if (first === undefined || isCoreEdge) return { paths: ways.length + (isCoreEdge ? 1 : 0), critical: new Set() };
    const suspects = this.#crossedFrom(device, first, question);
    const cuts = suspects.filter((cut) => this.#leading(vertex, { ...question, cut }).length === 0);
    return { paths: ways.length, critical: new Set(cuts) };
  }

  /** Whether the device is connected with the edge. */
  leadsOut(device: string, when: When): boolean {
    const vertex = this.#vertexThere(device, when);
    if (vertex === undefined) return false;
    const question = { site: vertex.site, when, hopes: false, without: vertex.forwards ? device : undefined };
    return this.#isCoreEdge(vertex, when) || this.#leading(vertex, question).length > 0;
  }

  /**
   * The shortest ways from the device to the edge, one device that has not been looked at being as good as the edge: where none
   * of the devices along them is such a one, they are what there is.
   */
  shortestWays(device: string, when: When): ShortestWays {
    const ways = new Set<Way>();
    const devices = new Set<string>();
    const vertex = this.#vertexThere(device, when);
    if (vertex === undefined) return { ways: [], devices, first: [] };
    const question = { site: vertex.site, when, hopes: true, without: vertex.forwards ? device : undefined };
    const reached = this.#reach(question);
    const firstAt = new Map<string, Way>();
    const goOver = (way: Way, from: string): void => {
      ways.add(way);
      if (!firstAt.has(from)) firstAt.set(from, way);
      const other = otherEnd(way, from);
      if (other !== null) devices.add(other);
    };
    for (const way of this.#leading(vertex, question)) goOver(way, device);
    for (const at of devices) {
      const hops = reached.get(at)?.hops;
      if (hops === undefined) continue;
      for (const way of this.waysAt(at)) {
        const other = otherEnd(way, at);
        const isOn = other === null ? hops === 0 : reached.get(other)?.hops === hops - 1;
        if (isOn && isOpen(way, when)) goOver(way, at);
      }
    }
    const first: Way[] = [];
    for (let at: string | null = device; at !== null; ) {
      const way = firstAt.get(at);
      if (way !== undefined) first.push(way);
      at = way === undefined ? null : otherEnd(way, at);
    }
    return { ways: [...ways], devices, first };
  }

  #vertexThere(device: string, when: When): Vertex | undefined {
    return this.#isGone(device, when) ? undefined : this.vertices.get(device);
  }

  #isCoreEdge({ isCore, site }: Vertex, when: When): boolean {
    return isCore && this.facilities.get(site)?.coreLeadsOut[when] === true;
  }

  /** Circuits by which a device at the core leads out, as kind and id. */
  looseCircuitsAt(device: string): string[] {
    const vertex = this.vertices.get(device);
    if (vertex === undefined || !this.#isCoreEdge(vertex, 'before')) return [];
    return (this.facilities.get(vertex.site)?.looseCircuits ?? []).map((circuit) => `Circuit/${circuit}`);
  }

  /** Connections of a device from which the edge can be reached. */
  #leading(vertex: Vertex, question: Question): Way[] {
    return this.waysAt(vertex.id).filter(
      (way) => isOpen(way, question.when, question.cut) && this.#leads(vertex, way, question),
    );
  }

  #leads({ id, site }: Vertex, way: Way, question: Question): boolean {
    const other = otherEnd(way, id);
    if (other === null || this.facilities.get(site)?.isBare === true) return true;
    return this.#isStart(this.vertices.get(other), question) || this.#reach(question).has(other);
  }

  /** Whether a device is the edge for a question, or may be. */
  #isStart(vertex: Vertex | undefined, { when, hopes, without }: Question): boolean {
    if (vertex === undefined || vertex.id === without || !vertex.forwards || this.#isGone(vertex.id, when))
      return false;
    const isHoped = hopes && !this.explored.has(vertex.id) && !this.#isCutOff(vertex, when);
    return isHoped || this.isEdge(vertex.id, when);
  }

  /** What is crossed on one way from the device to the edge. */
  #crossedFrom(device: string, first: Way, question: Question): string[] {
    const crossed = new Set(first.crosses[question.when]);
    const reached = this.#reach(question);
    let at = otherEnd(first, device);
    for (let way = at === null ? null : (reached.get(at)?.way ?? null); at !== null && way !== null; ) {
      for (const one of way.crosses[question.when] ?? []) crossed.add(one);
      at = otherEnd(way, at);
      way = at === null ? null : (reached.get(at)?.way ?? null);
    }
    return [...crossed];
  }

  /** Network devices of the facility from which its edge can be reached, and the connection over which. */
  #reach(question: Question): ReadonlyMap<string, Reached> {
    const { site, when, hopes, without = '', cut = '' } = question;
    const key = [site, when, hopes, without, cut].join();
    const known = this.#reached.get(key);
    if (known !== undefined) return known;
    const reached = new Map<string, Reached>();
    const queue: string[] = [];
    for (const vertex of this.#verticesIn.get(site) ?? []) {
      if (!this.#isStart(vertex, question)) continue;
      reached.set(vertex.id, { way: null, hops: 0 });
      queue.push(vertex.id);
    }
    for (const device of queue)
      for (const [other, way] of this.#next(device, question))
        if (!reached.has(other)) {
          reached.set(other, { way, hops: (reached.get(device)?.hops ?? 0) + 1 });
          queue.push(other);
        }
    this.#reached.set(key, reached);
    return reached;
  }

  *#next(device: string, { when, without, cut }: Omit<Question, 'site' | 'hopes'>): Generator<readonly [string, Way]> {
    for (const way of this.waysAt(device)) {
      const other = otherEnd(way, device);
      if (other === null || other === without || this.vertices.get(other)?.forwards !== true) continue;
      if (isOpen(way, when, cut) && !this.#isGone(other, when)) yield [other, way];
    }
  }

  /** The network devices that hang together with one, itself included. */
  together(device: string, when: When, cut?: string): Set<string> {
    const found = new Set([device]);
    for (const at of found) for (const [other] of this.#next(at, { when, cut })) found.add(other);
    return found;
  }

  #isGone(device: string, when: When): boolean {
    return when === 'after' && this.gone.has(device);
  }

  #isCutOff({ site }: Vertex, when: When): boolean {
    return this.facilities.get(site)?.isCutOff[when] === true;
  }
}

const isOpen = ({ crosses }: Way, when: When, cut?: string): boolean => {
  const crossed = crosses[when];
  return crossed !== null && (cut === undefined || !crossed.has(cut));
};

const otherEnd = ({ from, to }: Way, end: string): string | null => (from === end ? to : from);

/** Without which a connection is broken that was found from both of its sides. */
function both(one: ReadonlySet<string> | null, other: ReadonlySet<string> | null): ReadonlySet<string> | null {
  if (one === null || other === null) return one ?? other;
  return new Set([...one].filter((element) => other.has(element)));
}
