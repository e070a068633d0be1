import { stringifyJson } from '../../catalog/manifests/json.ts';
import { parseManifests } from '../../catalog/manifests/parse.ts';
import { type ApplyResult, type FieldChange, sendApply, shortName } from '../apply-request.ts';
import { changeLine } from '../change-line.ts';
import { answering, usageError } from '../cli-error.ts';
import { type ManifestFile, readManifestFiles } from '../manifest-files.ts';
import type { Session } from '../session.ts';
import { type ManifestOptions, refused } from './apply.ts';
import { diffFiles } from './diff-files.ts';
import { diffMoments } from './diff-moments.ts';

export interface DiffOptions extends Partial<ManifestOptions> {
  /** Files that are compared with, in place of the catalog. */
  readonly against?: readonly string[];
  readonly from?: string;
  readonly to?: string;
}

/**
 * `catalog diff`: what files would change, what they say differently from other files, or what is different between two
 * moments. 0 when nothing is, 1 when something is, 2 on an error (as kubectl diff).
 */
export const diff = (session: Session, words: readonly string[], options: DiffOptions): Promise<number> =>
  answering(async () => {
    const { filename, against, from, to } = options;
    if (from !== undefined && filename === undefined && against === undefined)
      return diffMoments(session, words, from, to);
    if (from !== undefined || to !== undefined || words.length > 0)
      throw usageError('two moments are compared with --from and --to, without files; kinds go with them');
    if (filename === undefined) throw usageError('nothing to compare', '-f FILE, or --from MOMENT');
    return against === undefined
      ? compare(session, { ...options, filename })
      : diffFiles(session, { ...options, filename, against });
  });

async function compare(session: Session, { filename, recursive, ...options }: ManifestOptions): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const files = await readManifestFiles(filename, { isRecursive: recursive === true, terminal });
  const payload = await sendApply(client, files, { validateOnly: true, ...options });
  if (payload.userErrors.length > 0) {
    refused(
      payload,
      files.map(({ source }) => source),
      terminal,
    );
    return 2;
  }
  const changed = payload.results.filter(({ outcome }) => outcome !== 'UNCHANGED');
  const written = contents(files, changed);
  for (const result of changed) {
    const place = result.source === null ? '' : ` (${result.source}:${result.line ?? 1})`;
    const isNew = result.outcome === 'CREATED';
    const lines = (isNew ? (written.get(placeKey(result)) ?? []) : result.changes).map((change) =>
      changeLine(change, terminal),
    );
    const head = terminal.paint('bold', `${shortName(result)}${isNew ? ' would be new' : ''}`);
    await terminal.print(`${head}${terminal.paint('dim', place)}\n${lines.join('')}`);
  }
  return changed.length === 0 ? 0 : 1;
}

const placeKey = ({ source, line }: Pick<ApplyResult, 'source' | 'line'>): string => `${source ?? ''}:${line ?? 0}`;

/** Fields of new objects as additions, by position of their document. */
function contents(files: readonly ManifestFile[], changed: readonly ApplyResult[]): Map<string, FieldChange[]> {
  const wanted = new Set(changed.filter(({ outcome }) => outcome === 'CREATED').map(({ source }) => source));
  return new Map(
    files
      .filter(({ source }) => wanted.has(source))
      .flatMap((file) => parseManifests(file).documents)
      .map(({ source = null, line, value }) => {
        const { labels, annotations } = (value.metadata ?? {}) as Record<string, unknown>;
        const said = { metadata: { labels, annotations }, spec: value.spec };
        return [placeKey({ source, line }), leaves(said, '')];
      }),
  );
}

function leaves(value: unknown, path: string): FieldChange[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((inner, index) => leaves(inner, `${path}[${index}]`));
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
  }
  return path === 'metadata' ? [] : [{ path, before: null, after: stringifyJson(value) }];
}
