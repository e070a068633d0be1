import { type BaseContext, HeaderMap } from '@apollo/server';
import { type DocumentNode, type GraphQLFormattedError, Kind } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type DocumentStore, hashIn } from './documents.ts';
import type { OperationStep } from './operation-steps.ts';

/** What is wrong with a document, as its caller is told. */
type Verdict = readonly GraphQLFormattedError[];

export interface InvalidDocuments<Context extends BaseContext> {
  /** Valid documents; and for those known as invalid a placeholder, which Apollo Server neither parses nor validates. */
  readonly store: DocumentStore;
  /** Notes what is wrong with a document, and says it again when it is asked for again. */
  readonly step: OperationStep<Context>;
}

/** So many characters of verdicts are kept. */
const KEPT = 1_000_000;
/** Longer verdicts are rare; one of them must not take the place of many others. */
const LONGEST_KEPT = 50_000;
const BAD_REQUEST = 400;

/** Nobody runs an operation of it: the verdict is the answer. */
const placeholder = (): DocumentNode => ({ kind: Kind.DOCUMENT, definitions: [] });

const isAboutDocument = ({ extensions = {} }: { readonly extensions?: Record<string, unknown> }): boolean =>
  extensions.code === 'GRAPHQL_PARSE_FAILED' || extensions.code === 'GRAPHQL_VALIDATION_FAILED';

/** Remembers what is wrong with documents, so that to send one again costs neither parsing nor validation. */
export function createInvalidDocuments<Context extends BaseContext>(valid: DocumentStore): InvalidDocuments<Context> {
  const known = new LRUCache<string, { readonly document: DocumentNode; readonly verdict: Verdict }>({
    maxSize: KEPT,
    maxEntrySize: LONGEST_KEPT,
    sizeCalculation: ({ verdict }) => JSON.stringify(verdict).length,
    dispose: ({ document }) => verdicts.delete(document),
  });
  const verdicts = new WeakMap<DocumentNode, Verdict>();

  return {
    store: {
      ...valid,
      get: async (key) => (await valid.get(key)) ?? known.get(hashIn(key))?.document,
    },
    step: {
      responseForOperation: ({ document }) => {
        const verdict = verdicts.get(document);
        if (verdict === undefined) return null;
        const http = { status: BAD_REQUEST, headers: new HeaderMap() };
        return { http, body: { kind: 'single', singleResult: { errors: verdict } } };
      },
      willSendResponse: ({ queryHash, errors, document, response: { body } }) => {
        // What is wrong with a document is told apart from all else: the first error speaks for the others.
        const [first] = errors ?? [];
        if (first === undefined || !isAboutDocument(first) || queryHash === undefined || body.kind !== 'single') return;
        if (document !== undefined && verdicts.has(document)) return;
        const { errors: verdict = [] } = body.singleResult;
        const kept = { document: placeholder(), verdict };
        verdicts.set(kept.document, verdict);
        known.set(queryHash, kept);
      },
    },
  };
}
