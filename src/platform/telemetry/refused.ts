import type { FastifyRequest } from 'fastify';
import type { Refusal } from '../http/refusal.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { refusalLabels } from './refusal-labels.ts';
import { createSampler } from './sampler.ts';

/** Whoever is refused before anything is done can ask very often. */
const LINES_PER_MINUTE = 60;

/** Counts requests that are refused before any operation has begun, and logs some of them. */
export function tellRefused(log: Log, metrics: Metrics): (request: FastifyRequest, refusal: Refusal) => void {
  const sampler = createSampler(LINES_PER_MINUTE);
  return ({ id, method }, { status, extensions }) => {
    const labels = refusalLabels(extensions);
    metrics.count('catalog_requests_refused_total', labels);
    // What is wrong with a token is told by who looks at tokens.
    if (labels.code === 'UNAUTHENTICATED') return;
    const taken = sampler.take();
    if (taken !== undefined) log.info({ requestId: id, method, status, ...labels, ...taken }, 'request refused');
  };
}
