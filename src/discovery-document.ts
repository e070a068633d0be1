import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Access, AccessChangedError, fullAccess } from './catalog/access/access.ts';
import type { Catalog } from './catalog/model.ts';
import { seeing } from './catalog/read/hops.ts';
import { type RequestContext, readWithAccess } from './catalog/schema/index.ts';
import {
  discoveredKinds,
  discoveredServices,
  discoveredWith,
  discoveryContext,
  seenServices,
  toldByContext,
} from './domains/registry/index.ts';
import type { RowSet } from './platform/db/row-set.ts';
import { type Sql, sql } from './platform/db/sql.ts';
import { invalidInput } from './platform/errors.ts';
import type { KeptBody } from './platform/http/kept-answer.ts';
import { BodyPart, partedBody } from './platform/http/parted-body.ts';

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

/** What is told of a service, and the part of a document that it is in. */
interface Entry {
  readonly name: string;
  /** A number for what is seen of the service. */
  readonly seen: string;
  readonly bytes: Uint8Array;
  readonly part?: Part;
}

/** Entries by the canonical name of their service. */
type Entries = ReadonlyMap<string, Entry>;

interface Kept {
  /** What those see who may have it, and the context that it is of. */
  readonly sight: string;
  readonly context: string | undefined;
  /** Of what the caller may see. */
  readonly version: bigint;
  /** Up to this position of the catalog the document is what would be read. */
  readonly position: bigint;
  readonly body: KeptBody;
  readonly entries: Entries;
}

/** Some services that are next to each other in a document, after what comes before them in it. */
class Part extends BodyPart {
  readonly lead: Buffer;
  readonly count: number;

  constructor(lead: Buffer, entries: readonly Uint8Array[]) {
    super(Buffer.concat(entries.flatMap((bytes, index) => [index === 0 ? lead : COMMA, bytes])));
    this.lead = lead;
    this.count = entries.length;
  }
}

