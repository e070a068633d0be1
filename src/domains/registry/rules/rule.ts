import type { MissingFact } from '../../../platform/violation.ts';
import type { Registry } from './registry.ts';

/**
 * A rule of the registry, defined once: the write path asks it about the final state of a batch, `mayI` about a state that
 * is proposed, and the report about everything.
 */
export interface Rule {
  /** As in the reference: `I5`. */
  readonly id: string;
  /** How it is reported: `I5_IMPORT_REGION_MISSING`. */
  readonly code: string;
  /** An error refuses the write; a warning goes with it. */
  readonly severity: 'error' | 'warning';
  /** What holds, for people. */
  readonly sentence: string;
  /** Kinds whose objects can break it. */
  readonly on: readonly string[];
  /** What breaks it, among what is in question. The graph of imports is walked once for all rules that ask for it. */
  readonly find: (registry: Registry, within: Within, walked: () => Walked) => Iterable<Broken>;
}

/** What a walk through the graph of imports finds: circles, and chains that are too long. */
export interface Walked {
  readonly circles: readonly Broken[];
  readonly chains: readonly Broken[];
}

/** What a rule has to look at; all there is where nothing else is said. */
export interface Within {
  readonly services?: ReadonlySet<string> | undefined;
  /** Regions whose state has moved. */
  readonly states?: ReadonlySet<string> | undefined;
  /** Regions that a facility has come to, or that a project enables. */
  readonly claimed?: ReadonlySet<string> | undefined;
  /** Projects that say where they keep their objects, or ask for a service. */
  readonly projects?: ReadonlySet<string> | undefined;
  /** Where only deployments have moved, their regions. */
  readonly regions?: ReadonlySet<string> | undefined;
  /** Deployments that are new, those whose version is another than before, and of these those where it is a higher one. */
  readonly created: ReadonlySet<string>;
  readonly moved: ReadonlySet<string>;
  readonly raised: ReadonlySet<string>;
}

/** Everything there is; nothing of it is new. */
export const everything: Within = { created: new Set(), moved: new Set(), raised: new Set() };

/** What is broken: from which sides it can be mended, what is the case, and which objects that names. */
export interface Broken {
  /** Who may have caused it; the first that a batch has touched has. Without a batch it is the first. */
  readonly sides: readonly Side[];
  /** A sentence; `{}` in it stands for `each` and for those of all that differ in it alone. */
  readonly clause: string;
  readonly each?: string;
  readonly named: readonly { readonly kind: string; readonly id: string; readonly name: string }[];
}

export interface Side {
  readonly kind: string;
  readonly name: string;
  /** For kinds whose names are free: the service or region that it is about. */
  readonly of?: string | undefined;
  /** For kinds of whose objects several have one name. */
  readonly id?: string | undefined;
  readonly path: string;
  /** Where the rule has another name when it is broken from this side. */
  readonly code?: string;
  /** What would have to be the case; all of it, and nothing less. */
  readonly missing: readonly Fact[];
}

/** `side('Deployment', d.name, 'spec.regionRef', { missing: [{ do: 'Deploy', … }] })` */
export const side = (
  kind: string,
  name: string,
  path: string,
  { missing = [], ...more }: Partial<Pick<Side, 'of' | 'id' | 'code' | 'missing'>> = {},
): Side => ({ kind, name, path, missing, ...more });

/** By what an object that a side is about is recognised: its name, or what it is about. */
export const sideKey = ({ kind, name, of, id }: Side): string => {
  if (id !== undefined) return `${kind}#${id}`;
  return of === undefined ? `${kind}/${name}` : `${kind} of ${of}`;
};

/** Something that is not the case and would have to be, as what brings it about. */
export interface Fact {
  readonly do: Doing;
  readonly service?: string;
  readonly region?: string;
  /** Name of a ServiceVersion: `relay.v2`. */
  readonly version?: string;
  readonly target?: string;
  /** Place of the version among releases, to compare. */
  readonly order?: number;
  /** Any version that is offered will do; the one stated is what a plan takes. */
  readonly isAny?: boolean;
  /** What no change of the registry brings about, in the words of a refusal. */
  readonly other?: MissingFact;
}

export const doings = [
  'Deploy',
  'Lower',
  'Undeploy',
  'Enable',
  'Disable',
  'Import',
  'DropImport',
  'Publish',
  'Deprecate',
  'Retire',
  'OpenRegion',
  'CloseRegion',
  'MovePrimary',
  'Other',
] as const;
export type Doing = (typeof doings)[number];

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Rows that a sentence names, by kind: `named({ Service: [s, t] })`. */
export const named = (rows: Readonly<Record<string, readonly (Named | undefined)[]>>): Broken['named'] =>
  Object.entries(rows).flatMap(([kind, own]) =>
    own.flatMap((row) => (row ? { kind, id: row.id, name: row.name } : [])),
  );

/** The service is not in the region. */
export const undeploy = (service: Named, region: Named): Fact => ({
  do: 'Undeploy',
  service: service.name,
  region: region.name,
});

/** The service is in the region, at this version or a higher one. */
export const deploy = (
  service: Named,
  region: Named,
  version: (Named & { readonly order: number }) | undefined,
): Fact => ({
  do: 'Deploy',
  service: service.name,
  region: region.name,
  ...(version !== undefined && { version: version.name, order: version.order }),
});

/** What is to be done by other means than the changes that can be planned. */
export const otherwise = (other: MissingFact): Fact => ({ do: 'Other', other });

const isAmong = (ids: ReadonlySet<string> | undefined, id: string | null): boolean =>
  ids === undefined || (id !== null && ids.has(id));

export const isService = (within: Within, id: string | null): boolean => isAmong(within.services, id);
export const isRegion = (within: Within, id: string): boolean => isAmong(within.regions, id);
export const isState = (within: Within, id: string): boolean => isAmong(within.states, id);
export const isClaimed = (within: Within, id: string): boolean => isAmong(within.claimed, id);
export const isProject = (within: Within, id: string): boolean => isAmong(within.projects, id);

/** What a rule looks at of each service in question. */
export function* each<Row>(
  { services }: Within,
  of: (service: string) => Iterable<Row>,
  all: Iterable<Row>,
): Generator<Row> {
  if (services === undefined) yield* all;
  else for (const service of services) yield* of(service);
}
