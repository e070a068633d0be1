import type { CliError } from '../cli-error.ts';
import { listPages, namedObjects } from '../objects.ts';
import { createPrinter } from '../printer.ts';
import type { Session } from '../session.ts';
import { readTargets } from '../targets.ts';
import type { GetOptions } from './get-options.ts';
import { watch } from './watch.ts';

/** `catalog get`: objects as a table or as manifests; 1 when one that was named is not there. */
export async function get(session: Session, words: readonly string[], options: GetOptions): Promise<number> {
  if (options.watch === true || options.watchOnly === true) return watch(session, words, options);
  const { terminal } = session;
  const client = await session.client();
  const targets = readTargets(await session.kinds(), words);
  const { selector, output, project, limit } = options;
  const namespace = options.allNamespaces === true ? undefined : options.namespace;
  const printer = createPrinter(terminal, {
    format: output,
    hasHeadings: options.headers,
    hasSeveralKinds: new Set(targets.map(({ kind }) => kind)).size > 1,
    isSingle: targets.length === 1 && targets[0]?.names?.length === 1,
    showsNamespace: namespace === undefined,
    showsProject: project === undefined,
    showsLabels: options.showLabels === true,
    now: Date.now(),
  });
  const missing: CliError[] = [];
  const list = { selector, format: output === 'yaml' ? 'YAML' : 'JSON', isBare: false } as const;
  let shown = 0;
  let left = limit;
  for (const target of targets) {
    if (left !== undefined && left <= 0) break;
    const { kind, names } = target;
    // Kinds that live in no namespace or project are not looked for in one, as with kubectl.
    const options = {
      ...list,
      namespace: kind.namespaced ? namespace : undefined,
      project: kind.inProject ? project : undefined,
      limit: left,
    };
    const pages =
      names === undefined
        ? listPages(client, target, options)
        : namedObjects(client, { kind, names }, options, (error) => missing.push(error));
    for await (const page of pages) {
      await printer.page(kind, page);
      shown += page.length;
      if (left !== undefined) left -= page.length;
      if (!process.stdout.isTTY) terminal.progress(`${shown} objects …`);
    }
  }
  terminal.progress(undefined);
  if (missing.length === 0 || shown > 0) await printer.end();
  for (const error of missing) terminal.note(`error: ${error.message}`);
  if (
    shown === 0 &&
    missing.length === 0 &&
    !terminal.isQuiet &&
    (output === 'table' || output === 'wide' || output === 'name')
  ) {
    const [only, another] = targets;
    terminal.note(`No ${only === undefined || another !== undefined ? 'objects' : only.kind.plural} found.`);
  }
  return missing.length > 0 ? 1 : 0;
}
