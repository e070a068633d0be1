import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type ApplyPayload, importedText, sendApply, shortName } from '../apply-request.ts';
import { CliError } from '../cli-error.ts';
import { type ReadType, readType } from '../import/read-type.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { violationLine } from '../violations.ts';

export interface ImportTypesOptions {
  readonly validateOnly?: true;
}

interface TypeFile extends ReadType {
  readonly path: string;
}

/** So many types go into one transaction. */
const AT_ONCE = 25;
/** Folders of the library that hold no types. */
const OTHERS = new Set(['schema', 'elevation-images', 'module-images', 'tests', 'scripts', 'node_modules', '.git']);

/** `catalog import device-types`: a line for each file, with what of it is not represented; 1 when a file is refused. */
export async function importDeviceTypes(
  session: Session,
  folder: string,
  { validateOnly }: ImportTypesOptions,
): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const paths = await typeFiles(folder);
  if (paths.length === 0) throw new CliError(`${folder} has no *.yaml or *.yml files`);
  const files: TypeFile[] = [];
  const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
  for (const path of paths) {
    const shown = relative(folder, path) || path;
    const read = readType(await readFile(path, 'utf8'));
    if (typeof read !== 'string') files.push({ ...read, path: shown });
    else {
      counts.refused += 1;
      terminal.note(`${shown}: refused: ${read}`);
    }
  }
  for (let start = 0; start < files.length; start += AT_ONCE) {
    terminal.progress(`importing ${count(files.length, 'type')} … ${start}`);
    let batch = files.slice(start, start + AT_ONCE);
    while (batch.length > 0) {
      const payload = await send(batch);
      if (payload.userErrors.length === 0) {
        await report(batch, payload);
        break;
      }
      for (const error of payload.userErrors) terminal.note(violationLine(error, terminal));
      // What is refused does not stand in the way of the others; what is refused of no file is refused of all.
      const bad = new Set(payload.userErrors.map(({ source }) => source));
      const rest = batch.filter(({ path }) => !bad.has(path));
      const good = rest.length === batch.length ? [] : rest;
      counts.refused += batch.length - good.length;
      batch = good;
    }
  }
  terminal.progress(undefined);
  if (counts.refused > 0 || !terminal.isQuiet)
    terminal.note(`${count(paths.length, 'file')}: ${importedText(counts, validateOnly === true)}`);
  return counts.refused === 0 ? 0 : 1;

  function send(batch: readonly TypeFile[]): Promise<ApplyPayload> {
    const manifests = batch.map(({ path, manifest }) => ({ source: path, content: JSON.stringify(manifest) }));
    return sendApply(client, manifests, { validateOnly: validateOnly === true });
  }

  async function report(batch: readonly TypeFile[], { results, counts: more }: ApplyPayload): Promise<void> {
    for (const key of ['created', 'updated', 'unchanged'] as const) counts[key] += more[key];
    if (terminal.isQuiet) return;
    const leftOutOf = new Map(batch.map(({ path, leftOut }) => [path, leftOut]));
    const lines = results.flatMap((result) => [
      `${result.source}: ${shortName(result)} ${result.outcome.toLowerCase()}`,
      ...(leftOutOf.get(result.source ?? '') ?? []).map((what) => `  not represented: ${what}`),
      ...result.warnings.map(({ message }) => `  note: ${message}`),
    ]);
    await terminal.print(lines.map((line) => `${line}\n`).join(''));
  }
}

/** The files of a folder that hold types, in name order, and of its subfolders; or the one file. */
async function typeFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new CliError(`${path} does not exist`);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const inside = await Promise.all(
    entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const inner = join(path, entry.name);
        if (entry.isDirectory()) return OTHERS.has(entry.name) ? [] : typeFiles(inner);
        return /\.ya?ml$/.test(entry.name) ? [inner] : [];
      }),
  );
  return inside.flat();
}
