import type { Violation } from '../../platform/errors.ts';
import type { Author } from '../author.ts';
import type { ManifestFile } from '../manifests/parse.ts';
import type { ReadOptions } from '../manifests/read-document.ts';
import type { Report } from '../report.ts';
import type { OnProgress } from './batch.ts';
import type { ClientRequest } from './client-requests.ts';
import type { FieldManager } from './operation.ts';

export interface WriteOptions {
  readonly by: Author;
  /** Run everything but the commit. */
  readonly validateOnly: boolean;
  /** The same request again gets the first outcome instead of being done twice. */
  readonly request?: ClientRequest;
  readonly onProgress?: OnProgress;
  /** What the answer is to tell of the changes, beside the objects. */
  readonly reports?: readonly Report[];
}

export interface ApplyOptions extends WriteOptions, ReadOptions {
  readonly manager?: FieldManager;
  readonly publish?: boolean;
  readonly createOnly?: boolean;
}

export interface RemoveOptions extends WriteOptions, ReadOptions {
  /** An object that does not exist is no error. */
  readonly allowMissing: boolean;
  /** Deletes what the objects own as well. */
  readonly cascade?: boolean;
  /** Deletes the cables as well that are plugged in there. */
  readonly disconnect?: boolean;
}

/** An object to delete, by kind and name. */
interface WantedRemoval {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly project?: string;
}

export interface Removal {
  readonly objects: readonly WantedRemoval[];
  readonly manifests: readonly ManifestFile[];
}

/** The effect of a write on permissions. */
export interface AuthorizationEffect {
  /**
   * Whether it is in force from the next request on. Otherwise OpenFGA cannot be reached, and it will be in force
   * once it can be.
   */
  readonly isInForce: boolean;
  /** What a later read can wait for. */
  readonly revision: bigint;
}

export interface Outcome<Result> {
  /** Everything was stored; otherwise nothing was. */
  readonly isApplied: boolean;
  /** Absent when nothing was stored. */
  readonly authorization?: AuthorizationEffect;
  readonly results: readonly Result[];
  readonly violations: readonly Violation[];
}
