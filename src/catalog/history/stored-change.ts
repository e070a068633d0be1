import { parseJson } from '../manifests/json.ts';
import { leaveOut } from '../manifests/left-out.ts';
import { orderStored } from '../manifests/spec-sql.ts';
import type { KindModel } from '../model.ts';
import type { ObjectState } from './state-sql.ts';

/** The state behind the text of `change.state`, without what is at the hidden paths. */
export const readState = (kind: KindModel, json: string, hidden: unknown): ObjectState =>
  toState(kind, parseJson(json) as ObjectState, hidden);

/** A state as its reader may know it. */
export const toState = (kind: KindModel, stored: ObjectState, hidden: unknown): ObjectState =>
  leaveOut(orderStored(kind, stored), Array.isArray(hidden) ? hidden.map(String) : []);

/** Who acted, as a change set or an audit record keeps it. */
export interface Actor {
  readonly kind: string;
  readonly principalId: string | null;
  readonly name: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly clientId?: string;
  readonly delegatedBy?: string;
}

export const readActor = (json: unknown): Actor | null =>
  typeof json === 'string' ? (parseJson(json) as Actor) : null;
