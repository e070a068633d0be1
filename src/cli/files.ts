import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from './environment.ts';

export interface ManifestFile {
  readonly source: string;
  readonly content: string;
}

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/.test(name) && !/^kustomization\.ya?ml$/.test(name);

/** Manifests of files, folders (their files in name order; deeper ones with `recursive`) and `-` for standard input. */
export async function readManifests(paths: readonly string[], recursive: boolean): Promise<ManifestFile[]> {
  const files: ManifestFile[] = [];
  for (const path of paths) {
    if (path === '-') {
      files.push({ source: 'stdin', content: await text(process.stdin) });
      continue;
    }
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) throw new UsageError(`there is no file or folder ${path}`);
    if (!found.isDirectory()) {
      files.push({ source: path, content: await readFile(path, 'utf8') });
      continue;
    }
    const names = (await readdir(path, { recursive }))
      .filter((name) => isManifest(name.split('/').at(-1) ?? ''))
      .sort();
    if (names.length === 0) throw new UsageError(`${path} holds no manifests (*.yaml, *.yml, *.json)`);
    for (const name of names)
      files.push({ source: join(path, name), content: await readFile(join(path, name), 'utf8') });
  }
  return files;
}
