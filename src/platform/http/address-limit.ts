import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RateLimitedError } from '../errors.ts';

/** Connections beyond the limit that are told so; others are closed without a word. */
const TOLD = 20;
const RETRY_AFTER_SECONDS = 10;

/** Counts what is open, by whose it is. */
function createCounts() {
  const counts = new Map<string, number>();
  return {
    of: (key: string): number => counts.get(key) ?? 0,
    /** Gives what takes it back, once. */
    add: (key: string): (() => void) => {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return () => {
        const left = (counts.get(key) ?? 0) - 1;
        if (left > 0) counts.set(key, left);
        else counts.delete(key);
      };
    },
  };
}

/** Who has an address of IPv6 has a whole /64 of them: four of the eight groups are theirs to choose. */
export function networkOf(address: string): string {
  const bare = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (!bare.includes(':')) return bare;
  const [head = '', tail] = bare.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0');
  const all = tail === undefined ? groups : [...groups, ...zeros, ...after];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

const tooMany = (most: number): RateLimitedError =>
  new RateLimitedError(
    'TOO_MANY_CONNECTIONS',
    `${most} connections of your address are open already`,
    RETRY_AFTER_SECONDS,
  );

/**
 * Holds each client address to so many connections at a time. Behind proxies, whose connections carry everybody's
 * requests, it is requests under way and WebSockets that count, for the address that the proxies name.
 */
export function limitPerAddress(app: FastifyInstance, most: number, isBehindProxies: boolean): void {
  if (!Number.isFinite(most)) return;
  if (isBehindProxies) limitRequests(app, most);
  else limitConnections(app, most);
}

function limitConnections(app: FastifyInstance, most: number): void {
  const open = createCounts();
  const excess = new WeakSet<Socket>();
  app.server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress ?? '');
    socket.once('close', open.add(network));
    if (open.of(network) > most + TOLD) socket.destroy();
    else if (open.of(network) > most) excess.add(socket);
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (!excess.has(request.raw.socket)) return done();
    reply.header('connection', 'close');
    done(tooMany(most));
  });
}

function limitRequests(app: FastifyInstance, most: number): void {
  const underWay = createCounts();
  app.addHook('onRequest', (request: FastifyRequest, reply, done) => {
    const network = networkOf(request.ip);
    if (underWay.of(network) >= most) return done(tooMany(most));
    const leave = underWay.add(network);
    if (request.ws) request.raw.socket.once('close', leave);
    else reply.raw.once('close', leave);
    done();
  });
}
