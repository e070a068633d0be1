import { type Sql, sql } from '../../platform/db/sql.ts';
import { writeDocument } from '../manifests/document.ts';
import { parseJson, stringifyJson } from '../manifests/json.ts';
import { leaveOut } from '../manifests/left-out.ts';
import { objectSql, readStored, statusSql } from '../manifests/spec-sql.ts';
import { stringifyYaml } from '../manifests/stringify.ts';
import type { KindModel } from '../model.ts';
import { hiddenPathsSql } from '../read/hidden-references.ts';
import { derivedLabels } from '../read/labels.ts';
import type { PlanContext, Source } from '../read/plan-types.ts';

/** A jsonb object of what is kept elsewhere about a row, and is no part of its history. */
export type LiveStatus = (row: Sql, context: PlanContext) => Sql;

/**
 * `manifest(format, bare)`: the stored object as one JSON expression of its row, written out in the asked form. What its
 * status names and the reader may not see is missing there; only what is missing of the rest keeps it from being applied.
 */
export const manifestSource = (kind: KindModel, live: readonly LiveStatus[]): Source => ({
  from: 'row',
  columns: (row, { bare }, context) => {
    const { access } = context;
    const labels = derivedLabels(kind, row, access).flatMap(([label, value]): Sql[] => [sql`${label}::text`, value]);
    const known = [statusSql(kind, row), ...live.map((status) => status(row, context))];
    const status: [string, Sql][] = bare === true ? [] : [['status', sql.join(known, ' || ')]];
    const hidden = hiddenPathsSql(kind, row, access, bare === true ? 'spec' : 'all');
    return [
      sql`${objectSql(kind, row, ...status)}::text`,
      sql`jsonb_build_object(${sql.join(labels, ', ')})::text`,
      ...(hidden === undefined ? [] : [hidden]),
    ];
  },
  read: ([text, derived, hidden], { format, bare }) => {
    const known = leaveOut(readStored(kind, String(text)), (hidden ?? []) as readonly string[]);
    const stored = { ...known, leftOut: (known.leftOut ?? []).filter((path) => !path.startsWith('status.')) };
    const labels = parseJson(String(derived)) as Record<string, string | null>;
    const document = writeDocument(kind, stored, { bare: bare === true, derived: labels });
    return format === 'JSON' ? stringifyJson(document) : stringifyYaml([document]);
  },
});
