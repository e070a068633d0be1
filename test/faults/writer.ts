import { doc, groupNamed, permissions, SYSTEM, userOf } from '../authz/world.ts';
import type { random } from '../mutations/random.ts';

/** People whose rights the writers change. */
export const people = ['una', 'ugo', 'uma'] as const;
export const sites = ['here', 'there'] as const;

const named = (name: string) => ({ name });
const nothing = (): void => undefined;
/** Label that tells which operation wrote an object last. */
export const OPERATION = 'operation';

/** What must be there before the writers begin. */
export const beginning =
  doc('Region', 'reg', { displayName: 'Reg' }) +
  sites.map((name) => doc('Site', name, { regionRef: named('reg'), displayName: name, type: 'Edge' })).join('') +
  people.map((name) => doc('User', name, { email: `${name}@people.example` })).join('');

interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** A write that is to be sent: several objects, all or none. */
export interface Write {
  readonly operation: string;
  readonly field: 'apply' | 'delete';
  readonly input: object;
  /** What each object it touches is to be afterwards: label of the operation that wrote it last, undefined: gone. */
  readonly after: ReadonlyMap<string, string | undefined>;
  /** To be called once it has been done. */
  readonly done: () => void;
}

export const keyOf = ({ kind, name }: Reference): string => `${kind}/${name}`;

interface Binding {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly site: string;
}

/** Writes at random to objects of its own, and knows what has come of it. */
export class Writer {
  readonly #name: string;
  readonly #random: ReturnType<typeof random>;
  #count = 0;
  /** Label of the operation that wrote an object last. */
  readonly present = new Map<string, string>();
  readonly #nodes = new Map<string, string>();
  readonly #members = new Map<string, Set<string>>();
  readonly #bindings = new Map<string, Binding>();
  #roleShowsSites = false;

  constructor(name: string, numbers: ReturnType<typeof random>) {
    this.#name = name;
    this.#random = numbers;
  }

  /** Sites that somebody sees through what this writer has given. */
  sitesOf(person: string): Set<string> {
    const seen = [...this.#bindings.values()].filter(
      ({ users, groups }) =>
        users.includes(person) || groups.some((group) => this.#members.get(group)?.has(person) === true),
    );
    return new Set(this.#roleShowsSites ? seen.map(({ site }) => site) : []);
  }

  next(): Write {
    const kinds = [this.#rack, this.#node, this.#node, this.#cable, this.#group, this.#member, this.#role];
    const all = [...kinds, this.#member, this.#binding, this.#binding, this.#binding];
    for (;;) {
      const write = this.#random.pick(all).call(this);
      if (write !== undefined) return write;
    }
  }

  #named(what: string, count: number): string {
    return `${this.#name}-${what}${this.#random.upTo(count)}`;
  }

  #isThere(kind: string, name: string): boolean {
    return this.present.has(`${kind}/${name}`);
  }

  #write(
    field: Write['field'],
    input: object,
    operation: string,
    objects: readonly Reference[],
    done: () => void,
  ): Write {
    const after = new Map(objects.map((one) => [keyOf(one), field === 'apply' ? operation : undefined]));
    return { operation, field, input: { ...input, clientRequestId: operation }, after, done };
  }

  #apply(made: readonly (readonly [Reference, spec: object])[], done: () => void = nothing): Write {
    const operation = `${this.#name}-${++this.#count}`;
    const content = made
      .map(([{ kind, name, namespace }, spec]) =>
        doc(kind, name, spec, { labels: { [OPERATION]: operation }, ...(namespace !== undefined && { namespace }) }),
      )
      .join('');
    const objects = made.map(([object]) => object);
    return this.#write('apply', { manifests: [{ source: operation, content }] }, operation, objects, done);
  }

