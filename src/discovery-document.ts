import { createHash } from 'node:crypto';
import { AccessChangedError } from './catalog/access/access.ts';
import { seeing } from './catalog/read/hops.ts';
import { type RequestContext, readWithAccess } from './catalog/schema/index.ts';
import { discoveredKinds, discoveredServices, discoveryContext } from './domains/registry/index.ts';
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

/** Of so many changes it is looked up whether one of them concerns a document; after more, or after some that are forgotten, it is made anew. */
const MOST_CHANGES = 5_000;

interface Kept {
  /** Of what the caller may see. */
  readonly version: string;
  /** Up to this position of the catalog the document is what would be read. */
  readonly position: string;
  readonly body: KeptBody;
}

/**
 * The services' APIs as one JSON document with an ETag, for clients that do not speak GraphQL. A document is kept for its caller
 * until something that is told in it, or what the caller may see, changes: then the same question takes one small statement.
 */
export function createDiscoveryDocument() {
  const documents = new Map<string, Kept>();

  const keep = (key: string, document: Kept): KeptBody => {
    documents.delete(key);
    documents.set(key, document);
    const [oldest] = documents.size > MOST_KEPT ? documents.keys() : [];
    if (oldest !== undefined) documents.delete(oldest);
    return document.body;
  };

  const read = (request: RequestContext, context: string | undefined): Promise<KeptBody> =>
    readWithAccess(request, async (access) => {
      const { database, author, catalog } = request;
      const version = sql`(select version from access_version) as version`;
      const check = (row: Readonly<Record<string, unknown>> | undefined) => {
        if (access.version !== undefined && row?.version !== access.version) throw new AccessChangedError();
        return { version: String(row?.version), position: String(row?.position) };
      };
      const key = JSON.stringify([author.caller.principalId, context ?? null]);
      const kept = documents.get(key);
      if (kept !== undefined) {
        const [row] = await database.rows(sql`
          select ${version}, h.position, k.position >= h.oldest and h.position - k.position <= ${MOST_CHANGES}::int and not exists (
            select from change c where c.position > k.position and c.position <= h.position and c.kind = any(${discoveredKinds}::text[])) as is_same
          from change_head h cross join (select ${kept.position}::bigint as position) k`);
        const now = check(row);
        if (now.version === kept.version && row?.is_same === true)
          return keep(key, { ...kept, position: now.position });
      }
      const [row] = await database.rows(
        sql`select ${version}, (select position from change_head) as position, k.services
          from (${discoveredServices(context, seeing({ catalog, access }))}) k`,
      );
      const body = Buffer.from(`{"services":${String(row?.services)}}`);
      const tag = `"${createHash('sha256').update(body).digest('base64url')}"`;
      return keep(key, { ...check(row), body: keepBody(tag, body) });
    });

  return (request: RequestContext, search: URLSearchParams): Promise<KeptBody> => read(request, contextOf(search));
}
