import { type Client, createClient } from './client.ts';
import type { Environment } from './environment.ts';
import { findServer, type Server } from './find-server.ts';
import { tokenFor } from './identity.ts';
import { type KindInfo, loadKinds } from './kind-info.ts';
import { ownVersion } from './own-version.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** The options that every command has. */
export interface GlobalOptions {
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
  const server = once(async () => {
    const wanted = { server: options.server ?? environment.server, dataDir: environment.dataDir };
    const found = await findServer(wanted, directory);
    terminal.detail(`service: ${found.url} (${found.from})`);
    return found;
  });
  const client = once(async () => {
    const found = await server();
    return createClient({
      server: found,
      token: await tokenFor(found, options, environment, terminal.detail),
      userAgent: `milo-catalog-cli/${await ownVersion()}`,
      timeoutMs: options.timeout,
      onProgress: terminal.progress,
      onAnswer: terminal.detail,
    });
  });
  return { terminal, directory, server, client, kinds: once(async () => loadKinds(await client())) };
}
