import { type Sql, sql } from '../../platform/db/sql.ts';
import { writeDocument } from '../manifests/document.ts';
import { parseJson, stringifyJson } from '../manifests/json.ts';
import { objectSql, readStored } from '../manifests/spec-sql.ts';
import { stringifyYaml } from '../manifests/stringify.ts';
import type { KindModel } from '../model.ts';
import { topologyLabels } from '../read/labels.ts';
import type { Source } from '../read/plan-types.ts';

/** `manifest(format, bare)`: the stored object as one JSON expression of its row, written out in the asked form. */
export const manifestSource = (kind: KindModel): Source => ({
  from: 'row',
  columns: (row, _args, { access }) => {
    const labels = topologyLabels(kind, row, access).flatMap(([label, value]): Sql[] => [sql`${label}::text`, value]);
    return [sql`${objectSql(kind, row)}::text`, sql`jsonb_build_object(${sql.join(labels, ', ')})::text`];
  },
  read: ([text, topology], { format, bare }) => {
    const stored = readStored(kind, String(text));
    const derived = parseJson(String(topology)) as Record<string, string | null>;
    const document = writeDocument(kind, stored, { bare: bare === true, topology: derived });
    return format === 'JSON' ? stringifyJson(document) : stringifyYaml([document]);
  },
});
