import { setTimeout as wait } from 'node:timers/promises';
import * as oauth from 'oauth4webapi';
import { CliError } from '../cli-error.ts';
import { explain, noSecret, type Provider, refusalOf, signInOf } from './provider.ts';
import type { SignIn } from './sign-in.ts';

export interface DeviceAsked {
  readonly scope: string;
  /** 0: as long as the code is good. */
  readonly timeoutMs: number;
  /** Shows a person where to go, on any device, and the code to type there. */
  readonly show: (url: string, code: string) => void;
}

const USUAL_SECONDS = 5;

/** Signs a person in who has a browser elsewhere only: the OAuth 2.0 device flow (RFC 8628). */
export async function signInByDevice(provider: Provider, asked: DeviceAsked): Promise<SignIn> {
  const { server, client, options } = provider;
  if (server.device_authorization_endpoint === undefined)
    throw new CliError(`${server.issuer} has no device flow`, { advice: ['sign in without --device'] });
  try {
    const parameters = { scope: asked.scope };
    const device = await oauth.processDeviceAuthorizationResponse(
      server,
      client,
      await oauth.deviceAuthorizationRequest(server, client, noSecret, parameters, options()),
    );
    asked.show(device.verification_uri_complete ?? device.verification_uri, device.user_code);
    const lifeMs = device.expires_in * 1_000;
    const endsAt = Date.now() + (asked.timeoutMs === 0 ? lifeMs : Math.min(lifeMs, asked.timeoutMs));
    for (let seconds = device.interval ?? USUAL_SECONDS; ; ) {
      if (Date.now() + seconds * 1_000 > endsAt) throw new CliError('nobody signed in in time');
      await wait(seconds * 1_000);
      const found = await collect(provider, device.device_code, asked.scope);
      if (typeof found !== 'number') return found;
      seconds += found;
    }
  } catch (error) {
    throw explain(error, server.issuer);
  }
}

/** The sign-in; or, while it is waited for, by how many seconds the interval grows (RFC 8628 §3.5). */
async function collect(provider: Provider, code: string, scope: string): Promise<SignIn | number> {
  const { server, client, options } = provider;
  try {
    const response = await oauth.deviceCodeGrantRequest(server, client, noSecret, code, options());
    return signInOf(provider, await oauth.processDeviceCodeResponse(server, client, response), { scope });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === 'authorization_pending') return 0;
    if (refusal === 'slow_down') return USUAL_SECONDS;
    throw error;
  }
}
