import type { Authenticator } from '../authn/authenticator.ts';
import { carried } from '../carried.ts';
import { CatalogError, UnauthenticatedError } from '../errors.ts';
import { fingerprint, type Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { refusalLabels } from './refusal-labels.ts';
import { createSampler } from './sampler.ts';

/** A flood of bad tokens must not become a flood of lines. */
const LINES_PER_MINUTE = 20;

/** Counts every token that is looked at, and logs some of those that are refused. */
export function watchSignIns(
  authenticator: Authenticator,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
): Authenticator {
  const accepted = metrics.slot('catalog_token_verifications_total', { outcome: 'accepted', reason: '' });
  const sampler = createSampler(LINES_PER_MINUTE);
  const tellRefused = (authorization: string, reason: string): void => {
    const taken = sampler.take();
    if (taken === undefined) return;
    const requestId = carried().operation?.requestId;
    const token = fingerprint(authorization.replace(/^Bearer /i, ''));
    log.info({ ...(requestId !== undefined && { requestId }), token, reason, ...taken }, 'sign-in refused');
  };
  return {
    ...authenticator,
    authenticate: async (authorization) => {
      if (authorization === undefined) return authenticator.authenticate(authorization);
      try {
        const credential = await authenticator.authenticate(authorization);
        accepted.add(1);
        return credential;
      } catch (error) {
        const { code, data } = error instanceof CatalogError ? error : { code: 'INTERNAL_SERVER_ERROR', data: {} };
        const isRefused = error instanceof UnauthenticatedError;
        const { reason } = refusalLabels({ ...data, code });
        metrics.count('catalog_token_verifications_total', { outcome: isRefused ? 'refused' : 'undecided', reason });
        if (isRefused) tellRefused(authorization, reason);
        throw error;
      }
    },
  };
}
