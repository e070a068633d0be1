import type { FastifyInstance, FastifyReply } from 'fastify';

/** A part of what the service needs that it does not have at this moment. */
export interface MissingPart {
  readonly part: 'start' | 'database' | 'migrations' | 'openfga' | 'authorization' | 'service';
  readonly problem: string;
}

/** What the service lacks; nothing when all is well. */
export interface Probes {
  /** For its start to be over. */
  startup(): readonly MissingPart[];
  /** To be sent requests. */
  readiness(): Promise<readonly MissingPart[]>;
}

/**
 * Three questions, each under the names that are common for it: whether the process lives, which nothing else decides
 * (restart it if not); whether its start is over; whether it is to be sent requests. Strangers learn which part is missing,
 * and operators (`explains`) why.
 */
export function serveHealth(app: FastifyInstance, probes: Probes, { explains }: { readonly explains: boolean }): void {
  const send = (reply: FastifyReply, status: number, value: object): FastifyReply =>
    reply.code(status).header('cache-control', 'no-store').send(value);
  const sendMissing = (
    reply: FastifyReply,
    missing: readonly MissingPart[],
    good: string,
    bad: string,
  ): FastifyReply =>
    missing.length === 0
      ? send(reply, 200, { status: good })
      : send(reply, 503, { status: bad, missing: explains ? missing : missing.map(({ part }) => ({ part })) });
  for (const path of ['/healthz', '/livez', '/healthcheck'])
    app.get(path, (_request, reply) => send(reply, 200, { status: 'ok' }));
  for (const path of ['/readyz', '/readiness'])
    app.get(path, async (_request, reply) => sendMissing(reply, await probes.readiness(), 'ready', 'not ready'));
  app.get('/startupz', (_request, reply) => sendMissing(reply, probes.startup(), 'started', 'starting'));
}
