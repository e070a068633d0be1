import type { CliError } from '../cli-error.ts';
import { type KindInfo, placeIn } from '../kind-info.ts';
import { arranged } from '../listing.ts';
import { listPages, namedObjects } from '../objects.ts';
import { isForPeople } from '../output.ts';
import { createPrinter, type PrinterOptions } from '../printer.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { findTargets, type Target } from '../targets.ts';
import { elevationPrinter } from './elevation.ts';
import type { GetOptions } from './get-options.ts';
import { watch } from './watch.ts';

/** `catalog get`: objects as a table or as manifests; 1 when one that was named is not there. */
export async function get(session: Session, words: readonly string[], options: GetOptions): Promise<number> {
  if (options.watch === true || options.watchOnly === true) return watch(session, words, options);
  const { terminal } = session;
  const client = await session.client();
  const targets = await findTargets(session, words);
  const { output, project, limit, fieldSelector, sortBy } = options;
  const namespace = options.allNamespaces === true ? undefined : options.namespace;
  const isSingle = targets.length === 1 && targets[0]?.names?.length === 1;
  const printerOptions: PrinterOptions = {
    output,
    hasHeadings: options.headers,
    hasSeveralKinds: new Set(targets.map(({ kind }) => kind)).size > 1,
    isSingle,
    showsNamespace: namespace === undefined,
    showsProject: project === undefined,
    showsLabels: options.showLabels === true,
    now: Date.now(),
  };
  const printer =
    output.format === 'elevation'
      ? elevationPrinter(client, terminal, isSingle)
      : createPrinter(terminal, printerOptions);
  const missing: CliError[] = [];
  const isLookedInto = fieldSelector !== undefined || sortBy !== undefined;
  let shown = 0;
  let cut: string | undefined;
  const left = (): number | undefined => limit && limit - shown;
  const onCutOf = ({ plural }: KindInfo) =>
    limit === undefined || !isForPeople(output)
      ? {}
      : {
          onCut: (total: string): void => {
            cut = `${total} ${plural}`;
          },
        };
  const pagesOf = ({ kind, names }: Target) => {
    const list = {
      selector: options.selector,
      ...placeIn(kind, { namespace, project }),
      format: output.format === 'yaml' ? 'YAML' : 'JSON',
      isBare: false,
      isLookedInto,
      chunkSize: options.chunkSize,
      limit: isLookedInto ? undefined : left(),
      ...onCutOf(kind),
    } as const;
    return names === undefined
      ? listPages(client, { kind, names }, list)
      : namedObjects(client, { kind, names }, list, (error) => missing.push(error));
  };
  for (const target of targets) {
    if (left() === 0) break;
    const arrangement = { fieldSelector, sortBy, limit: left(), ...onCutOf(target.kind) };
    for await (const page of arranged(pagesOf(target), arrangement)) {
      await printer.page(target.kind, page);
      shown += page.length;
      if (!process.stdout.isTTY) terminal.progress(`${shown} objects …`);
    }
  }
  terminal.progress(undefined);
  if (missing.length === 0 || shown > 0) await printer.end();
  if (cut !== undefined)
    terminal.note(
      targets.length === 1 ? `${shown} of ${cut} shown` : `${count(shown, 'object')} shown; there are more`,
    );
  if (options.ignoreNotFound === true) return 0;
  for (const error of missing) terminal.note(`error: ${error.message}`);
  if (shown === 0 && missing.length === 0 && !terminal.isQuiet && isForPeople(output)) {
    const [only, another] = targets;
    terminal.note(`No ${only === undefined || another !== undefined ? 'objects' : only.kind.plural} found.`);
  }
  return missing.length > 0 ? 1 : 0;
}
