import { opendir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CliError, usageError } from './cli-error.ts';
import { isKustomization, kustomizeFiles } from './kustomization.ts';
import { count } from './sizes.ts';
import type { Terminal } from './terminal.ts';

/** A file of manifests as it is sent. */
export interface ManifestFile {
  readonly source: string;
  readonly content: string;
  /** Line of the file at which the content begins, when it is a piece of it. */
  readonly firstLine?: number;
}

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

interface Looking {
  readonly isRecursive: boolean;
  readonly terminal: Terminal;
}

/** Reads what `-f` names: files, folders (with `isRecursive` the folders in them, too), `-` for stdin. */
export async function readManifestFiles(paths: readonly string[], looking: Looking): Promise<ManifestFile[]> {
  const { terminal } = looking;
  const { names, problems } = await listManifestFiles(paths, looking);
  const files: ManifestFile[] = [];
  for (const name of names) {
    terminal.progress(`reading ${count(names.length, 'file')} … ${files.length}`);
    const file = await readManifestFile(name, terminal);
    if (typeof file === 'string') problems.push(file);
    else files.push(file);
  }
  terminal.progress(undefined);
  throwIfAny(problems);
  return files;
}

/** The same one by one: each is read after the one before was processed. */
export async function* eachManifestFile(paths: readonly string[], looking: Looking): AsyncGenerator<ManifestFile> {
  const { names, problems } = await listManifestFiles(paths, looking);
  throwIfAny(problems);
  for (const name of names) {
    const file = await readManifestFile(name, looking.terminal);
    if (typeof file === 'string') throw new CliError(file);
    yield file;
  }
}

function throwIfAny([first, ...more]: readonly string[]): void {
  if (first !== undefined) throw new CliError(first, { advice: more });
}

async function listManifestFiles(
  paths: readonly string[],
  looking: Looking,
): Promise<{ readonly names: readonly string[]; readonly problems: string[] }> {
  if (paths.filter((path) => path === '-').length > 1)
    throw usageError('-f - can be given once: stdin is read only once');
  const problems: string[] = [];
  const names: string[] = [];
  for (const path of paths) {
    if (path === '-') {
      names.push(path);
      continue;
    }
    const status = await stat(path).catch((error: NodeJS.ErrnoException) => void problems.push(missing(path, error)));
    if (status === undefined) continue;
    if (!status.isDirectory()) {
      names.push(path);
      continue;
    }
    const inside = await listManifests(path, looking);
    if (inside.length === 0) {
      problems.push(
        `${path} has no *.yaml, *.yml or *.json files${looking.isRecursive ? '' : ' (-R includes subfolders)'}`,
      );
    }
    names.push(...inside);
  }
  return { names: [...new Set(names)], problems };
}

/** A file, or why it cannot be read. */
async function readManifestFile(name: string, terminal: Terminal): Promise<ManifestFile | string> {
  const source = name === '-' ? 'stdin' : name;
  try {
    const bytes = await (name === '-' ? readStdin(terminal) : readFile(name));
    return { source, content: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return `${source} is not UTF-8 text`;
    return missing(name, error as NodeJS.ErrnoException);
  }
}

/**
 * The manifests of a folder in name order; with `isRecursive` those of its subfolders, too. kustomize's files among
 * them are left out, and those that they name as something else than manifests.
 */
async function listManifests(folder: string, looking: Looking): Promise<string[]> {
  const files = await listFolder(folder, looking);
  const kustomizations = files.filter((path) => isKustomization(basename(path)));
  const own = new Set((await Promise.all(kustomizations.map(kustomizeFiles))).flat());
  return files.filter((path) => {
    const isOwn = isKustomization(basename(path)) || own.has(resolve(path));
    if (isOwn) looking.terminal.detail(`skipped ${path}: it is kustomize's, not a manifest of the catalog`);
    return !isOwn && isManifest(path);
  });
}

/** The files of a folder in name order that may be manifests or kustomizations. */
async function listFolder(folder: string, looking: Looking): Promise<string[]> {
  const entries = [];
  for await (const entry of await opendir(folder)) entries.push(entry);
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (looking.isRecursive) found.push(...(await listFolder(path, looking)));
    } else if (
      (isManifest(entry.name) || isKustomization(entry.name)) &&
      (entry.isFile() || (await isFileElsewhere(path, looking)))
    ) {
      found.push(path);
    }
  }
  return found;
}

/** Whether a link leads to a file. One that leads nowhere is refused, but for those by which editors lock what they have open. */
async function isFileElsewhere(path: string, { terminal }: Looking): Promise<boolean> {
  const status = await stat(path).catch(() => undefined);
  if (status !== undefined) return status.isFile();
  if (!basename(path).startsWith('.#')) throw new CliError(`${path} is a link that leads nowhere`);
  terminal.detail(`skipped ${path}: it is the lock of an editor`);
  return false;
}

async function readStdin(terminal: Terminal): Promise<Buffer> {
  if (process.stdin.isTTY) terminal.note('reading manifests from the keyboard; Ctrl-D ends them');
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function missing(path: string, error: NodeJS.ErrnoException): string {
  if (/^https?:\/\//.test(path)) return `${path} is an address; -f reads files: curl -s ${path} | catalog apply -f -`;
  if (error.code === 'ENOENT') return `${path} does not exist`;
  if (error.code === 'EACCES') return `${path} may not be read`;
  return `${path} cannot be read: ${error.message}`;
}
