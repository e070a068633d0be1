import type { IncomingHttpHeaders } from 'node:http';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { isHad } from './kept-answer.ts';

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What is served besides GraphQL: a page or a file, or undefined when there is none at the path. */
export type Pages = (path: string, headers: IncomingHttpHeaders) => Promise<Page | undefined> | Page | undefined;

/** Serves pages, and says of every other path that there is nothing. */
export async function servePages(app: FastifyInstance, pages: Pages): Promise<void> {
  // Whoever speaks TLS in front of the service is to say so; policies of content are the pages' own.
  await app.register(helmet, {
    strictTransportSecurity: false,
    contentSecurityPolicy: false,
    xFrameOptions: { action: 'deny' },
  });
  app.get('/*', async (request, reply) => {
    const [path = '/'] = request.url.split('?');
    const page = await pages(path, request.headers);
    if (page === undefined) return reply.callNotFound();
    const { etag } = page.headers;
    if (etag !== undefined && isHad(etag, request.headers)) return reply.code(304).header('etag', etag).send();
    return reply.code(page.status).headers(page.headers).send(page.body);
  });
}
