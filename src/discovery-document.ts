import { createHash } from 'node:crypto';
import { AccessChangedError } from './catalog/access/access.ts';
import { seeing } from './catalog/read/hops.ts';
import { type RequestContext, readWithAccess } from './catalog/schema/index.ts';
import { discoveredServices, discoveryContext } from './domains/registry/index.ts';
import { sql } from './platform/db/sql.ts';
import { invalidInput } from './platform/errors.ts';
import { type KeptBody, keepBody } from './platform/http/kept-answer.ts';

/** So many documents are kept: one for each caller and context that has asked lately. */
const MOST_KEPT = 32;

/** The context that a query string asks for. */
function contextOf(search: URLSearchParams): string | undefined {
  const context = search.get('context') ?? undefined;
  if (context === undefined || discoveryContext.values.includes(context)) return context;
  throw invalidInput({
    rule: 'INVALID_VALUE',
    path: 'context',
    message: `there is no context ${context}`,
    value: context,
    accepted: discoveryContext.values.join(', '),
  });
}

/**
 * The services' APIs as one JSON document with an ETag, for clients that do not speak GraphQL. A document is kept for its caller
 * until the catalog, or what the caller may see of it, changes: then the same question takes one small statement.
 */
export function createDiscoveryDocument() {
  const kept = new Map<string, KeptBody>();

  const keep = (key: string, document: KeptBody): KeptBody => {
    kept.set(key, document);
    const [oldest] = kept.size > MOST_KEPT ? kept.keys() : [];
    if (oldest !== undefined) kept.delete(oldest);
    return document;
  };

  const read = (request: RequestContext, context: string | undefined): Promise<KeptBody> =>
    readWithAccess(request, async (access) => {
      const { database, author, catalog } = request;
      const versions = sql`(select version from access_version) as version, (select position from change_head) as position`;
      const check = (row: Readonly<Record<string, unknown>> | undefined): string => {
        if (access.version !== undefined && row?.version !== access.version) throw new AccessChangedError();
        return JSON.stringify([
          author.caller.principalId,
          String(row?.version),
          String(row?.position),
          context ?? null,
        ]);
      };
      const [now] = await database.rows(sql`select ${versions}`);
      const found = kept.get(check(now));
      if (found !== undefined) return found;
      const document = discoveredServices(context, seeing({ catalog, access }));
      const [row] = await database.rows(sql`select ${versions}, k.services::text as services from (${document}) k`);
      const key = check(row);
      const body = Buffer.from(`{"services":${String(row?.services)}}`);
      return keep(key, keepBody(`"${createHash('sha256').update(body).digest('base64url')}"`, body));
    });

  return (request: RequestContext, search: URLSearchParams): Promise<KeptBody> => read(request, contextOf(search));
}
