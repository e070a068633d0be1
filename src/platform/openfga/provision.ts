import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { requireSafeVersion } from './version.ts';

const DRAFT = '.new-';
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1_000;

/**
 * Has the executable made in a folder beside the target, which it becomes only when it is whole and safe. Of several
 * that do so at once each has a folder of its own, and each leaves a good target.
 */
export async function provision(target: string, make: (folder: string) => Promise<string>): Promise<string> {
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  const folder = await mkdtemp(join(parent, DRAFT));
  try {
    const made = await make(folder);
    await requireSafeVersion(made);
    await rename(made, target);
    return target;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what starts that were killed have left. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of (await readdir(parent)).filter((entry) => entry.startsWith(DRAFT))) {
    const draft = join(parent, name);
    const entry = await stat(draft).catch(() => undefined); // Another start may be removing it too.
    if (entry !== undefined && entry.mtimeMs < Date.now() - ABANDONED_AFTER_MS) {
      await rm(draft, { recursive: true, force: true });
    }
  }
}
