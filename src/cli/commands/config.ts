import { CliError, usageError } from '../cli-error.ts';
import { type Context, checkContextName, getContext, requireApart, withContext } from '../contexts/context.ts';
import { contextsText } from '../contexts/context-file.ts';
import type { Session } from '../session.ts';
import { cellText, createTable } from '../table.ts';

export interface ContextOptions {
  readonly issuer?: string;
  readonly clientId?: string;
  readonly project?: string;
  readonly namespace?: string;
}

const HEADINGS = ['CURRENT', 'NAME', 'SERVER', 'ISSUER', 'PROJECT', 'NAMESPACE'];

export async function getContexts(
  { contextFile, terminal }: Session,
  { output }: { readonly output: 'table' | 'name' },
): Promise<number> {
  const { current, all: unsorted } = await contextFile.read();
  const all = unsorted.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  if (output === 'name') await terminal.print(all.map(({ name }) => `${name}\n`).join(''));
  else if (all.length === 0) terminal.note('No contexts found.');
  else {
    const rows = all.map(({ name, server, issuer, project, namespace }) => [
      name === current ? '*' : '',
      name,
      server,
      ...[issuer, project, namespace].map((text) => cellText(text ?? null)),
    ]);
    await terminal.print(createTable(HEADINGS).rows(rows));
  }
  return 0;
}

export async function currentContext({ contextFile, terminal }: Session): Promise<number> {
  const { current } = await contextFile.read();
  if (current === undefined) {
    throw new CliError('there is no current context', { advice: ['`catalog config use-context NAME` makes one it'] });
  }
  await terminal.print(`${current}\n`);
  return 0;
}

export async function useContext({ contextFile, terminal }: Session, name: string): Promise<number> {
  await contextFile.change((contexts) => ({ ...contexts, current: getContext(contexts, name).name }));
  terminal.note(`the current context is ${name}`);
  return 0;
}

/** What is given replaces what was there; an empty text takes it away. */
export async function setContext(session: Session, name: string, options: ContextOptions): Promise<number> {
  const { contextFile, terminal, wantedServer } = session;
  checkContextName(name);
  await contextFile.change((contexts) => {
    const known = contexts.all.find((one) => one.name === name);
    const server = wantedServer ?? known?.server;
    if (server === undefined)
      throw usageError('a new context needs a service', `catalog config set-context ${name} --server URL`);
    const { issuer, clientId, project, namespace } = { ...known, ...options };
    const members = Object.entries({ issuer, clientId, project, namespace }).filter(([, text]) => text);
    return withContext(contexts, { name, server, ...Object.fromEntries(members) } as Context);
  });
  terminal.note(`context ${name} is set`);
  return 0;
}

export async function deleteContext({ contextFile, signIns, terminal }: Session, name: string): Promise<number> {
  await contextFile.change((contexts) => {
    getContext(contexts, name);
    const all = contexts.all.filter((context) => context.name !== name);
    return { current: contexts.current === name ? undefined : contexts.current, all };
  });
  await signIns.remove(name);
  terminal.note(`context ${name} is deleted`);
  return 0;
}

export async function renameContext(session: Session, name: string, newName: string): Promise<number> {
  const { contextFile, signIns, terminal } = session;
  checkContextName(newName);
  await contextFile.change(async (contexts) => {
    const context = getContext(contexts, name);
    requireApart(contexts, newName);
    const signIn = await signIns.read(name);
    if (signIn !== undefined) await signIns.write(newName, signIn);
    const all = contexts.all.map((one) => (one === context ? { ...context, name: newName } : one));
    return { current: contexts.current === name ? newName : contexts.current, all };
  });
  await signIns.remove(name);
  terminal.note(`context ${name} is called ${newName} now`);
  return 0;
}

export async function view({ contextFile, terminal }: Session): Promise<number> {
  await terminal.print(contextsText(await contextFile.read()));
  return 0;
}
