import { randomUUID } from 'node:crypto';
import { listed } from '../../../catalog/values/listed.ts';
import { evaluate, type Finding } from '../rules/evaluate.ts';
import type { Named, Registry, Service, Version } from '../rules/registry.ts';
import type { Rows } from '../rules/rows.ts';
import { type Doing, type Fact, sideKey, type Within } from '../rules/rule.ts';
import { takes } from './changes.ts';

/** What a change does not fit, and what would have to be the case. */
export interface Unfit {
  readonly change: Fact;
  readonly message: string;
  readonly missing: readonly Fact[];
}

export interface Verdict {
  readonly unfit: readonly Unfit[];
  readonly findings: readonly Finding[];
}

/** Whether nothing stands in the way. */
export const isClear = ({ unfit, findings }: Verdict): boolean =>
  unfit.length === 0 && findings.every(({ rule }) => rule.severity === 'warning');

/** A change that has been made to the registry in memory. */
interface Made {
  readonly change: Fact;
  readonly kind: string;
  /** By what sides of findings are recognised as being about it. */
  readonly keys: readonly string[];
  readonly service: string | undefined;
  readonly region: string | undefined;
  readonly created: string | undefined;
  readonly moved: string | undefined;
  readonly raised: string | undefined;
  undo(): void;
}

/** The service of a version, by their names. */
export const serviceOf = (version: string): string => version.slice(0, Math.max(0, version.lastIndexOf('.')));

const steps: Readonly<Partial<Record<Doing, readonly [to: string, from: readonly string[]]>>> = {
  Publish: ['Published', ['Draft']],
  Deprecate: ['Deprecated', ['Published']],
  Retire: ['Retired', ['Deprecated']],
  OpenRegion: ['Open', ['Planned', 'Closing']],
  CloseRegion: ['Closing', ['Open']],
};

/** Changes tried on a part of the registry in memory: each can be judged, and taken back. */
export class Trial {
  readonly #registry: Registry;
  readonly #hidden: ReadonlySet<string>;
  readonly #made: Made[] = [];
  /** Ids of objects that there are only in the trial. */
  readonly own = new Set<string>();

  /** Changes that name what is hidden, by its id, or would take it away, find nothing there. */
  constructor(registry: Registry, hidden: ReadonlySet<string> = new Set()) {
    this.#registry = registry;
    this.#hidden = hidden;
  }

  /** Makes the changes one after the other; those that do not fit are left out and told. */
  make(changes: readonly Fact[]): Unfit[] {
    return changes.flatMap((change) => {
      const made = this.#change(change);
      if (!('undo' in made)) return [{ change, ...made }];
      this.#made.push(made);
      return [];
    });
  }

  /** Takes back the last changes, as many; all of them, where no number is given. */
  takeBack(count = this.#made.length): void {
    for (const made of this.#made.splice(this.#made.length - count).reverse()) made.undo();
  }

  get count(): number {
    return this.#made.length;
  }

  /** What the rules say of the last changes, as many; of `preferred` rather than of others. */
  judge(count = this.#made.length, preferred: readonly Fact[] = []): Finding[] {
    const judged = this.#made.slice(this.#made.length - count);
    if (judged.length === 0) return [];
    const keys = new Set(judged.flatMap((made) => made.keys));
    const first = new Set(judged.flatMap((made) => (preferred.includes(made.change) ? made.keys : [])));
    const of = (member: 'service' | 'region' | 'created' | 'moved' | 'raised', among = judged): Set<string> =>
      new Set(among.flatMap((made) => made[member] ?? []));
    const isLocal = judged.every(({ kind }) => kind === 'Deployment' || kind === 'RegionState');
    const within: Within = {
      services: of('service'),
      states: of(
        'region',
        judged.filter(({ kind }) => kind === 'RegionState'),
      ),
      claimed: new Set(),
      projects: new Set(),
      regions: isLocal ? of('region') : undefined,
      created: of('created'),
      moved: of('moved'),
      raised: of('raised'),
    };
    return evaluate({
      registry: this.#registry,
      within,
      kinds: new Set(judged.map(({ kind }) => kind)),
      isTouched: (side) => keys.has(sideKey(side)),
      isPreferred: (side) => first.has(sideKey(side)),
    });
  }

  #change(change: Fact): Made | Omit<Unfit, 'change'> {
    const { service = '', region = '', version = '', target = '' } = change;
    const needed = change.do === 'Other' ? [] : takes[change.do];
    if (needed.some((member) => (change[member] ?? '') === ''))
      return { message: `${change.do} takes ${listed(needed)}.`, missing: [] };
    switch (change.do) {
      case 'Publish':
      case 'Deprecate':
      case 'Retire':
        return this.#movePhase(change, version);
      case 'OpenRegion':
      case 'CloseRegion':
        return this.#moveState(change, region);
      case 'Import':
      case 'DropImport':
        return this.#import(change, version, target);
      case 'MovePrimary':
        return this.#movePrimary(change, service, region);
      case 'Other':
        return { message: `${change.other?.object} is not changed by a plan.`, missing: [] };
      default:
        return this.#deploy(change, service, region, version);
    }
  }

