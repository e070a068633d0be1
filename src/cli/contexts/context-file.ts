import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { CliError } from '../cli-error.ts';
import { type Context, type Contexts, checkContextName } from './context.ts';
import { withLock } from './file-lock.ts';
import { readIfThere, writePrivately } from './private-file.ts';

/** The file of contexts in a folder. Tokens are not in it. */
export interface ContextFile {
  readonly path: string;
  read(): Promise<Contexts>;
  /** Reads, changes and writes it; no other command does in between. */
  change(how: (contexts: Contexts) => Contexts | Promise<Contexts>): Promise<void>;
}

export function openContextFile(folder: string): ContextFile {
  const path = join(folder, 'config.yaml');
  const read = async (): Promise<Contexts> => {
    const text = await readIfThere(path);
    if (text === undefined) return { current: undefined, all: [] };
    try {
      return readContexts(parse(text));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CliError(`${path} cannot be read: ${why}`, {
        advice: ['correct the file, or delete it to start anew'],
      });
    }
  };
  return {
    path,
    read,
    change: (how) => withLock(`${path}.lock`, async () => writePrivately(path, contextsText(await how(await read())))),
  };
}

export const contextsText = ({ current, all }: Contexts): string =>
  stringify({ currentContext: current ?? null, contexts: all });

const MEMBERS = ['name', 'server', 'issuer', 'clientId', 'project', 'namespace'] as const;

function readContexts(value: unknown): Contexts {
  const { currentContext, contexts, ...others } = asObject(value, 'the file');
  refuseUnknown(others);
  if (currentContext !== undefined && currentContext !== null && typeof currentContext !== 'string')
    throw new Error('currentContext is not a text');
  if (contexts !== undefined && contexts !== null && !Array.isArray(contexts))
    throw new Error('contexts is not a list');
  const all = ((contexts ?? []) as unknown[]).map(readContext);
  return { current: currentContext ?? undefined, all };
}

function readContext(value: unknown): Context {
  const entry = asObject(value, 'a context');
  const texts = new Map<string, string>();
  for (const member of MEMBERS) {
    const { [member]: text } = entry;
    if (text === undefined || text === null) continue;
    if (typeof text !== 'string') throw new Error(`${member} of a context is not a text`);
    texts.set(member, text);
  }
  refuseUnknown(Object.fromEntries(Object.entries(entry).filter(([name]) => !MEMBERS.some((one) => one === name))));
  const name = texts.get('name');
  const server = texts.get('server');
  if (name === undefined || server === undefined) throw new Error('a context has no name or no server');
  return { ...Object.fromEntries(texts), name: checkContextName(name), server };
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${what} has no members`);
}

function refuseUnknown(others: Readonly<Record<string, unknown>>): void {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`there is no setting '${unknown}'`);
}
