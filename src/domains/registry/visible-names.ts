import type { See } from '../../catalog/link.ts';
import type { Ask } from '../../catalog/root-query.ts';
import { sql } from '../../platform/db/sql.ts';

interface Named {
  readonly kind: string;
  readonly id: string;
}

const tables: Readonly<Record<string, string>> = {
  Service: 'service',
  ServiceVersion: 'service_version',
  ServiceImport: 'service_import',
  ServiceUse: 'service_use',
  ServiceRuntime: 'service_runtime',
  ApiResource: 'api_resource',
  Deployment: 'deployment',
  Region: 'region',
  Site: 'site',
};

/** Which of the objects that findings name the caller may see: one statement. */
export async function visibleAmong(ask: Ask, see: See, named: readonly Named[]): Promise<ReadonlySet<string>> {
  const parts = [...Map.groupBy(named, ({ kind }) => kind)].flatMap(([kind, own]) => {
    const table = tables[kind];
    const ids = [...new Set(own.map(({ id }) => id))];
    return table === undefined
      ? []
      : [sql`select r.id from ${sql.ident(table)} r where r.id = any(${ids}::uuid[]) and ${see(kind, sql`r`)}`];
  });
  if (parts.length === 0) return new Set();
  return new Set((await ask<{ id: string }>(sql.join(parts, ' union all '))).map(({ id }) => id));
}
