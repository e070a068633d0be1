import { CliError, usageError } from '../cli-error.ts';

/** A named place to work in, as kubectl's. */
export interface Context {
  readonly name: string;
  readonly server: string;
  /** The identity provider to sign in at; else one that the service names. */
  readonly issuer?: string;
  /** The command line's own id at that provider; else the one that the service names. */
  readonly clientId?: string;
  /** For commands that take a project or namespace and are given none. */
  readonly project?: string;
  readonly namespace?: string;
}

/** The contexts there are, and which one is worked in when none is named. */
export interface Contexts {
  readonly current: string | undefined;
  readonly all: readonly Context[];
}

/** Its name is that of a file, too. */
export function checkContextName(name: string): string {
  if (/^[A-Za-z0-9][\w.@-]{0,62}$/.test(name)) return name;
  throw usageError(
    `'${name}' cannot be the name of a context`,
    'accepted: up to 63 letters, digits, - _ . @, beginning with a letter or digit',
  );
}

export function getContext({ all }: Contexts, name: string): Context {
  const found = all.find((context) => context.name === name);
  if (found !== undefined) return found;
  throw new CliError(`there is no context '${name}'`, {
    exitCode: 2,
    advice: [
      all.length === 0
        ? '`catalog login --server URL` and `catalog config set-context NAME --server URL` make one'
        : `there are: ${all.map((context) => context.name).join(', ')}`,
    ],
  });
}

/** Sign-ins are files, and names of files may be the same in upper and lower case. */
export function requireApart({ all }: Contexts, name: string): void {
  const alike = all.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (alike === undefined) return;
  const advice = ['names of contexts differ in more than upper and lower case'];
  throw new CliError(`there is a context '${alike.name}' already`, alike.name === name ? {} : { advice });
}

/** With the context in place of the one of that name, or as the last. */
export const withContext = (contexts: Contexts, context: Context): Contexts => {
  const isKnown = contexts.all.some(({ name }) => name === context.name);
  if (!isKnown) requireApart(contexts, context.name);
  const all = isKnown
    ? contexts.all.map((one) => (one.name === context.name ? context : one))
    : [...contexts.all, context];
  return { ...contexts, all };
};

/** `catalog.example.com:8443` → `catalog.example.com-8443`, for a context that nobody gave a name. */
export function nameFor(server: string): string {
  const { hostname, port } = new URL(server);
  return checkContextName([hostname.replace(/[[\]:]/g, ''), port].filter((part) => part !== '').join('-'));
}
