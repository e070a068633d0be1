import { spawn } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { done } from './progress.ts';

const lock = new URL('package-lock.json', import.meta.url);
const installed = new URL('node_modules/.installed-lock.json', import.meta.url);

/** Installs what the bench alone needs, when it is not there as the lock file has it. */
export async function installDependencies(): Promise<void> {
  const [wanted, present] = await Promise.all(
    [lock, installed].map((file) => readFile(file, 'utf8').catch(() => undefined)),
  );
  if (wanted === present) return;
  done('installing what the bench compares with (once; some 300 MB) …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--progress=true'];
  const child = spawn('npm', args, { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['ignore', 2, 2] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`npm ci in bench/ ended with ${code}`);
  await copyFile(lock, installed);
}
