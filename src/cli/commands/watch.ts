import { type Change, changes } from '../changes.ts';
import { usageError } from '../cli-error.ts';
import type { KindInfo } from '../kind-info.ts';
import { createPrinter } from '../printer.ts';
import type { Session } from '../session.ts';
import { findTargets } from '../targets.ts';
import type { GetOptions } from './get-options.ts';

/** `catalog get --watch`: the present objects, then every change until interrupted; reconnects and resumes. */
export async function watch(session: Session, words: readonly string[], options: GetOptions): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const known = await session.kinds();
  const targets = await findTargets(session, words);
  const { output, namespace, project } = options;
  const { format: shape } = output;
  if (options.sortBy !== undefined || options.fieldSelector !== undefined)
    throw usageError('changes are shown as they come: --sort-by and --field-selector do not go with --watch');
  if (shape === 'elevation') throw usageError('-o elevation does not go with --watch');
  const kinds = [...new Set(targets.map(({ kind }) => kind))];
  const isNamed = targets.every(({ names }) => names !== undefined);
  const wanted = new Set(targets.flatMap(({ kind, names = [] }) => names.map((name) => `${kind.kind}/${name}`)));
  const names = isNamed ? [...new Set(targets.flatMap(({ names: own = [] }) => own))] : undefined;
  const where = { kinds: kinds.map(({ kind }) => kind), names, labelSelector: options.selector };
  const isTable = shape === 'table' || shape === 'wide';
  const printer = createPrinter(terminal, {
    output,
    hasHeadings: options.headers,
    hasSeveralKinds: kinds.length > 1,
    isSingle: true,
    showsNamespace: namespace === undefined || options.allNamespaces === true,
    showsProject: project === undefined,
    showsLabels: options.showLabels === true,
    showsEvents: true,
    now: undefined,
  });
  const byName = new Map(known.map((kind) => [kind.kind, kind]));
  const print = async ({ type, kind, object }: Change): Promise<void> => {
    const info = byName.get(kind ?? '');
    if (info === undefined || object === null || !isAskedFor(info, object)) return;
    const listed = { name: object.name, manifest: object.manifest, event: type };
    if (shape === 'json') await terminal.print(`{"type":"${type}","object":${object.manifest}}\n`);
    else if (shape === 'yaml') await terminal.print(`---\n# ${type}\n${object.manifest}`);
    else if (shape === 'name') await terminal.print(`${info.singular}/${object.name} ${type.toLowerCase()}\n`);
    else await printer.page(info, [listed]);
  };
  const isAskedFor = (kind: KindInfo, object: NonNullable<Change['object']>): boolean =>
    (!isNamed || wanted.has(`${kind.kind}/${object.name}`)) &&
    (!kind.namespaced || namespace === undefined || options.allNamespaces === true || object.namespace === namespace) &&
    (!kind.inProject || project === undefined || object.project === project);

  const format = shape === 'yaml' ? 'YAML' : 'JSON';
  for await (const message of changes(client, { where, format, initial: options.watchOnly !== true }, terminal.note)) {
    if (message.type === 'RESET')
      terminal.note(`the output above is no longer valid (${message.reason}); the present state follows`);
    else if (message.type !== 'BOOKMARK') await print(message);
    if (isTable && message.type === 'RESET') await terminal.print('\n');
  }
  return 0;
}
