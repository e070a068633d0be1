import { CliError } from './cli-error.ts';
import type { Client } from './client.ts';
import { COMPARISON_FIELDS, type Comparison } from './comparison.ts';
import type { ManifestFile } from './manifest-files.ts';
import { count } from './sizes.ts';
import { USER_ERROR_FIELDS, type UserError, type Warning } from './violations.ts';

export interface FieldChange {
  readonly path: string;
  /** JSON text; null: absent. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface ApplyResult {
  readonly source: string | null;
  readonly line: number | null;
  readonly kind: string | null;
  readonly name: string | null;
  readonly namespace: string | null;
  readonly outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'REFUSED';
  readonly changes: readonly FieldChange[];
  readonly warnings: readonly Warning[];
  /** Where something is published, and that was asked for. */
  readonly comparison?: Comparison | null;
}

export interface ApplyPayload {
  readonly applied: boolean;
  readonly counts: Readonly<Record<'created' | 'updated' | 'unchanged' | 'refused', number>>;
  /** In a brief answer with no more than line, kind, name and warnings. */
  readonly results: readonly ApplyResult[];
  readonly userErrors: readonly UserError[];
}

export interface ApplyOptions {
  readonly validateOnly: boolean;
  readonly namespace?: string | undefined;
  readonly project?: string | undefined;
  /** Who applies, and whether fields are taken over from others. */
  readonly manager?: string | undefined;
  readonly force?: boolean | undefined;
  /** Publishes what is stated as a draft, and tells what that changes. */
  readonly publish?: boolean | undefined;
  /** Refuses what exists already, and names what asks for a name. */
  readonly createOnly?: boolean | undefined;
  /** Only how many there are of which outcome, what is refused, and warnings. */
  readonly isBrief?: boolean;
}

const DOCUMENT = `mutation CatalogApply($input: ApplyInput!, $isBrief: Boolean!, $publish: Boolean!) { apply(input: $input) {
  applied
  counts { created updated unchanged refused }
  results { line kind name warnings { code message } ... @skip(if: $isBrief) { source namespace outcome changes { path before after }
    comparison @include(if: $publish) { ${COMPARISON_FIELDS} } } }
  userErrors { ${USER_ERROR_FIELDS} }
} }`;

/** Sends manifests as one batch. */
export async function sendApply(
  client: Client,
  manifests: readonly ManifestFile[],
  {
    validateOnly,
    namespace,
    project,
    manager,
    force,
    publish = false,
    createOnly = false,
    isBrief = false,
  }: ApplyOptions,
  onProgress?: () => void,
): Promise<ApplyPayload> {
  const input = { manifests, validateOnly, namespace, project, manager, force, publish, createOnly };
  const how = { isWrite: !validateOnly, ...(onProgress !== undefined && { onProgress }) };
  const { apply } = await client.execute<{ apply: ApplyPayload }>(DOCUMENT, { input, isBrief, publish }, how);
  if (totalOf(apply.counts) === 0 && apply.userErrors.length === 0) {
    const sources = manifests.map(({ source }) => source).join(', ');
    throw new CliError(`no manifest found in ${manifests.length > 3 ? count(manifests.length, 'file') : sources}`);
  }
  return apply;
}

export const totalOf = ({ created, updated, unchanged, refused }: ApplyPayload['counts']): number =>
  created + updated + unchanged + refused;

/** `rack/a14`, as everywhere in the output. */
export const shortName = ({ kind, name }: { readonly kind: string | null; readonly name: string | null }): string =>
  `${kind?.toLowerCase() ?? 'document'}/${name ?? '?'}`;

/** `3 created, 1 refused`: what became of what was imported. */
export const importedText = (counts: ApplyPayload['counts'], isTrial: boolean, none = ''): string => {
  const refused = counts.refused === 0 ? [] : [`${counts.refused} refused`];
  const parts = [countsText(counts), ...refused].filter((part) => part !== '');
  return `${parts.join(', ') || none}${isTrial ? '; only validated, nothing was written' : ''}`;
};

/** `3 created, 1 updated, 8 unchanged`; what is none is left out. */
export const countsText = ({ created, updated, unchanged }: ApplyPayload['counts']): string =>
  Object.entries({ created, updated, unchanged })
    .filter(([, number]) => number > 0)
    .map(([what, number]) => `${number} ${what}`)
    .join(', ');
