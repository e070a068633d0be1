import type { FastifyInstance, FastifyReply } from 'fastify';

/** `/healthz`: the process lives. `/readyz`: it has everything it needs and is to be sent requests. */
export function serveHealth(app: FastifyInstance, readiness: () => Promise<readonly string[]>): void {
  const send = (reply: FastifyReply, status: number, value: object): FastifyReply =>
    reply.code(status).header('cache-control', 'no-store').send(value);
  app.get('/healthz', (_request, reply) => send(reply, 200, { status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const missing = await readiness();
    return missing.length === 0
      ? send(reply, 200, { status: 'ready' })
      : send(reply, 503, { status: 'not ready', missing });
  });
}