  #seen<Row extends Named>(row: Row | undefined): Row | undefined {
    return row !== undefined && this.#hidden.has(row.id) ? undefined : row;
  }

  #service(name: string): Service | undefined {
    return this.#seen(this.#registry.serviceNamed(name));
  }

  #region(name: string): Named | undefined {
    return this.#seen(this.#registry.regionNamed(name));
  }

  #version(name: string): Version | undefined {
    return this.#seen(this.#registry.versionNamed(name));
  }

  #movePhase(change: Fact, name: string): Made | Omit<Unfit, 'change'> {
    const before = this.#version(name);
    if (before === undefined) return absent(`version ${name}`);
    const refused = stepOf(change, name, before.phase);
    if (refused !== undefined) return refused;
    const row = { ...before, phase: steps[change.do]?.[0] ?? before.phase };
    const service = this.#registry.services.get(before.serviceId);
    return this.#put(this.#registry.versions, row, { change, kind: 'ServiceVersion', service, about: [service?.name] });
  }

  #moveState(change: Fact, name: string): Made | Omit<Unfit, 'change'> {
    const region = this.#region(name);
    const there = region && this.#registry.stateOf(region.id);
    const first = change.do === 'OpenRegion' &&
      region && { id: randomUUID(), name, regionId: region.id, state: 'Planned' };
    const before = there ?? first;
    if (region === undefined) return absent(`region ${name}`);
    if (!before) return absent(`state of the region ${name}`);
    const refused = stepOf(change, name, before.state);
    if (refused !== undefined) return refused;
    const row = { ...before, state: steps[change.do]?.[0] ?? before.state };
    return this.#put(this.#registry.states, row, { change, kind: 'RegionState', region, about: [name] });
  }

  #import(change: Fact, name: string, target: string): Made | Omit<Unfit, 'change'> {
    const version = this.#version(name);
    if (version === undefined) return absent(`version ${name}`);
    const wanted = this.#version(target);
    const to = change.do === 'Import' ? wanted?.serviceId : this.#service(target)?.id;
    const before = [...this.#registry.importsOf(version.id)].find(({ targetId }) => targetId === to);
    const service = this.#registry.services.get(version.serviceId);
    const made = { change, kind: 'ServiceImport', service, about: [] };
    if (change.do === 'DropImport') {
      const dropped = this.#seen(before);
      return dropped === undefined
        ? absent(`import of ${target} by ${name}`)
        : this.#remove(this.#registry.imports, dropped, made);
    }
    if (wanted === undefined) return absent(`version ${target}`);
    const own = before ?? { id: randomUUID(), name: `${name}.${serviceOf(target)}`, versionId: version.id };
    const row = { ...own, targetId: wanted.serviceId, targetVersionId: wanted.id };
    return this.#put(this.#registry.imports, row, made);
  }

  #movePrimary(change: Fact, name: string, to: string): Made | Omit<Unfit, 'change'> {
    const service = this.#service(name);
    const before = service && this.#seen(this.#registry.runtimeOf(service.id));
    const region = this.#region(to);
    if (before === undefined) return absent(`runtime of ${name}`);
    if (region === undefined) return absent(`region ${to}`);
    const row = { ...before, primaryRegionId: region.id };
    return this.#put(this.#registry.runtimes, row, { change, kind: 'ServiceRuntime', service, region, about: [name] });
  }

  #deploy(change: Fact, name: string, place: string, at: string): Made | Omit<Unfit, 'change'> {
    const service = this.#service(name);
    const region = this.#region(place);
    if (service === undefined) return absent(`service ${name}`);
    if (region === undefined) return absent(`region ${place}`);
    const before = this.#registry.deploymentAt(service.id, region.id);
    const made = { change, kind: 'Deployment', service, region, about: [name, place] };
    if (change.do === 'Deploy') {
      const version = this.#version(at);
      if (version?.serviceId !== service.id) return absent(`version ${at} of ${name}`);
      const own = before ?? notYet(service, region);
      const order = this.#registry.versions.get(before?.versionId)?.order ?? version.order;
      const rise = version.order - order;
      return this.#put(this.#registry.deployments, { ...own, versionId: version.id }, { ...made, rise });
    }
    const there = this.#seen(before);
    if (there === undefined) return absent(`deployment of ${name} in ${place}`);
    if (change.do === 'Undeploy') return this.#remove(this.#registry.deployments, there, made);
    return this.#put(this.#registry.deployments, { ...there, disabled: change.do === 'Disable' }, made);
  }

  #put<Row extends Named>(rows: Rows<Row>, row: Row, { rise = 0, ...of }: Making): Made {
    const before = rows.get(row.id);
    if (before === undefined) this.own.add(row.id);
    rows.put(row);
    return {
      ...this.#madeOf(row, of),
      created: before === undefined ? row.id : undefined,
      moved: rise === 0 ? undefined : row.id,
      raised: rise > 0 ? row.id : undefined,
      undo: () => (before === undefined ? rows.remove(row.id) : rows.put(before)),
    };
  }

  #remove<Row extends Named>(rows: Rows<Row>, row: Row, of: Making): Made {
    rows.remove(row.id);
    return {
      ...this.#madeOf(row, of),
      created: undefined,
      moved: undefined,
      raised: undefined,
      undo: () => rows.put(row),
    };
  }

  #madeOf({ name }: Named, { change, kind, service, region, about }: Making) {
    const keys = [`${kind}/${name}`, ...about.flatMap((of) => (of === undefined ? [] : `${kind} of ${of}`))];
    return { change, kind, keys, service: service?.id, region: region?.id };
  }
}

