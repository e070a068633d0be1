import { type Client, createClient } from './client.ts';
import { type Context, getContext } from './contexts/context.ts';
import { type ContextFile, openContextFile } from './contexts/context-file.ts';
import { type Credentials, credentialsFor } from './credentials.ts';
import type { Environment } from './environment.ts';
import { addressOf, findServer, type Server } from './find-server.ts';
import { type KindInfo, loadKinds } from './kind-info.ts';
import { openSignIns, type SignIns } from './login/sign-in.ts';
import { ownVersion } from './own-version.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** The options that every command has. */
export interface GlobalOptions {
  readonly context?: string;
  readonly server?: string;
  readonly token?: string;
  readonly as?: string;
  readonly timeout: number;
  readonly color: boolean;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** What a running command works with. */
export interface Session {
  readonly terminal: Terminal;
  readonly directory: string;
  /** Longest wait for an answer, in milliseconds; 0: no limit. */
  readonly timeoutMs: number;
  /** A browser can be opened on this machine. */
  readonly hasBrowser: boolean;
  /** The command that texts are edited with. */
  readonly editor: string | undefined;
  readonly contextFile: ContextFile;
  readonly signIns: SignIns;
  /** The name of the context that was asked for, if any was. */
  readonly wantedContext: string | undefined;
  /** The address of the service that was asked for, if any was. */
  readonly wantedServer: string | undefined;
  /** The context to work in: the one asked for, else the current one, if there is any. */
  context(): Promise<Context | undefined>;
  credentials(): Promise<Credentials>;
  /** Where the service is; looked for when first asked for. */
  server(): Promise<Server>;
  client(): Promise<Client>;
  kinds(): Promise<readonly KindInfo[]>;
}

export function createSession(options: GlobalOptions, environment: Environment, directory: string): Session {
  const terminal = createTerminal({
    isQuiet: options.quiet === true,
    isVerbose: options.verbose === true,
    isPlain: environment.isPlain || !options.color,
  });
  const once = <Value>(make: () => Promise<Value>): (() => Promise<Value>) => {
    let made: Promise<Value> | undefined;
    return () => {
      made ??= make();
      return made;
    };
  };
  const contextFile = openContextFile(environment.configDir);
  const signIns = openSignIns(environment.configDir);
  const wantedContext = options.context ?? environment.context;
  const wantedServer = options.server ?? environment.server;
  const context = once(async () => {
    const contexts = await contextFile.read();
    const name = wantedContext ?? contexts.current;
    return name === undefined ? undefined : getContext(contexts, name);
  });
  const server = once(async () => {
    const { dataDir } = environment;
    const found = await findServer(
      wantedServer === undefined ? placeOf(await context(), dataDir) : { server: wantedServer, dataDir },
      directory,
    );
    terminal.detail(`service: ${found.url} (${found.from})`);
    return found;
  });
  const credentials = once(async () =>
    credentialsFor(await server(), options, environment, await contextIfAny(), signIns, terminal.detail),
  );
  /** A service that was named is used whatever has become of the current context. */
  const contextIfAny = (): Promise<Context | undefined> =>
    wantedServer !== undefined && wantedContext === undefined ? context().catch(() => undefined) : context();
  const client = once(async () =>
    createClient({
      server: await server(),
      credentials: await credentials(),
      userAgent: `milo-catalog-cli/${await ownVersion()}`,
      timeoutMs: options.timeout,
      onProgress: terminal.progress,
      onAnswer: terminal.detail,
    }),
  );
  return {
    terminal,
    directory,
    timeoutMs: options.timeout,
    hasBrowser: environment.hasBrowser,
    editor: environment.editor,
    contextFile,
    signIns,
    wantedContext,
    wantedServer: wantedServer === undefined ? undefined : addressOf(wantedServer).replace(/\/graphql$/, ''),
    context,
    credentials,
    server,
    client,
    kinds: once(async () => loadKinds(await client())),
  };
}

/** The context's service; else the embedded one, which is looked for. */
const placeOf = (context: Context | undefined, dataDir: string) =>
  context === undefined
    ? { server: undefined, dataDir }
    : { server: context.server, from: `of context ${context.name}`, dataDir };
