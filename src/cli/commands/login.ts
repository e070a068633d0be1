import { CliError } from '../cli-error.ts';
import { type Context, checkContextName, getContext, nameFor, requireApart, withContext } from '../contexts/context.ts';
import { isSamePlace } from '../find-server.ts';
import { type AdvertisedIssuer, advertisedIssuers } from '../login/advertised.ts';
import { signInByBrowser } from '../login/authorization-code.ts';
import { signInByDevice } from '../login/device-code.ts';
import { openBrowser } from '../login/open-browser.ts';
import { findProvider } from '../login/provider.ts';
import type { SignIn } from '../login/sign-in.ts';
import type { Session } from '../session.ts';

export interface LoginOptions {
  readonly device?: true;
  readonly browser: boolean;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly scope?: string;
}

/** `catalog login`: signs a person in, keeps the tokens, and makes the context the current one. */
export async function login(session: Session, options: LoginOptions): Promise<number> {
  const { terminal, contextFile, signIns } = session;
  const context = await contextToSignInFor(session);
  const { issuer, clientId, scope } = await chooseIssuer(context, options);
  const provider = await findProvider(issuer, clientId);
  const { timeoutMs } = session;
  const signIn: SignIn =
    options.device === true
      ? await signInByDevice(provider, { scope, timeoutMs, show: (url, code) => showDevice(session, url, code) })
      : await signInByBrowser(provider, {
          scope,
          timeoutMs,
          show: (url) => {
            terminal.note(`open this address to sign in:\n${url}`);
            if (options.browser && session.hasBrowser) openBrowser(url);
          },
        });
  await signIns.exclusively(context.name, () => signIns.write(context.name, signIn));
  await contextFile.change((contexts) => ({ ...withContext(contexts, context), current: context.name }));
  const who = signIn.subject === undefined ? '' : ` as ${signIn.subject}`;
  terminal.note(`signed in at ${signIn.issuer}${who}; the current context is ${context.name}`);
  return 0;
}

function showDevice({ terminal }: Session, url: string, code: string): void {
  terminal.note(`open this address on any device to sign in:\n${url}\nand see that it shows the code ${code}`);
}

/** The context that was asked for, made if it is new; else the one of the service; else the current one. */
async function contextToSignInFor({ contextFile, wantedContext, wantedServer }: Session): Promise<Context> {
  const contexts = await contextFile.read();
  if (wantedServer === undefined) {
    const name = wantedContext ?? contexts.current;
    if (name !== undefined) return getContext(contexts, name);
    throw new CliError('there is no service to sign in for', {
      advice: ['name one: catalog login --server https://HOST'],
      exitCode: 2,
    });
  }
  const current = contexts.all.filter(({ name }) => name === contexts.current);
  const known =
    wantedContext === undefined
      ? [...current, ...contexts.all].find(({ server }) => isSamePlace(server, wantedServer))
      : contexts.all.find(({ name }) => name === wantedContext);
  if (known !== undefined) return { ...known, server: wantedServer };
  const name = checkContextName(wantedContext ?? nameFor(wantedServer));
  requireApart(contexts, name);
  return { name, server: wantedServer };
}

interface Chosen {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
}

const USUAL_SCOPE = 'openid offline_access';

/** From the options, else the context, else what the service names. */
async function chooseIssuer(context: Context, options: LoginOptions): Promise<Chosen> {
  const wanted = options.issuer ?? context.issuer;
  const clientId = options.clientId ?? context.clientId;
  if (wanted !== undefined && clientId !== undefined)
    return { issuer: wanted, clientId, scope: options.scope ?? USUAL_SCOPE };
  const named = await advertisedIssuers(context.server);
  const found = pick(named, wanted, context.server);
  const id = clientId ?? found.clientId;
  if (id === undefined) {
    throw new CliError(`${found.issuer} has no client for the command line, as far as the service says`, {
      advice: ['give its id with --client-id'],
    });
  }
  return { issuer: found.issuer, clientId: id, scope: options.scope ?? found.scope ?? USUAL_SCOPE };
}

function pick(named: readonly AdvertisedIssuer[], wanted: string | undefined, server: string): AdvertisedIssuer {
  if (wanted !== undefined) return named.find(({ issuer }) => issuer === wanted) ?? { issuer: wanted };
  const able = named.filter(({ clientId }) => clientId !== undefined);
  const [only, another] = able.length > 0 ? able : named;
  const { origin } = new URL(server);
  if (only === undefined) {
    throw new CliError(`${origin} names no identity provider to sign in at`, {
      advice: ['an embedded service needs no sign-in; for any other give --issuer and --client-id'],
    });
  }
  if (another === undefined) return only;
  throw new CliError(`${origin} accepts the tokens of several identity providers`, {
    advice: ['choose one with --issuer:', ...named.map(({ issuer }) => `  ${issuer}`)],
    exitCode: 2,
  });
}
