import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Documents that operators vouch for. */
export interface TrustedDocuments {
  /** By the ids that clients name them by. */
  readonly texts: ReadonlyMap<string, string>;
  /** Whether nothing else is answered, but for the platform's staff. */
  readonly isExclusive: boolean;
}

/** `off`: the list is not read. `prefer`: other documents are answered as well. `only`: none but its own are. */
export const TRUSTED_MODES = ['off', 'prefer', 'only'] as const;

export type TrustedMode = (typeof TRUSTED_MODES)[number];

/** Where the list is, from the settings. */
export interface TrustedOptions {
  readonly file: string;
  readonly mode: Exclude<TrustedMode, 'off'>;
}

/** As Apollo's `generate-persisted-query-manifest` writes it. */
const apollo = z
  .object({
    format: z.literal('apollo-persisted-query-manifest'),
    version: z.literal(1),
    operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
  })
  .transform(({ operations }) => new Map(operations.map(({ id, body }) => [id, body])));

/** As `relay-compiler` (`persistConfig`) and the client preset of GraphQL Code Generator write it. */
const relay = z.record(z.string().min(1), z.string().min(1)).transform((texts) => new Map(Object.entries(texts)));

const list = z.union([apollo, relay]);

export class TrustedDocumentsError extends Error {}

/** The list at a path. What is wrong with it ends the start, with a line that says so. */
export async function readTrustedDocuments(options: TrustedOptions | undefined): Promise<TrustedDocuments> {
  if (options === undefined) return { texts: new Map(), isExclusive: false };
  const { file, mode } = options;
  const unusable = (cause: unknown): TrustedDocumentsError =>
    new TrustedDocumentsError(
      `the trusted documents at ${file} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  let given: unknown;
  try {
    given = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw unusable(error);
  }
  const { data, success } = list.safeParse(given);
  if (!success) throw unusable('neither a manifest of Apollo nor an object of documents by id');
  return { texts: data, isExclusive: mode === 'only' };
}