const [BEGIN, COMMA, END] = ['{"services":[', ',', ']}'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
const last = new BodyPart(END);
const none = new BodyPart(BEGIN);

/** One service in so many begins a part, whatever others there are: so where services come or go, most parts stay. */
const SERVICES_IN_PART = 16;
const beginsPart = (serviceName: string): boolean => crc32(serviceName) % SERVICES_IN_PART === 0;

/** The document of some services, by canonical name. Parts in which nothing has changed are those of the document before. */
function documentOf(entries: Entries): Pick<Kept, 'body' | 'entries'> {
  const placed = new Map<string, Entry>();
  const parts: Part[] = [];
  let run: [string, Entry][] = [];
  const endRun = (): void => {
    if (run.length === 0) return;
    const lead = parts.length === 0 ? BEGIN : COMMA;
    const [[, { part: before }]] = run as [[string, Entry]];
    const isSame = before?.lead === lead && before.count === run.length && run.every(([, { part }]) => part === before);
    const part = isSame
      ? before
      : new Part(
          lead,
          run.map(([, { bytes }]) => bytes),
        );
    let at = lead.length;
    for (const [key, entry] of run) {
      const { length } = entry.bytes;
      placed.set(key, isSame ? entry : { ...entry, bytes: part.bytes.subarray(at, at + length), part });
      at += length + COMMA.length;
    }
    parts.push(part);
    run = [];
  };
  for (const [key, entry] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (beginsPart(key)) endRun();
    run.push([key, entry]);
  }
  endRun();
  return { body: partedBody([...(parts.length === 0 ? [none] : parts), last]), entries: placed };
}

/** Key of a document: of what is seen, and of the context. */
const keyOf = ({ sight, context }: Pick<Kept, 'sight' | 'context'>): string => JSON.stringify([sight, context ?? null]);

/** What an access sees of what is told: for whom the same is asked, the same is told. */
function sightOf(catalog: Catalog, access: Access): string {
  const { text, values } = discoveredServices(undefined, seeing({ catalog, access }));
  return createHash('sha256')
    .update(JSON.stringify([text, values]))
    .digest('base64url');
}

/**
 * The services' APIs as one JSON document with an ETag, for clients that do not speak GraphQL. A document is kept for all who may see
 * the same until something that is told in it, or what they may see, changes: until then the same question takes one small statement,
 * and what has changed of some services takes another one for them alone, as does another context. For others it is asked what they
 * see of each service: where somebody sees the same of it, they are told the same.
 */
export function createDiscoveryDocument() {
  const documents = new Map<string, Kept>();

  const keep = (document: Kept): KeptBody => {
    const key = keyOf(document);
    documents.delete(key);
    documents.set(key, document);
    const [oldest] = documents.size > MOST_KEPT ? documents.keys() : [];
    if (oldest !== undefined) documents.delete(oldest);
    return document.body;
  };
  const sights = new WeakMap<Access, string>();
  const sightFor = (catalog: Catalog, access: Access): string => {
    const sight = sights.get(access) ?? sightOf(catalog, access);
    sights.set(access, sight);
    return sight;
  };

  const read = (request: Reading, context: string | undefined): Promise<KeptBody> =>
    readWithAccess(request, async (access) => {
      const { database, catalog } = request;
      const of = { sight: sightFor(catalog, access), context };
      /** Whoever sees everything sees it whatever rights there are. */
      const seesAll = of.sight === sightFor(catalog, fullAccess);
      const check = <Row extends Head>(row: Row | undefined): Row => {
        if (row === undefined || (access.version !== undefined && row.version !== access.version))
          throw new AccessChangedError();
        return row;
      };
      const see = seeing({ catalog, access });
      const asked = async (services: Sql, since?: bigint) => {
        // One row at least: it says of when and of which rights the others are.
        const rows = await database.rowSet(
          sql`select ${head}, c.changed, k.name, k.service_name, k.seen, k.entry
            from change_head h cross join lateral (select ${changesSince(since ?? null)} as changed offset 0) c left join (${services}) k on true`,
        );
        const { version, position, changed } = check(headOf(rows));
        return { at: { version, position }, changed, rows };
      };
      const made = ({ at, entries }: { readonly at: Head; readonly entries: Entries }): Kept => ({
        ...of,
        ...at,
        ...documentOf(entries),
      });
      /** What is told of some services, if nothing has changed since it was asked of which. */
      const toldSince = async (names: readonly string[], since: bigint, before: Entries): Promise<Kept | undefined> => {
        const { at, changed, rows } = await asked(discoveredServices(context, see, names), since);
        return changed?.length === 0 ? made({ at, entries: replaced(before, names, rows) }) : undefined;
      };
      /** By what was told last to whoever sees the same, in this context or in another one. */
      const toldAsBefore = async (): Promise<Kept | undefined> => {
        const before = documents.get(keyOf(of)) ?? [...documents.values()].findLast(({ sight }) => sight === of.sight);
        if (before === undefined) return undefined;
        const others = before.context === context ? sql`'{}'::text[]` : sql`array(${toldByContext})`;
        // As a set of rows it is kept prepared: to plan it takes longer than to run it.
        const rows = await database.rowSet(
          sql`select ${head}, ${changesSince(before.position)} as changed, ${others} as others from change_head h`,
        );
        const { version, position, changed } = check(headOf(rows));
        if (changed === null || (version !== before.version && !seesAll)) return undefined;
        const names = [...new Set([...changed, ...(rows.value(OTHERS) as readonly string[])])];
        if (names.length === 0) return { ...before, ...of, version, position };
        return toldSince(names, position, before.entries);
      };
      /** By what was told last, as far as the caller sees the same. */
      const toldAsOthers = async (): Promise<Kept | undefined> => {
        const known = [...documents.values()].at(-1);
        if (known === undefined) return undefined;
        const { at, changed, rows } = await asked(seenServices(context, see), known.position);
        if (changed === null) return undefined;
        const { same, others } = sameOf(known.entries, new Set(changed), rows);
        return others.length === 0 ? made({ at, entries: same }) : toldSince(others, at.position, same);
      };
      const toldAnew = async (): Promise<Kept> => {
        const { at, rows } = await asked(discoveredServices(context, see));
        return made({ at, entries: replaced(new Map(), [], rows) });
      };
      return keep((await toldAsBefore()) ?? (await toldAsOthers()) ?? (await toldAnew()));
    });

  return {
    read: (request: Reading, search: URLSearchParams): Promise<KeptBody> => read(request, contextOf(search)),
    /** Makes the document of whoever sees everything, before somebody asks: what others are told is mostly told in it. */
    prepare: (stores: Pick<Reading, 'catalog' | 'database'>): Promise<KeptBody> =>
      read({ ...stores, rights: ownRights }, undefined),
  };
}

type Reading = Pick<RequestContext, 'catalog' | 'database'> & {
  readonly rights: Pick<RequestContext['rights'], 'access' | 'renew'>;
};

/** What the service itself may see. */
const ownRights: Reading['rights'] = { access: fullAccess, renew: () => Promise.resolve() };

/** What each answer tells: how the rights stand, and up to where the changes are in it. */
interface Head {
  readonly version: bigint;
  readonly position: bigint;
}
const head = sql`(select version from access_version) as version, h.position`;

interface Now extends Head {
  /** Object names of services of which something is told that has changed; null when that is not known. */
  readonly changed: readonly string[] | null;
}

const [VERSION, POSITION, CHANGED, OTHERS] = [0, 1, 2, 3] as const;
const [NAME, SERVICE_NAME, SEEN, ENTRY] = [3, 4, 5, 6] as const;

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
    select distinct ${discoveredWith(sql`c`)} from change c
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
      bytes: rows.bytes.subarray(rows.starts[ENTRY], rows.ends[ENTRY]),
    });
  }
  return parts;
}

/** Of the services of which some rows say what is seen: those of which the same is told already, and the names of the others. */
function sameOf(known: Entries, changed: ReadonlySet<string>, rows: RowSet): { same: Entries; others: string[] } {
  const same = new Map<string, Entry>();
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
