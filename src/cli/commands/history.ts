import { parseJson, stringifyJson } from '../../catalog/manifests/json.ts';
import { type ChangedField, changeLine, meanings } from '../change-line.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { oneTarget } from '../targets.ts';

export interface HistoryOptions {
  readonly namespace?: string;
  readonly project?: string;
  readonly limit?: number;
  /** States as `apply` takes them, whatever has become of the object. */
  readonly bare?: boolean;
  readonly output: 'text' | 'wide' | 'json' | 'yaml';
}

/** The audit record of a change, for callers who may read it. */
interface AuditRecord {
  readonly requestId: string;
  readonly verb: string;
  readonly permission: string | null;
  readonly operation: string | null;
  readonly traceId: string | null;
  readonly source: { readonly address: string | null; readonly userAgent: string | null } | null;
  readonly actor: {
    readonly subject: string | null;
    readonly issuer: string | null;
    readonly clientId: string | null;
    readonly delegatedBy: string | null;
  };
}

interface Change {
  readonly position: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly at: string;
  readonly actor: { readonly kind: string; readonly name: string } | null;
  readonly changes: readonly ChangedField[];
  readonly before: { readonly manifest: string } | null;
  readonly after: { readonly manifest: string } | null;
  readonly auditRecord?: AuditRecord | null;
}

interface Page {
  readonly history: {
    readonly nodes: readonly Change[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const DOCUMENT = `query CatalogHistory($kind: String!, $name: String!, $namespace: String, $project: String, $first: Int,
    $after: String, $states: Boolean!, $audit: Boolean!, $format: ManifestFormat, $bare: Boolean) {
  history(kind: $kind, name: $name, namespace: $namespace, project: $project, first: $first, after: $after) {
    nodes { position type at actor { kind name } changes { path before after }
      before @include(if: $states) { manifest(format: $format, bare: $bare) } after @include(if: $states) { manifest(format: $format, bare: $bare) }
      auditRecord @include(if: $audit) { requestId verb permission operation traceId source { address userAgent }
        actor { subject issuer clientId delegatedBy } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const PAGE_SIZE = 50;
const styles = { ADDED: 'green', MODIFIED: 'yellow', DELETED: 'red' } as const;

/** `catalog history rack/a14`: who did what to an object, newest first; 1 when nothing is known of it. */
export async function history(session: Session, words: readonly string[], options: HistoryOptions): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const { kind, name } = await oneTarget(session, words);
  if (name === undefined) throw usageError('exactly one object is required', 'for example `catalog history rack/a14`');
  const { namespace, project, output, limit = Number.POSITIVE_INFINITY } = options;
  let shown = 0;
  let after: string | null = null;
  do {
    const first = Math.min(PAGE_SIZE, limit - shown);
    const parts = {
      states: output === 'json' || output === 'yaml',
      audit: output === 'json' || output === 'wide',
      format: output === 'yaml' ? 'YAML' : 'JSON',
      bare: options.bare === true,
    };
    const variables: Readonly<Record<string, unknown>> = {
      kind: kind.kind,
      name,
      namespace,
      project,
      first,
      after,
      ...parts,
    };
    const { history: page }: Page = await client.execute<Page>(DOCUMENT, variables);
    for (const change of page.nodes) await terminal.print(write(change));
    shown += page.nodes.length;
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null && shown < limit);
  if (shown === 0) throw new CliError(`no history found of ${kind.singular} '${name}'`);
  if (after !== null && (output === 'text' || output === 'wide'))
    terminal.note(`the newest ${count(shown, 'change')} shown; there are more`);
  return 0;

  function write(change: Change): string {
    const who = change.actor === null ? '' : ` by ${change.actor.name}`;
    if (output === 'json') {
      const { before, after: later, ...rest } = change;
      const state = (one: Change['before']): unknown => (one === null ? null : parseJson(one.manifest));
      return `${stringifyJson({ ...rest, before: state(before), after: state(later) })}\n`;
    }
    if (output === 'yaml') {
      const head = `# ${change.at} ${meanings[change.type]}${who}, position ${change.position}`;
      return `---\n${head}\n${(change.after ?? change.before)?.manifest ?? ''}`;
    }
    const what = terminal.paint(styles[change.type], meanings[change.type]);
    const place = terminal.paint('dim', `position ${change.position}`);
    const lines = change.changes.map((one) => changeLine(one, terminal));
    const request = output === 'wide' ? requestLine(change) : '';
    return `${change.at.replace(/\.\d+Z$/, 'Z')}  ${what}${who}  ${place}\n${terminal.paint('dim', request)}${lines.join('')}`;
  }
}

/** The request behind a change, for whoever may read the audit log there. */
function requestLine({ auditRecord: record, actor: author }: Change): string {
  if (record === null || record === undefined)
    return author === null ? '' : '  no audit record of its own: derived from another object, or no longer kept\n';
  const { requestId, verb, source, actor, traceId } = record;
  const known = {
    verb,
    from: source?.address,
    with: source?.userAgent,
    client: actor.clientId,
    through: actor.delegatedBy,
    request: requestId,
    trace: traceId,
  };
  const parts = Object.entries(known).filter(([, value]) => value !== null && value !== undefined);
  return `  ${parts.map(([name, value]) => `${name} ${value}`).join('  ')}\n`;
}
