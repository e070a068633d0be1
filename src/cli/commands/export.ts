import { mkdir, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import type { KindInfo } from '../kind-info.ts';
import { type ListOptions, listPages } from '../objects.ts';
import { jsonList, yamlDocuments } from '../printer.ts';
import type { Printer, Sink } from '../printing.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { findTargets } from '../targets.ts';

export interface ExportOptions {
  readonly selector?: string;
  readonly output: 'yaml' | 'json';
  readonly directory?: string;
  readonly namespace?: string;
  readonly project?: string;
}

interface Export {
  readonly session: Session;
  readonly client: Client;
  readonly kinds: readonly KindInfo[];
  readonly list: ListOptions;
}

/** `catalog export`: bare manifests that apply unchanged, kinds in load order. */
export async function exportManifests(
  session: Session,
  words: readonly string[],
  { selector, namespace, project, output, directory }: ExportOptions,
): Promise<number> {
  const client = await session.client();
  const known = await session.kinds();
  const wanted = words.length === 0 ? known : (await findTargets(session, [words.join(',')])).map(({ kind }) => kind);
  const kinds = known.filter((kind) => wanted.includes(kind));
  const format = output === 'json' ? 'JSON' : 'YAML';
  const list: ListOptions = { selector, namespace, project, format, isBare: true, isOwn: true };
  const work = { session, client, kinds, list };
  await (directory === undefined ? toStdout(work) : toFolder(work, directory));
  session.terminal.progress(undefined);
  return 0;
}

const writerFor = (output: Sink, { format }: ListOptions): Printer =>
  format === 'JSON' ? jsonList(output) : yamlDocuments(output);

async function toStdout({ session: { terminal }, client, kinds, list }: Export): Promise<void> {
  const writer = writerFor(terminal, list);
  let exported = 0;
  for (const kind of kinds) {
    for await (const page of listPages(client, { kind, names: undefined }, list)) {
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
    const name = `${number}-${kind.plural}.${work.list.format.toLowerCase()}`;
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
async function toFile({ session, client, list }: Export, kind: KindInfo, path: string): Promise<number> {
  const failed = (error: Error): never => {
    throw new CliError(`${path} cannot be written: ${error.message}`);
  };
  let exported = 0;
  let file: Awaited<ReturnType<typeof open>> | undefined;
  const output: Sink = { print: async (text) => void (await file?.write(text).catch(failed)) };
  const writer = writerFor(output, list);
  try {
    for await (const page of listPages(client, { kind, names: undefined }, list)) {
      file ??= await open(`${path}.partial`, 'w').catch(failed);
      await writer.page(kind, page);
      exported += page.length;
      session.terminal.progress(`exporting ${kind.plural} … ${exported}`);
    }
    await writer.end();
  } finally {
    await file?.close();
  }
  if (exported > 0) await rename(`${path}.partial`, path).catch(failed);
  return exported;
}
