import type { StoredObject } from '../manifests/spec-sql.ts';

/** A stored object, and whether it is kept by another one instead of by manifests. */
export interface LoadedObject extends StoredObject {
  readonly isDerived: boolean;
  /** The author may not see it. */
  readonly isHidden: boolean;
  /** Paths at which it names objects that the author may not see. */
  readonly hiddenPaths: readonly string[];
}
