import { invalidInput } from '../../platform/errors.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The opaque id of an object: its kind and uid, so that `node(id)` knows where to look. */
export const encodeId = (kind: string, uid: string): string => Buffer.from(`${kind}:${uid}`).toString('base64url');

export interface ObjectId {
  readonly kind: string;
  readonly uid: string;
}

/** Undefined for what is no id of this catalog. */
export function decodeId(id: string): ObjectId | undefined {
  const [kind, uid, rest] = Buffer.from(id, 'base64url').toString().split(':');
  return kind === undefined || uid === undefined || rest !== undefined || !uuid.test(uid) ? undefined : { kind, uid };
}

/** The uid behind an id, or the uid itself where one was given. */
export function uidOf(id: string, path: string): string {
  const uid = uuid.test(id) ? id : decodeId(id)?.uid;
  if (uid !== undefined) return uid;
  const message = `${JSON.stringify(id)} is not an id of this catalog`;
  throw invalidInput({ rule: 'ID_INVALID', path, message, value: id });
}
