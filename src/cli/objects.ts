import { CliError } from './cli-error.ts';
import type { Client } from './client.ts';
import { describeGraphqlErrors, rulesOf } from './client-errors.ts';
import type { Target } from './targets.ts';

export interface ListOptions {
  readonly selector?: string | undefined;
  readonly namespace?: string | undefined;
  readonly project?: string | undefined;
  readonly limit?: number | undefined;
  readonly format: 'YAML' | 'JSON';
  /** Only what `apply` takes. */
  readonly isBare: boolean;
  /** Only what has manifests of its own. */
  readonly isOwn?: boolean;
  /** JSON beside YAML, to look into. */
  readonly isLookedInto?: boolean;
  /** Objects of a page; 500 unless something else is said. */
  readonly chunkSize?: number | undefined;
  /** Told how many there are in all, when a limit leaves some out. */
  readonly onCut?: (total: string) => void;
}

export interface ListedObject {
  readonly name: string;
  readonly manifest: string;
  /** The same as JSON, when that was asked for beside it. */
  readonly json?: string;
  /** What happened to it, when it is watched. */
  readonly event?: string;
}

interface Page {
  readonly objects: {
    readonly nodes: readonly ListedObject[];
    readonly totalCount?: number;
    readonly totalCountCapped?: boolean | null;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const DOCUMENT = `query CatalogObjects($kinds: [String!], $names: [String!], $namespace: String, $project: String,
    $labelSelector: String, $first: Int, $after: String, $format: ManifestFormat, $bare: Boolean, $derived: Boolean, $json: Boolean! = false, $count: Boolean! = false) {
  objects(kinds: $kinds, names: $names, namespace: $namespace, project: $project, labelSelector: $labelSelector,
    first: $first, after: $after, derived: $derived) {
    nodes { name manifest(format: $format, bare: $bare) json: manifest(format: JSON, bare: $bare) @include(if: $json) }
    totalCount @include(if: $count) totalCountCapped @include(if: $count)
    pageInfo { hasNextPage endCursor }
  }
}`;

const PAGE_SIZE = 500;
const SMALLEST_PAGE = 10;

/** Objects of one kind page by page: no more than a page is ever in memory. */
export async function* listPages(
  client: Client,
  { kind, names }: Target,
  { selector, namespace, project, limit, format, isBare, isOwn = false, isLookedInto, chunkSize, onCut }: ListOptions,
): AsyncGenerator<readonly ListedObject[]> {
  let size = chunkSize ?? PAGE_SIZE;
  let left = limit ?? Number.POSITIVE_INFINITY;
  let after: string | null = null;
  while (left > 0) {
    const variables = {
      kinds: [kind.kind],
      names,
      namespace,
      project,
      labelSelector: selector,
      first: Math.min(size, left),
      after,
      format,
      bare: isBare,
      ...(isOwn && { derived: false }),
      json: isLookedInto === true && format === 'YAML',
      count: onCut !== undefined && left <= size,
    };
    const { data, errors } = await client.send({ query: DOCUMENT, variables });
    if (rulesOf(errors).includes('PAGE_TOO_LARGE') && size > SMALLEST_PAGE) {
      // The service may be set to smaller pages (CATALOG_MAX_PAGE).
      size = Math.floor(size / 2);
      continue;
    }
    if (errors !== undefined || data === undefined || data === null) throw describeGraphqlErrors(errors ?? []);
    const { nodes, pageInfo, totalCount, totalCountCapped } = (data as Page).objects;
    left -= nodes.length;
    if (left <= 0 && pageInfo.hasNextPage)
      onCut?.(totalCountCapped === true ? `more than ${totalCount}` : `${totalCount}`);
    if (nodes.length > 0) yield nodes;
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}

/** The objects with these names, in the order of the names; `onMissing` is called for each that does not exist. */
export async function* namedObjects(
  client: Client,
  target: Target & { readonly names: readonly string[] },
  options: ListOptions,
  onMissing: (error: CliError) => void,
): AsyncGenerator<readonly ListedObject[]> {
  for (let start = 0; start < target.names.length; start += PAGE_SIZE) {
    const names = target.names.slice(start, start + PAGE_SIZE);
    const found: ListedObject[] = [];
    for await (const page of listPages(client, { kind: target.kind, names }, options)) found.push(...page);
    const ordered = names.flatMap((name) => {
      const same = found.filter((object) => object.name === name);
      if (same.length === 0) onMissing(new CliError(`${target.kind.singular} '${name}' not found`));
      return same;
    });
    if (ordered.length > 0) yield ordered;
  }
}
