import { createHash } from 'node:crypto';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { carried } from '../carried.ts';
import { ForbiddenError } from '../errors.ts';
import type { RequireModest } from './require-modest.ts';
import type { TrustedDocuments } from './trusted-documents.ts';
import type { ValidDocument } from './valid-document.ts';

/** A GraphQL request as it came: nothing of it has been looked at. */
export type Asked = Readonly<Record<string, unknown>>;

/** A request that may be run. */
export interface Admitted {
  /** As Apollo Server is to be asked. */
  readonly request: Asked;
  /** Its document, if that is known or was sent. */
  readonly text: string | undefined;
}

/** Keeps values by key, in the form in which Apollo Server asks for it. */
interface Store<Value> {
  get(key: string): Promise<Value | undefined>;
  set(key: string, value: Value): Promise<void>;
  delete(key: string): Promise<boolean>;
}

export type DocumentStore = Store<DocumentNode>;

export interface Documents {
  /** Throws when its document may not be asked; `mayAskAnything`: whether the caller is held to no list of documents. */
  admit(asked: Asked, mayAskAnything: () => boolean): Admitted;
  /** The document that is asked for, sent or named, as far as it is known. */
  textOf(asked: Asked): string | undefined;
  /** Texts by hash: those of the list, those that were found valid, those that clients have named by their hash. */
  readonly texts: Store<string>;
  /** Parsed and valid documents by hash. */
  readonly valid: DocumentStore;
}

/** So many characters of valid documents are kept, and of those that clients have named. */
const KEPT = 1_000_000;
/** Longer documents are rare; one of them must not take the place of many others. */
const LONGEST_KEPT = 50_000;

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const HASH_LENGTH = 64;
/** Without what Apollo Server puts in front of it. */
export const hashIn = (key: string): string => key.slice(-HASH_LENGTH);

const isObject = (value: unknown): value is Asked =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The id of a document that is not sent: as Apollo's clients have it, or as the GraphQL specification over HTTP does. */
function idOf({ documentId, extensions }: Asked): string | undefined {
  if (typeof documentId === 'string') return documentId;
  const named = isObject(extensions) ? extensions.persistedQuery : undefined;
  return isObject(named) && typeof named.sha256Hash === 'string' ? named.sha256Hash : undefined;
}

const sentIn = ({ query }: Asked): string | undefined =>
  typeof query === 'string' && query !== '' ? query : undefined;

/** Asks for the document of that hash instead of sending it. */
function byHash(asked: Asked, hash: string): Asked {
  const own = { persistedQuery: { version: 1, sha256Hash: hash } };
  const request: Record<string, unknown> = {
    extensions: isObject(asked.extensions) ? { ...asked.extensions, ...own } : own,
  };
  // Apollo Server tells what is not there from what is undefined.
  if ('operationName' in asked) request.operationName = asked.operationName;
  if ('variables' in asked) request.variables = asked.variables;
  return request;
}

/** The operation under way asks for this document, and Apollo Server for nothing else. */
function noteKnown(known: ValidDocument): void {
  const { operation } = carried();
  if (operation !== undefined) operation.document = known;
}

const knownNow = (): ValidDocument | undefined => carried().operation?.document;

const notTrusted = (): ForbiddenError =>
  new ForbiddenError('only the documents of the list of trusted documents are answered here', {
    rule: 'UNTRUSTED_DOCUMENT',
  });

/**
 * Knows documents by their hashes. A document that was found valid is known by its text as well: Apollo Server is asked
 * for it by its hash, so that it is neither hashed nor parsed nor validated again.
 */
export function createDocuments(trusted: TrustedDocuments, requireModest: RequireModest): Documents {
  const listed = new Map<string, string>();
  const ids = new Map<string, { readonly hash: string; readonly text: string }>();
  for (const [id, text] of trusted.texts) {
    const hash = hashOf(text);
    listed.set(hash, text);
    ids.set(hash, { hash, text }).set(id, { hash, text });
  }
  const listedTexts = new Set(listed.values());
  const bounds = { maxSize: KEPT, maxEntrySize: LONGEST_KEPT };
  const named = new LRUCache<string, string>({ ...bounds, sizeCalculation: ({ length }) => length });
  const byText = new Map<string, ValidDocument>();
  const valid = new LRUCache<string, ValidDocument>({
    ...bounds,
    sizeCalculation: ({ text }) => text.length,
    dispose: ({ text }) => byText.delete(text),
  });

  const requireTrusted = (text: string | undefined, mayAskAnything: () => boolean): void => {
    if (!trusted.isExclusive || (text !== undefined && listedTexts.has(text)) || mayAskAnything()) return;
    throw notTrusted();
  };

  const textBy = (hash: string): string | undefined => listed.get(hash) ?? valid.get(hash)?.text ?? named.get(hash);

  return {
    textOf: (asked) => {
      const sent = sentIn(asked);
      const id = sent === undefined ? idOf(asked) : undefined;
      return id === undefined ? sent : (ids.get(id)?.text ?? textBy(id));
    },
    admit: (asked, mayAskAnything) => {
      const id = idOf(asked);
      const text = sentIn(asked);
      if (text === undefined) {
        if (id === undefined) return { request: asked, text };
        const known = ids.get(id);
        if (known !== undefined) return { request: byHash(asked, known.hash), text: known.text };
        requireTrusted(undefined, mayAskAnything);
        return { request: byHash(asked, id), text };
      }
      requireTrusted(text, mayAskAnything);
      const known = id === undefined && !isGivenWrong(asked) ? byText.get(text) : undefined;
      if (known !== undefined) {
        valid.get(known.hash); // It was used just now.
        noteKnown(known);
        return { request: byHash(asked, known.hash), text };
      }
      requireModest(text);
      return { request: asked, text };
    },
    texts: {
      get: async (key) => {
        const known = knownNow();
        if (known !== undefined) return known.text;
        return textBy(hashIn(key));
      },
      set: async (key, text) => {
        named.set(hashIn(key), text);
      },
      delete: async (key) => named.delete(hashIn(key)),
    },
    valid: {
      get: async (key) => (knownNow() ?? valid.get(hashIn(key)))?.document,
      set: async (key, document) => {
        const hash = hashIn(key);
        const text = document.loc?.source.body;
        if (text === undefined || text.length > LONGEST_KEPT) return;
        const one = { hash, document, text };
        valid.set(hash, one);
        byText.set(text, one);
      },
      delete: async (key) => valid.delete(hashIn(key)),
    },
  };
}

/** What is wrong with the extensions of a request is for Apollo Server to say. */
const isGivenWrong = ({ extensions }: Asked): boolean =>
  extensions !== undefined && extensions !== null && (!isObject(extensions) || 'persistedQuery' in extensions);
