import type { Catalog } from '../../model.ts';
import { foundIn, readPagedList } from '../../read/paged-list.ts';
import { auditTarget } from '../../schema/audit-target.ts';
import type { Builder } from '../../schema/builder.ts';
import { addConnection } from '../../schema/connection-type.ts';
import { type DynamicTypes, dynamicArguments, typeNamed } from '../../schema/dynamic-types.ts';
import { pageArguments } from '../../schema/page-arguments.ts';
import { isObject } from '../../values/is-object.ts';
import { type AuditRecord, auditOrder, countAuditRecords, loadAuditRecords } from '../audit-log.ts';
import { onPresentRights } from '../present-rights.ts';
import { addAuditFilter, readAuditFilter } from './audit-filter.ts';
import { addAuditOutcome } from './audit-outcome-type.ts';
import { addAuditRecordType } from './audit-record-type.ts';
import type { FeedTypes } from './change-event-type.ts';

export interface AuditTypes {
  readonly record: ReturnType<typeof addAudit>;
}

/** `auditRecords`: who requested what, with which outcome. */
export function addAudit(builder: Builder, types: DynamicTypes, catalog: Catalog, feedTypes: FeedTypes) {
  const outcome = addAuditOutcome(builder);
  const where = addAuditFilter(builder, outcome);
  const record = addAuditRecordType(builder, outcome, feedTypes);
  addConnection(
    types,
    'AuditRecord',
    'One page of the audit log, newest record first: your own requests, and those in scopes whose audit log you may read.',
  );
  builder.queryField('auditRecords', (t) =>
    t.field({
      type: typeNamed('AuditRecordConnection'),
      description:
        'The audit log, newest record first: who requested what, with which outcome. It returns your own requests, and those in scopes whose audit log you may read. Of your own requests, what went along with the objects they were about is returned only if you may read it. Records of reads are returned only if `where.reads` asks for them; they appear about a second after the read.',
      args: {
        where: t.arg({ type: where, description: 'Return only records that meet these conditions.' }),
        ...dynamicArguments(t, pageArguments()),
      },
      ...auditTarget(({ where: wanted }) => ({
        verb: 'list',
        kinds: ['AuditRecord'],
        where: wanted,
        foundScopeId: (answer) => {
          const { rows, total } = foundIn(answer, isObject);
          return rows.length + total > 0 ? readAuditFilter(catalog, wanted).scopeId : undefined;
        },
      })),
      resolve: (_root, args, context, info) => {
        const { database } = context.history;
        const filter = readAuditFilter(catalog, args.where);
        return readPagedList<AuditRecord>(context, info, args, {
          name: `audit ${JSON.stringify({ ...filter, kind: filter.kind?.kind })}`,
          order: auditOrder,
          positionOf: ({ receivedAt, id }) => [receivedAt, id],
          load: (rows) =>
            onPresentRights(context, (reader) => loadAuditRecords(catalog, database, reader, filter, rows)),
          count: (limit) =>
            onPresentRights(context, (reader) => countAuditRecords(catalog, database, reader, filter, limit)),
        });
      },
    }),
  );
  return record;
}
