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
}

/** How a facility hangs together. */
export interface Facility {
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

interface Question {
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
  readonly #ways = new Map<string, Way>();
  readonly #waysAt = new Map<string, Way[]>();
  /** Devices whose connections with network devices are known, and those of which all are. */
  readonly explored = new Set<string>();
  readonly gone: ReadonlySet<string>;
  #reached = new Map<string, ReadonlyMap<string, Way | null>>();

  constructor(gone: ReadonlySet<string>) {
    this.gone = gone;
  }

  /** `key` is that of the connection, from whichever side it was found. */
  addWay(key: string, way: Way): void {
    const known = this.#ways.get(key);
    if (known !== undefined) {
      known.crosses.before = both(known.crosses.before, way.crosses.before);
      known.crosses.after = both(known.crosses.after, way.crosses.after);
    } else {
      this.#ways.set(key, way);
      for (const end of new Set([way.from, way.to]))
        if (end !== null) this.#waysAt.set(end, [...(this.#waysAt.get(end) ?? []), way]);
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

  isEdge(device: string, when: When, cut?: string): boolean {
    const vertex = this.vertices.get(device);
    if (vertex?.forwards !== true || this.#isGone(device, when)) return false;
    const facility = this.facilities.get(vertex.site);
    if (vertex.isCore && facility?.coreLeadsOut[when] === true) return true;
    return this.waysAt(device).some((way) => way.to === null && isOpen(way, when, cut));
  }

  /** How the device stands; with hope, devices that have not been looked at lead out. */
  standing(device: string, when: When, hopes = false): Standing {
    const vertex = this.vertices.get(device);
    if (vertex === undefined || this.#isGone(device, when)) return cutOff;
    const without = vertex.forwards ? device : undefined;
    const leading = (cut?: string): Way[] => {
      const reached = this.#reach({ when, hopes, without, cut });
      return this.waysAt(device).filter((way) => isOpen(way, when, cut) && this.#leadsOut(vertex, way, reached));
    };
    const ways = leading();
    const isCoreEdge = vertex.isCore && this.facilities.get(vertex.site)?.coreLeadsOut[when] === true;
    const [first] = ways;
    if (first === undefined || isCoreEdge) return { paths: ways.length + (isCoreEdge ? 1 : 0), critical: new Set() };
    const suspects = this.#crossedFrom(device, first, { when, hopes, without });
    return { paths: ways.length, critical: new Set(suspects.filter((one) => leading(one).length === 0)) };
  }

  #leadsOut({ id, site }: Vertex, way: Way, reached: ReadonlyMap<string, Way | null>): boolean {
    if (way.to === null) return true;
    const other = way.from === id ? way.to : way.from;
    return this.facilities.get(site)?.isBare === true || reached.has(other);
  }

  /** What is crossed on one way from the device to the edge. */
  #crossedFrom(device: string, first: Way, question: Question): string[] {
    const crossed = new Set(first.crosses[question.when]);
    const reached = this.#reach(question);
    let at = first.from === device ? first.to : first.from;
    for (let way = at === null ? null : (reached.get(at) ?? null); at !== null && way !== null; ) {
      for (const one of way.crosses[question.when] ?? []) crossed.add(one);
      at = way.from === at ? way.to : way.from;
      way = at === null ? null : (reached.get(at) ?? null);
    }
    return [...crossed];
  }

  /** Network devices from which the edge can be reached, and the connection over which. */
  #reach(question: Question): ReadonlyMap<string, Way | null> {
    const { when, hopes, without = '', cut = '' } = question;
    const key = [when, hopes, without, cut].join();
    const known = this.#reached.get(key);
    if (known !== undefined) return known;
    const reached = new Map<string, Way | null>();
    const queue: string[] = [];
    for (const vertex of this.vertices.values()) {
      if (vertex.id === without || !vertex.forwards || this.#isGone(vertex.id, when)) continue;
      const isHoped = hopes && !this.explored.has(vertex.id) && !this.#isCutOff(vertex, when);
      if (!isHoped && !this.isEdge(vertex.id, when)) continue;
      reached.set(vertex.id, null);
      queue.push(vertex.id);
    }
    for (let device = queue.shift(); device !== undefined; device = queue.shift())
      for (const [other, way] of this.#next(device, question))
        if (!reached.has(other)) {
          reached.set(other, way);
          queue.push(other);
        }
    this.#reached.set(key, reached);
    return reached;
  }

  *#next(device: string, { when, without, cut }: Question): Generator<readonly [string, Way]> {
    for (const way of this.waysAt(device)) {
      const other = way.from === device ? way.to : way.from;
      if (other === null || other === without || this.vertices.get(other)?.forwards !== true) continue;
      if (isOpen(way, when, cut) && !this.#isGone(other, when)) yield [other, way];
    }
  }

  /** The network devices that hang together with one, itself included. */
  together(device: string, when: When, cut?: string): Set<string> {
    const found = new Set([device]);
    for (const at of found) for (const [other] of this.#next(at, { when, hopes: false, cut })) found.add(other);
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

/** Without which a connection is broken that was found from both of its sides. */
function both(one: ReadonlySet<string> | null, other: ReadonlySet<string> | null): ReadonlySet<string> | null {
  if (one === null || other === null) return one ?? other;
  return new Set([...one].filter((element) => other.has(element)));
}
