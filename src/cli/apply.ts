import type { Client } from './client.ts';
import type { ManifestFile } from './files.ts';

interface UserError {
  readonly code: string;
  readonly message: string;
  readonly subject: string | null;
  readonly field: string | null;
  readonly accepted: string | null;
  readonly source: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

interface Change {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

interface ApplyPayload {
  readonly applied: boolean;
  readonly counts: Readonly<Record<'created' | 'updated' | 'unchanged' | 'refused', number>>;
  readonly results: readonly {
    kind: string | null;
    name: string | null;
    outcome: string;
    changes: readonly Change[];
  }[];
  readonly userErrors: readonly UserError[];
}

const APPLY = `mutation ($input: ApplyInput!) { apply(input: $input) { applied counts { created updated unchanged refused }
  results { kind name outcome changes { path before after } }
  userErrors { code message subject field accepted source line column } } }`;
const DELETE = `mutation ($input: DeleteInput!) { delete(input: $input) { deleted results { kind name outcome }
  userErrors { code message subject field accepted source line column } } }`;

export interface ApplyOptions {
  readonly validateOnly: boolean;
  readonly namespace?: string;
  readonly project?: string;
}

export const sayError = ({ code, message, subject, field, accepted, source, line, column }: UserError): string => {
  const place = source === null ? '' : `${source}${line === null ? '' : `:${line}:${column ?? 1}`}: `;
  const where = [subject === null ? undefined : `${subject} refused`, `${code}${field === null ? '' : ` ${field}`}`]
    .filter(Boolean)
    .join(': ');
  return `${place}${where}: ${message}${accepted === null ? '' : ` (accepted: ${accepted})`}`;
};

const reference = (one: { kind: string | null; name: string | null }): string =>
  `${(one.kind ?? 'document').toLowerCase()}/${one.name ?? '?'}`;

/** Applies (or only validates) and prints one line per document; true when nothing was refused. */
export async function applyManifests(
  client: Client,
  files: readonly ManifestFile[],
  options: ApplyOptions,
  out: (line: string) => void,
  err: (line: string) => void,
): Promise<boolean> {
  const { apply } = await client<{ apply: ApplyPayload }>(APPLY, { input: { manifests: files, ...options } });
  for (const error of apply.userErrors) err(sayError(error));
  if (apply.userErrors.length === 0) {
    for (const result of apply.results) {
      const changed = result.outcome === 'UPDATED' ? ` (${result.changes.map(({ path }) => path).join(', ')})` : '';
      out(`${reference(result)} ${result.outcome.toLowerCase()}${changed}${options.validateOnly ? ' (trial)' : ''}`);
    }
  }
  const { created, updated, unchanged, refused } = apply.counts;
  err(
    `${created} created, ${updated} updated, ${unchanged} unchanged, ${refused} refused${apply.applied ? '' : options.validateOnly && apply.userErrors.length === 0 ? '; a trial, nothing was written' : '; nothing was written'}`,
  );
  return apply.userErrors.length === 0;
}

/** Prints what an apply would change; `same`, `different` or `refused`. */
export async function diffManifests(
  client: Client,
  files: readonly ManifestFile[],
  options: Omit<ApplyOptions, 'validateOnly'>,
  out: (line: string) => void,
  err: (line: string) => void,
): Promise<'same' | 'different' | 'refused'> {
  const { apply } = await client<{ apply: ApplyPayload }>(APPLY, {
    input: { manifests: files, ...options, validateOnly: true },
  });
  for (const error of apply.userErrors) err(sayError(error));
  for (const result of apply.results) {
    if (result.outcome === 'CREATED') out(`+ ${reference(result)}`);
    if (result.outcome !== 'UPDATED') continue;
    out(`~ ${reference(result)}`);
    for (const { path, before, after } of result.changes)
      out(`    ${path}: ${before ?? 'absent'} → ${after ?? 'absent'}`);
  }
  if (apply.userErrors.length > 0) return 'refused';
  return apply.counts.created + apply.counts.updated > 0 ? 'different' : 'same';
}

export interface DeleteOptions extends ApplyOptions {
  readonly allowMissing: boolean;
}

/** Deletes objects named or described; true when none was refused. */
export async function deleteObjects(
  client: Client,
  objects: readonly { kind: string; name: string }[],
  files: readonly ManifestFile[],
  options: DeleteOptions,
  out: (line: string) => void,
  err: (line: string) => void,
): Promise<boolean> {
  type Payload = {
    deleted: boolean;
    results: readonly { kind: string; name: string; outcome: string }[];
    userErrors: readonly UserError[];
  };
  const answer = await client<{ delete: Payload }>(DELETE, { input: { objects, manifests: files, ...options } });
  for (const error of answer.delete.userErrors) err(sayError(error));
  if (answer.delete.userErrors.length > 0) {
    err('nothing was deleted');
    return false;
  }
  for (const result of answer.delete.results)
    out(`${reference(result)} ${result.outcome.toLowerCase()}${options.validateOnly ? ' (trial)' : ''}`);
  return true;
}
