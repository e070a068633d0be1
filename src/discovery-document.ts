import { createHash } from 'node:crypto';
import { AccessChangedError } from './catalog/access/access.ts';
import { seeing } from './catalog/read/hops.ts';
import { type RequestContext, readWithAccess } from './catalog/schema/index.ts';
import { discoveredKinds, discoveredServices, discoveredWith, discoveryContext } from './domains/registry/index.ts';
import type { RowSet } from './platform/db/row-set.ts';
import { type Sql, sql } from './platform/db/sql.ts';
import { invalidInput } from './platform/errors.ts';
import { type KeptBody, keepBody } from './platform/http/kept-answer.ts';

/** So many documents are kept: one for each context, and for each access with which it was asked for lately. */
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

/** Of so many changes it is looked up what they concern; after more, or after some that are forgotten, a document is made anew. */
const MOST_CHANGES = 5_000;
/** Of so many services what is told is put in the place of what was; where more have changed, a document is made anew. */
const MOST_SERVICES = 250;

/** Services by canonical name: the object name of each, a number for what is seen of it, and its part of the document. */
type Entries = ReadonlyMap<string, { readonly name: string; readonly seen: string; readonly entry: Uint8Array }>;

interface Kept {
  /** Of what the caller may see. */
  readonly version: bigint;
  /** Up to this position of the catalog the document is what would be read. */
  readonly position: bigint;
  readonly body: KeptBody;
  readonly entries: Entries;
}

/** The document of some services, by canonical name, and their parts of it. */
function documentOf(entries: Entries): Pick<Kept, 'body' | 'entries'> {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const pieces = sorted.flatMap(([, { entry }], index) => (index === 0 ? [entry] : [COMMA, entry]));
  const body = Buffer.concat([BEGIN, ...pieces, END]);
  let at = BEGIN.length;
  const placed = sorted.map(
    ([
      key,
      {
        name,
        seen,
        entry: { length },
      },
    ]) => {
      const entry = body.subarray(at, at + length);
      at += length + COMMA.length;
      return [key, { name, seen, entry }] as const;
    },
  );
  const tag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  return { body: keepBody(tag, body), entries: new Map(placed) };
}

const [BEGIN, COMMA, END] = ['{"services":[', ',', ']}'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];

/**
 * The services' APIs as one JSON document with an ETag, for clients that do not speak GraphQL. A document is kept for all who may see
 * the same until something that is told in it, or what they may see, changes: until then the same question takes one small statement,
 * and what has changed of some services takes another one for them alone. For others it is asked what they see of each service:
 * where somebody sees the same of it, they are told the same.
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
      const { database, catalog } = request;
      const check = <Row extends Head>(row: Row | undefined): Row => {
        if (row === undefined || (access.version !== undefined && row.version !== access.version))
          throw new AccessChangedError();
        return row;
      };
      const asked = async (wanted: Parameters<typeof discoveredServices>[2], since?: bigint) => {
        const services = discoveredServices(context, seeing({ catalog, access }), wanted);
        // One row at least: it says of when and of which rights the others are.
        const rows = await database.rowSet(
          sql`select ${head}, ${changesSince(since ?? null)} as changed, k.name, k.service_name, k.seen, k.entry
            from change_head h left join (${services}) k on true`,
        );
        const { version, position, changed } = check(headOf(rows));
        return { of: { version, position }, changed, rows };
      };
      /** What is told of some services, if nothing has changed since it was asked of which. */
      const toldSince = async (names: readonly string[], since: bigint, before: Entries) => {
        const parts = await asked({ names }, since);
        return parts.changed?.length === 0 ? { of: parts.of, entries: replaced(before, names, parts.rows) } : undefined;
      };
      const toldAnew = async () => {
        const { of, rows } = await asked({});
        return { of, entries: replaced(new Map(), [], rows) };
      };
      /** By what was told last, as far as the caller sees the same. */
      const toldAsOthers = async () => {
        const known = [...documents.values()].at(-1);
        if (known === undefined) return undefined;
        const { of, changed, rows } = await asked({ isTold: false }, known.position);
        if (changed === null || changed.includes('')) return undefined;
        const { same, others } = sameOf(known.entries, new Set(changed), rows);
        if (others.length === 0) return { of, entries: same };
        return others.length <= MOST_SERVICES ? await toldSince(others, of.position, same) : undefined;
      };
      const key = JSON.stringify([access.key, context ?? null]);
      const kept = documents.get(key);
      if (kept !== undefined) {
        const [row] = await database.rows<Now>(
          sql`select ${head}, ${changesSince(kept.position)} as changed from change_head h`,
        );
        const { version, position, changed } = check(row);
        if (version === kept.version && changed?.length === 0) return keep(key, { ...kept, position });
        if (version === kept.version && changed !== null && changed.length <= MOST_SERVICES && !changed.includes('')) {
          const made = await toldSince(changed, position, kept.entries);
          if (made !== undefined) return keep(key, { ...made.of, ...documentOf(made.entries) });
        }
      }
      const made = (await toldAsOthers()) ?? (await toldAnew());
      return keep(key, { ...made.of, ...documentOf(made.entries) });
    });

  return (request: RequestContext, search: URLSearchParams): Promise<KeptBody> => read(request, contextOf(search));
}

