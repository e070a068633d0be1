import { type Client, createClient } from './client.ts';
import type { Environment } from './environment.ts';
import { findServer } from './find-server.ts';
import { type KindInfo, loadKinds } from './kind-info.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** The options that every command has. */
export interface GlobalOptions {
  readonly server?: string;
  readonly token?: string;
  readonly timeout: number;
  readonly color: boolean;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** What a running command works with. */
export interface Session {
  readonly terminal: Terminal;
  readonly directory: string;
  /** The service; looked for when first asked for. */
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
  const client = once(async () => {
    const wanted = {
      server: options.server ?? environment.server,
      token: options.token ?? environment.token,
      dataDir: environment.dataDir,
    };
    const server = await findServer(wanted, directory);
    terminal.detail(`service: ${server.url} (${server.from})`);
    return createClient({
      server,
      timeoutMs: options.timeout,
      onProgress: terminal.progress,
      onAnswer: terminal.detail,
    });
  });
  return { terminal, directory, client, kinds: once(async () => loadKinds(await client())) };
}
