import type { SchemaExtension } from '../../schema/extension.ts';
import { HISTORY_PAGE, historySource } from '../history-source.ts';
import { addActorType } from './actor-type.ts';
import { addAsOf } from './add-as-of.ts';
import { addAudit } from './add-audit.ts';
import { addDifference } from './add-difference.ts';
import { addEntries } from './add-entries.ts';
import { addFeed } from './add-feed.ts';
import { addObjectHistory } from './add-object-history.ts';
import { addProgressReport } from './add-progress-report.ts';
import { instrumentAuditedFields } from './instrument-audited-fields.ts';
import { addMomentInput } from './moment-input.ts';
import { progressFields, progressStatus } from './progress-fields.ts';
import { addStateType } from './state-type.ts';

/** History in the GraphQL schema: the change feed, the audit log, past states, the history of each object. */
export const historyExtension: SchemaExtension = {
  objectFields: (kind) => [
    {
      name: 'history',
      description: 'The changes of the object since it was created, newest first, as far back as history is kept.',
      type: { name: 'ObjectChangeConnection', isList: false, isNullable: false },
      source: historySource(kind),
      args: { take: 'page', defaultPage: HISTORY_PAGE },
    },
    ...progressFields(kind),
  ],
  liveStatus: progressStatus,
  add: (builder, types, catalog, inputs) => {
    const state = addStateType(builder, types, catalog, inputs);
    const actor = addActorType(builder);
    addFeed(builder, catalog, { state, actor });
    addProgressReport(builder, catalog);
    const record = addAudit(builder, types, catalog, { state, actor });
    addObjectHistory(builder, types, catalog, { state, actor, record });
    const at = addMomentInput(builder);
    addAsOf(builder, types, catalog, { state, actor, at });
    addEntries(builder, types, catalog, inputs, { state, at });
    addDifference(builder, types, catalog, { state, actor, at });
  },
  complete: instrumentAuditedFields,
};
