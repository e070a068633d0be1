import type { Catalog } from '../../model.ts';
import type { Builder } from '../../schema/builder.ts';
import { addActorType } from './actor-type.ts';
import { addAsOf } from './add-as-of.ts';
import { addAudit } from './add-audit.ts';
import { addDifference } from './add-difference.ts';
import { addFeed } from './add-feed.ts';
import { addObjectHistory } from './add-object-history.ts';
import { addMomentInput } from './moment-input.ts';
import { addStateType } from './state-type.ts';

/** Everything of history in the GraphQL schema: the change feed, the audit log, past states. */
export function addHistory(builder: Builder, catalog: Catalog): void {
  const state = addStateType(builder);
  const actor = addActorType(builder);
  addFeed(builder, catalog, { state, actor });
  const record = addAudit(builder, catalog, { state, actor });
  addObjectHistory(builder, catalog, { state, actor, record });
  const at = addMomentInput(builder);
  addAsOf(builder, catalog, { state, actor, at });
  addDifference(builder, catalog, { state, actor, at });
}
