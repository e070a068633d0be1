/**
 * `npm run lockfile`, after a dependency was added or updated: puts the packages of other platforms back into
 * package-lock.json. Where the registry at hand does not have them, npm leaves them out, and `npm ci` then refuses the
 * file it wrote itself.
 */
import { readFile, writeFile } from 'node:fs/promises';

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(await readFile(file, 'utf8')) as { packages: Record<string, LockedPackage> };

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix'];
const processors = ['arm64', 'x64', 'ppc64', 'riscv64', 's390x', 'ia32', 'loong64', 'mips64el', 'arm', 'wasm32'];

/** What the name of a platform package says about where it runs: `@oxlint/binding-linux-arm64-musl`. */
function platformOf(name: string): object | undefined {
  const words = name.split(/[-/]/);
  const os = systems.find((system) => words.includes(system) || (system === 'win32' && words.includes('windows')));
  const cpu = processors.find((processor) => words.includes(processor));
  if (os === undefined && cpu !== 'wasm32') return undefined;
  const libc = ['musl', 'gnu'].find((word) => words.includes(word) || words.includes(`${word}eabihf`));
  return {
    ...(cpu !== undefined && { cpu: [cpu] }),
    ...(os !== undefined && { os: [os] }),
    ...(libc !== undefined && os === 'linux' && { libc: [libc === 'gnu' ? 'glibc' : libc] }),
  };
}

for (const [path, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    const isThere = `node_modules/${name}` in lock.packages || `${path}/node_modules/${name}` in lock.packages;
    const version = /^[\^~]?(\d[\w.+-]*)$/.exec(range)?.[1];
    const platform = platformOf(name);
    if (isThere || version === undefined) continue;
    if (platform === undefined) throw new Error(`${name}, optional for ${path}, is not in the lock file`);
    const locked = { version, ...platform, ...(dev === true && { dev }), optional: true };
    lock.packages[`node_modules/${name}`] = locked;
    console.log(`${name}@${version}`);
  }
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
await writeFile(file, `${JSON.stringify({ ...lock, packages: sorted }, undefined, 2)}\n`);