  /** Removes objects; `owned` go with them. */
  #remove(objects: readonly Reference[], owned: readonly Reference[], done: () => void = nothing): Write {
    const operation = `${this.#name}-${++this.#count}`;
    return this.#write('delete', { objects, cascade: true }, operation, [...objects, ...owned], done);
  }

  #rack(): Write | undefined {
    const object = { kind: 'Rack', name: this.#named('rack', 3) };
    const isEmpty = ![...this.#nodes.values()].includes(object.name);
    if (this.#isThere('Rack', object.name) && isEmpty && this.#random.next() < 0.4) return this.#remove([object], []);
    const spec = { siteRef: named('here'), row: 'A', name: object.name, heightU: 10 + this.#random.upTo(10) };
    return this.#apply([[object, spec]]);
  }

  /** A node with three ports. */
  #node(): Write | undefined {
    const number = this.#random.upTo(4);
    const object = { kind: 'Node', name: `${this.#name}-node${number}` };
    const ports = [0, 1, 2].map((port) => ({ kind: 'Port', name: `${object.name}-p${port}` }));
    const rack = this.#nodes.get(object.name) ?? this.#named('rack', 3);
    if (!this.#isThere('Rack', rack)) return undefined;
    if (this.#nodes.has(object.name) && this.#random.next() < 0.4) {
      const cables = ports.map(({ name }) => ({ kind: 'Cable', name: this.#cableAt(name) }));
      const plugged = [...new Map(cables.map((cable) => [cable.name, cable])).values()];
      const standing = plugged.filter(({ name }) => this.#isThere('Cable', name));
      return this.#remove([...standing, object], ports, () => this.#nodes.delete(object.name));
    }
    const placement = { rackRef: named(rack), startUnit: 1 + number, unitHeight: 1 };
    const hardware = { cpuCores: 4 + this.#random.upTo(60), cpuArchitecture: 'amd64', memoryBytes: 1024 };
    return this.#apply(
      [
        [object, { siteRef: named('here'), hardware, placement }],
        ...ports.map(
          (port) =>
            [port, { deviceRef: { kind: 'Node', ...named(object.name) }, type: 'Ethernet', name: port.name }] as const,
        ),
      ],
      () => this.#nodes.set(object.name, rack),
    );
  }

  /** Cables run from the last ports of a node to the first port of the next one. */
  #cableAt(port: string): string {
    const [, node = '', end = ''] = /node(\d)-p(\d)$/.exec(port) ?? [];
    const from = end === '0' ? (Number(node) + 3) % 4 : Number(node);
    return `${this.#name}-cable${from}`;
  }

  #cable(): Write | undefined {
    const number = this.#random.upTo(4);
    const object = { kind: 'Cable', name: `${this.#name}-cable${number}` };
    if (this.#isThere('Cable', object.name) && this.#random.next() < 0.5) return this.#remove([object], []);
    const [from, to] = [`${this.#name}-node${number}`, `${this.#name}-node${(number + 1) % 4}`];
    if (!this.#nodes.has(from) || !this.#nodes.has(to)) return undefined;
    const endpoints = [named(`${from}-p2`), named(`${to}-p0`)];
    return this.#apply([[object, { endpoints, media: 'Copper' }]]);
  }

  #group(): Write | undefined {
    const object = { kind: 'Group', name: this.#named('group', 2), ...SYSTEM };
    const members = this.#members.get(object.name);
    const isBound = [...this.#bindings.values()].some(({ groups }) => groups.includes(object.name));
    if (members !== undefined && !isBound && this.#random.next() < 0.5) {
      const owned = [...members].map((person) => this.#membership(object.name, person));
      return this.#remove([object], owned, () => this.#members.delete(object.name));
    }
    return this.#apply([[object, {}]], () => this.#members.set(object.name, members ?? new Set()));
  }

  #membership(group: string, person: string): Reference {
    return { kind: 'GroupMembership', name: `${group}-${person}`, ...SYSTEM };
  }

  #member(): Write | undefined {
    const [group, person] = [this.#named('group', 2), this.#random.pick(people)];
    const members = this.#members.get(group);
    if (members === undefined) return undefined;
    const object = this.#membership(group, person);
    if (members.has(person)) return this.#remove([object], [], () => members.delete(person));
    return this.#apply([[object, { userRef: named(person), groupRef: named(group) }]], () => members.add(person));
  }

  #role(): Write {
    const showsSites = this.#random.next() < 0.7;
    const spec = {
      launchStage: 'Stable',
      includedPermissions: permissions(showsSites ? 'inv/sites.get inv/racks.get' : 'inv/racks.get'),
    };
    return this.#apply([[{ kind: 'Role', name: `${this.#name}-role`, ...SYSTEM }, spec]], () => {
      this.#roleShowsSites = showsSites;
    });
  }

  #binding(): Write | undefined {
    const number = this.#random.upTo(3);
    const object = { kind: 'PolicyBinding', name: `${this.#name}-binding${number}`, ...SYSTEM };
    if (!this.#isThere('Role', `${this.#name}-role`)) return undefined;
    if (this.#bindings.has(object.name) && this.#random.next() < 0.4) {
      return this.#remove([object], [], () => this.#bindings.delete(object.name));
    }
    const users = people.filter(() => this.#random.next() < 0.4);
    const groups = [...this.#members.keys()].filter(() => this.#random.next() < 0.5);
    if (users.length + groups.length === 0) return undefined;
    const site = sites[number % 2] ?? 'here';
    const spec = {
      roleRef: { name: `${this.#name}-role`, ...SYSTEM },
      subjects: [...users.map(userOf), ...groups.map((group) => groupNamed(group))],
      resourceSelector: { resourceRef: { apiGroup: 'inventory.miloapis.com', kind: 'Site', name: site } },
    };
    return this.#apply([[object, spec]], () => this.#bindings.set(object.name, { users, groups, site }));
  }
}
