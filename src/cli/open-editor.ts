import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError, usageError } from './cli-error.ts';

/** A file that somebody works on. */
export interface EditedFile {
  readonly path: string;
  /** Shows a text in the editor, and gives what was saved. */
  edit(text: string): Promise<string>;
  remove(): Promise<void>;
}

/** Opens files in a person's editor: a command, which may have arguments, as `code --wait` has. */
export async function openEditedFile(command: string | undefined, name: string): Promise<EditedFile> {
  if (command === undefined)
    throw usageError(
      'no editor is known',
      'name one in the environment variable EDITOR or VISUAL, for example EDITOR=vi',
    );
  const folder = await mkdtemp(join(tmpdir(), 'catalog-edit-'));
  const path = join(folder, name);
  return {
    path,
    edit: async (text) => {
      await writeFile(path, text);
      const child = spawn(`${command} "${path}"`, { shell: true, stdio: 'inherit' });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code === 0) return readFile(path, 'utf8');
      throw new CliError(`the editor (${command}) ended with ${code ?? 'a signal'}; nothing was written`);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