interface Making {
  readonly change: Fact;
  readonly kind: string;
  readonly service?: Named | undefined;
  readonly region?: Named | undefined;
  /** Names of the service and the region that the object is about. */
  readonly about: readonly (string | undefined)[];
  /** By how much its version is higher than before. */
  readonly rise?: number;
}

const absent = (what: string): Omit<Unfit, 'change'> => ({ message: `There is no ${what}.`, missing: [] });

/** A deployment that there is not: its address is said when it is made. */
const notYet = (service: Named, region: Named) => ({
  id: randomUUID(),
  name: `${service.name}.${region.name}`,
  serviceId: service.id,
  regionId: region.id,
  disabled: false,
  isDown: false,
  publicDomain: null,
  isRegional: null,
  privateDomain: null,
  localNetworkId: null,
  labelledDomains: null,
  upgradeStage: null,
  availableVersion: null,
});

/** Why a phase or a state cannot be moved, where it cannot. */
function stepOf({ do: doing, version = '' }: Fact, name: string, now: string): Omit<Unfit, 'change'> | undefined {
  const [to = '', from = []] = steps[doing] ?? [];
  if (now === to || from.includes(now)) return undefined;
  const missing: Fact[] = doing === 'Retire' && now === 'Published' ? [{ do: 'Deprecate', version }] : [];
  return { message: `${name} is ${now} and cannot become ${to} in one step.`, missing };
}
