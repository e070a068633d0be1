import { mkdir, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson, stringifyJson } from '../../catalog/manifests/json.ts';
import { stringifyYaml } from '../../catalog/manifests/stringify.ts';
import { isObject } from '../../catalog/values/is-object.ts';
import { CliError } from '../cli-error.ts';
import type { KindInfo } from '../kind-info.ts';
import { type ListedObject, listPages } from '../objects.ts';
import { jsonList, yamlDocuments } from '../printer.ts';
import type { Printer, Sink } from '../printing.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { findTargets } from '../targets.ts';

export interface ExportOptions {
  readonly selector?: string;
  readonly output: 'yaml' | 'json';
  readonly directory?: string;
  /** For another installation. */
  readonly portable?: boolean;
  readonly namespace?: string;
  readonly project?: string;
}

interface Export {
  readonly session: Session;
  readonly kinds: readonly KindInfo[];
  readonly format: 'YAML' | 'JSON';
  readonly pagesOf: (kind: KindInfo) => AsyncGenerator<readonly ListedObject[]>;
}

/** `catalog export`: bare manifests that apply unchanged, kinds in load order. */
export async function exportManifests(
  session: Session,
  words: readonly string[],
  { selector, namespace, project, output, directory, portable = false }: ExportOptions,
): Promise<number> {
  const client = await session.client();
  const known = await session.kinds();
  const wanted = words.length === 0 ? known : (await findTargets(session, [words.join(',')])).map(({ kind }) => kind);
  const kinds = known.filter((kind) => wanted.includes(kind));
  const format = output === 'json' ? 'JSON' : 'YAML';
  const list = { selector, namespace, project, isBare: true, isOwn: true };
  const pagesOf = (kind: KindInfo): AsyncGenerator<readonly ListedObject[]> => {
    const target = { kind, names: undefined };
    return portable
      ? portablePages(listPages(client, target, { ...list, format: 'JSON' }), format)
      : listPages(client, target, { ...list, format });
  };
  const work = { session, kinds, format, pagesOf } as const;
  await (directory === undefined ? toStdout(work) : toFolder(work, directory));
  session.terminal.progress(undefined);
  return 0;
}

/** Objects as another installation takes them, where the same names have other uids. */
async function* portablePages(
  pages: AsyncGenerator<readonly ListedObject[]>,
  format: 'YAML' | 'JSON',
): AsyncGenerator<readonly ListedObject[]> {
  for await (const page of pages)
    yield page.map((object) => {
      const manifest = withoutUids(parseJson(object.manifest));
      return { ...object, manifest: format === 'JSON' ? stringifyJson(manifest) : stringifyYaml([manifest]) };
    });
}

/** A manifest whose references say names alone. */
function withoutUids(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUids);
  if (!isObject(value)) return value;
  const { uid, ...others } = value;
  const kept = uid !== undefined && 'name' in others ? others : value;
  return Object.fromEntries(Object.entries(kept).map(([name, inner]) => [name, withoutUids(inner)]));
}

const writerFor = (output: Sink, { format }: Pick<Export, 'format'>): Printer =>
  format === 'JSON' ? jsonList(output) : yamlDocuments(output);

async function toStdout(work: Export): Promise<void> {
  const { kinds, pagesOf } = work;
  const { terminal } = work.session;
  const writer = writerFor(terminal, work);
  let exported = 0;
  for (const kind of kinds) {
    for await (const page of pagesOf(kind)) {
      await writer.page(kind, page);
      exported += page.length;
      if (!process.stdout.isTTY) terminal.progress(`exporting ${kind.plural} … ${exported} objects`);
    }
  }
  await writer.end();
  if (exported === 0 && !terminal.isQuiet) terminal.note('No objects found.');
}

/** One file per kind that has objects; their numbers keep them in load order. */
async function toFolder(work: Export, folder: string): Promise<void> {
  const { terminal } = work.session;
  await mkdir(folder, { recursive: true });
  const others = new Set((await readdir(folder)).filter((name) => /\.(ya?ml|json)$/.test(name)));
  const known = await work.session.kinds();
  for (const kind of work.kinds) {
    const number = String(known.indexOf(kind) + 1).padStart(2, '0');
    const name = `${number}-${kind.plural}.${work.format.toLowerCase()}`;
    const path = join(folder, name);
    const exported = await toFile(work, kind, path);
    if (exported === 0) continue;
    others.delete(name);
    if (!terminal.isQuiet) await terminal.print(`${path}: ${count(exported, kind.singular, kind.plural)}\n`);
  }
  if (others.size > 0) {
    const are = others.size === 1 ? 'is' : 'are';
    terminal.note(`note: ${[...others].sort().join(', ')} in ${folder} ${are} not part of this export`);
  }
}

/** Writes to a temporary file first: an interrupted export leaves no incomplete file. */
async function toFile(work: Export, kind: KindInfo, path: string): Promise<number> {
  const failed = (error: Error): never => {
    throw new CliError(`${path} cannot be written: ${error.message}`);
  };
  let exported = 0;
  let file: Awaited<ReturnType<typeof open>> | undefined;
  const output: Sink = { print: async (text) => void (await file?.write(text).catch(failed)) };
  const writer = writerFor(output, work);
  try {
    for await (const page of work.pagesOf(kind)) {
      file ??= await open(`${path}.partial`, 'w').catch(failed);
      await writer.page(kind, page);
      exported += page.length;
      work.session.terminal.progress(`exporting ${kind.plural} … ${exported}`);
    }
    await writer.end();
  } finally {
    await file?.close();
  }
  if (exported > 0) await rename(`${path}.partial`, path).catch(failed);
  return exported;
}
