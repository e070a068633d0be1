import { createServer } from 'node:http';
import * as oauth from 'oauth4webapi';
import { CliError } from '../cli-error.ts';
import { closingPage } from './closing-page.ts';
import { explain, noSecret, type Provider, signInOf } from './provider.ts';
import type { SignIn } from './sign-in.ts';

export interface Asked {
  readonly scope: string;
  /** 0: no limit. */
  readonly timeoutMs: number;
  /** Shows the address to a person, in a browser where there is one. */
  readonly show: (url: string) => void;
}

/**
 * Signs a person in through a browser on this machine: OAuth 2.0 authorization code with PKCE (RFC 7636), the answer
 * coming back to a port of this process (RFC 8252).
 */
export async function signInByBrowser(provider: Provider, { scope, timeoutMs, show }: Asked): Promise<SignIn> {
  const { server, client, options } = provider;
  if (server.authorization_endpoint === undefined)
    throw new CliError(`${server.issuer} signs nobody in through a browser`, { advice: ['try --device'] });
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const back = await listenForAnswer((url) => oauth.validateAuthResponse(server, client, url, state), timeoutMs);
  try {
    const question = new URL(server.authorization_endpoint);
    const parameters: Readonly<Record<string, string>> = {
      client_id: client.client_id,
      redirect_uri: back.redirectUri,
      response_type: 'code',
      scope,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // OpenID Connect gives a refresh token only to who was asked (Core 1.0, 11).
      ...(scope.split(' ').includes('offline_access') && { prompt: 'consent' }),
    };
    for (const [name, value] of Object.entries(parameters)) question.searchParams.set(name, value);
    show(question.href);
    const answer = await back.answer;
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      noSecret,
      answer,
      back.redirectUri,
      verifier,
      options(),
    );
    return signInOf(provider, await oauth.processAuthorizationCodeResponse(server, client, response), { scope });
  } catch (error) {
    throw explain(error, server.issuer);
  } finally {
    back.close();
  }
}

interface Back {
  readonly redirectUri: string;
  readonly answer: Promise<URLSearchParams>;
  close(): void;
}

/** Waits on a free port of this machine for the one request that answers; others are told that they do not. */
async function listenForAnswer(read: (url: URL) => URLSearchParams, timeoutMs: number): Promise<Back> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<URLSearchParams>();
  // It may fail before anybody waits for it.
  answer.catch(() => undefined);
  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const say = (status: number, text: string): void => {
      response.writeHead(status, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        'cache-control': 'no-store',
        connection: 'close',
      });
      response.end(closingPage(text));
    };
    if (url.pathname !== '/callback') return say(404, 'There is nothing here.');
    try {
      const found = read(url);
      say(200, 'You are signed in. You can close this window and go back to the command line.');
      resolve(found);
    } catch (error) {
      if (!(error instanceof oauth.AuthorizationResponseError))
        return say(400, 'This is not the sign-in that waits here.');
      say(200, 'You are not signed in. You can close this window.');
      reject(error);
    }
  });
  await new Promise<void>((done, fail) => http.once('error', fail).listen(0, '127.0.0.1', done));
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const timer =
    timeoutMs === 0
      ? undefined
      : setTimeout(() => reject(new CliError(`nobody signed in within ${timeoutMs / 1_000} s`)), timeoutMs);
  return {
    redirectUri: `http://127.0.0.1:${port}/callback`,
    answer,
    close: () => {
      clearTimeout(timer);
      http.close();
      http.closeIdleConnections();
    },
  };
}
