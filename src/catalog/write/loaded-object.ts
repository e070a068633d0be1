import type { Mention, Violation } from '../../platform/errors.ts';
import type { StoredObject } from '../manifests/spec-sql.ts';
import { listed } from '../values/listed.ts';

/** A stored object, and whether it is kept by another one instead of by manifests. */
export interface LoadedObject extends StoredObject {
  readonly isDerived: boolean;
  /** That other one, and whatever keeps it as well, in the order of their names. */
  readonly keepers: readonly Mention[];
  /** Managers own fields of it. */
  readonly isManaged: boolean;
  /** The author may not see it. */
  readonly isHidden: boolean;
  /** Paths at which it names objects that the author may not see. */
  readonly hiddenPaths: readonly string[];
}

/** What is kept by another object is neither changed nor deleted by itself. */
export function refuseDerived(subject: string, { keepers }: Pick<LoadedObject, 'keepers'>): Violation {
  const by = listed(keepers.map(({ kind, name }) => `${kind}/${name}`)) || 'another object';
  const message = `${subject} is kept by ${by}; it is changed and deleted through ${keepers.length > 1 ? 'those' : 'that one'}`;
  return { rule: 'DERIVED', message, mentions: keepers };
}
