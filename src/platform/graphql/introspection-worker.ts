import { createHash } from 'node:crypto';
import { type MessagePort, workerData } from 'node:worker_threads';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { buildSchema, executeSync, parse } from 'graphql';
import type { KeptAnswer } from './complete-introspection.ts';

/** Answers one introspection query on a schema that comes as text, away from the service's event loop. */
const { sdl, query, port } = workerData as { sdl: string; query: string; port: MessagePort };
const answer = JSON.stringify(executeSync({ schema: buildSchema(sdl), document: parse(query) }));
const kept: KeptAnswer = {
  etag: `"${createHash('sha256').update(answer).digest('base64url').slice(0, 22)}"`,
  gzip: gzipSync(answer, { level: 9 }),
  br: brotliCompressSync(answer, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
};
port.postMessage(kept);