/** What each answer tells: how the rights stand, and up to where the changes are in it. */
interface Head {
  readonly version: bigint;
  readonly position: bigint;
}
const head = sql`(select version from access_version) as version, h.position`;

interface Now extends Head {
  /** Object names of services of which something is told that has changed, '' for all of them; null when that is not known. */
  readonly changed: readonly string[] | null;
}

const [VERSION, POSITION, CHANGED, NAME, SERVICE_NAME, SEEN, ENTRY] = [0, 1, 2, 3, 4, 5, 6] as const;

/** What the first row says, and so all. */
function headOf(rows: RowSet): Now | undefined {
  if (rows.length === 0) return undefined;
  rows.goTo(0);
  return {
    version: rows.value(VERSION) as bigint,
    position: rows.value(POSITION) as bigint,
    changed: rows.value(CHANGED) as Now['changed'],
  };
}

/** What has changed after a position, up to that of `change_head h`. */
const changesSince = (position: bigint | null): Sql => sql`
  case when ${position}::bigint >= h.oldest and h.position - ${position}::bigint <= ${MOST_CHANGES}::int then array(
    select distinct coalesce(${discoveredWith(sql`c`)}, '') from change c
    where c.position > ${position}::bigint and c.position <= h.position and c.kind = any(${discoveredKinds}::text[])) end`;

/** The parts of a document in which those of some services are others, or gone: what a row tells stays the bytes that it came as. */
function replaced(entries: Entries, names: readonly string[], rows: RowSet): Entries {
  const gone = new Set(names);
  const parts = new Map([...entries].filter(([, { name }]) => !gone.has(name)));
  for (let row = 0; row < rows.length; row++) {
    rows.goTo(row);
    const name = rows.text(NAME);
    // There is one row also when there is no service to tell of.
    if (name === null) continue;
    parts.set(rows.text(SERVICE_NAME) ?? '', {
      name,
      seen: rows.text(SEEN) ?? '',
      entry: rows.bytes.subarray(rows.starts[ENTRY], rows.ends[ENTRY]),
    });
  }
  return parts;
}

/** Of the services of which some rows say what is seen: those of which the same is told already, and the names of the others. */
function sameOf(known: Entries, changed: ReadonlySet<string>, rows: RowSet): { same: Entries; others: string[] } {
  const same = new Map<string, NonNullable<ReturnType<Entries['get']>>>();
  const others: string[] = [];
  for (let row = 0; row < rows.length; row++) {
    rows.goTo(row);
    const name = rows.text(NAME);
    if (name === null) continue;
    const key = rows.text(SERVICE_NAME) ?? '';
    const one = known.get(key);
    if (one?.name === name && one.seen === rows.text(SEEN) && !changed.has(name)) same.set(key, one);
    else others.push(name);
  }
  return { same, others };
}
