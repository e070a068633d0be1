import type { Violation } from '../../platform/errors.ts';
import type { LoadedObject } from './loaded-object.ts';
import type { Precondition } from './operation.ts';

/** What of a precondition does not hold; `paths`: where it was said. */
export function broken(
  subject: string,
  stored: LoadedObject,
  { id, revision }: Precondition,
  paths: { readonly id: string; readonly revision: string },
): Violation[] {
  const found: Violation[] = [];
  if (id !== undefined && id !== stored.id) {
    const message = `${subject} is another object than the one meant: it was deleted and made again`;
    found.push({ rule: 'CONFLICT', message, path: paths.id, value: id, accepted: stored.id });
  }
  if (revision !== undefined && revision !== BigInt(stored.revision)) {
    const message = `${subject} was changed in the meantime: it has revision ${stored.revision}, not ${revision}`;
    found.push({ rule: 'CONFLICT', message, path: paths.revision, value: revision, accepted: String(stored.revision) });
  }
  return found;
}
