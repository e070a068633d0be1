import type { Size } from './sizes.ts';
import type { Caller } from './world/people.ts';

/** A server under load: a process of its own. */
export interface Target {
  readonly url: string;
  readonly pid: number;
}

/** A server whose inspector listens on a port of its own. */
export interface InspectedTarget extends Target {
  readonly inspectorUrl: string;
}

/** What a case may know of the run that it is part of; all of it can be sent to another process. */
export interface Bench {
  readonly size: Size;
  /** Length of one round of load. */
  readonly seconds: number;
  readonly rounds: number;
  /** Which lists the sweep asks; all where none is named. */
  readonly lists: readonly string[];
  /** It makes every answer anew. */
  readonly catalog: Target;
  /** The same service as it is by default: what is asked again is answered from memory while nothing has changed. */
  readonly keeping: Target;
  /** Services that differ only in what they tell of themselves, several of each; there for cases that compare them. */
  readonly telling: Readonly<Record<string, readonly Target[]>>;
  /** One that tells everything and can be looked into, for the same cases. */
  readonly inspected?: InspectedTarget | undefined;
  readonly sql: Target;
  readonly postgraphile: Target;
  /** The main process of PostgreSQL, whose children are its sessions. */
  readonly postgresPid: number;
  readonly openfgaPid: number;
  readonly databaseUrl: string;
  readonly tokens: Readonly<Record<Caller, string>>;
}

/** Figures, as a case gives them: printed for people or as Markdown. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Something that is measured, in a process of its own. */
export interface Case {
  /** What it measures, in a few words. */
  readonly title: string;
  /** Works on a copy of the loaded database, which is thrown away. */
  readonly writes: boolean;
  /** Needs the services that differ only in what they tell of themselves. */
  readonly comparesTelling?: boolean;
  /** The GraphQL documents that it sends to the service: a test holds them against the schema. */
  readonly documents: readonly string[];
  run(bench: Bench): Promise<readonly Table[]>;
}
