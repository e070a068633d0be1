import type { Mention, Violation } from '../../platform/errors.ts';
import type { StoredObject } from '../manifests/spec-sql.ts';

/** A stored object, and whether it is kept by another one instead of by manifests. */
export interface LoadedObject extends StoredObject {
  readonly isDerived: boolean;
  /** That other one. */
  readonly keeper?: Mention;
  /** The author may not see it. */
  readonly isHidden: boolean;
  /** Paths at which it names objects that the author may not see. */
  readonly hiddenPaths: readonly string[];
}

/** What is kept by another object is neither changed nor deleted by itself. */
export function refuseDerived(subject: string, { keeper }: Pick<LoadedObject, 'keeper'>): Violation {
  const by = keeper === undefined ? 'another object' : `${keeper.kind}/${keeper.name}`;
  const message = `${subject} is kept by ${by}; it is changed and deleted through that one`;
  return { rule: 'DERIVED', message, ...(keeper !== undefined && { mentions: [keeper] }) };
}
