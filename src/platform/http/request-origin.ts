import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { TraceHeaders } from './delivery.ts';

/** Where a request came from, as far as that is known. */
export interface RequestOrigin {
  /** Address of the client; absent when it is a private one, which says nothing outside its own network. */
  readonly address?: string;
  /** The program, as it names itself; the beginning of a long name. */
  readonly userAgent?: string;
  /** Id of the trace that the request is a part of (W3C Trace Context). */
  readonly traceId?: string;
}

const LONGEST_USER_AGENT = 256;
const MOST_KEPT = 1_000;
const LONGEST_KEPT = 64;

const privateAddresses = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateAddresses.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  privateAddresses.addSubnet(network, prefix, 'ipv6');
}

/** Reads where requests come from, behind so many proxies that are known to add the address of who asked them. */
export function createOriginReader(
  trustedProxies: number,
): (request: Pick<IncomingMessage, 'headers'> & { readonly socket: Pick<Socket, 'remoteAddress'> }) => RequestOrigin {
  const addressOf = rememberPublicAddresses();
  return ({ socket, headers }) =>
    originOf(headers, addressOf(clientOf(socket.remoteAddress, headers['x-forwarded-for'], trustedProxies)));
}

function originOf(headers: IncomingMessage['headers'], address: string | undefined): RequestOrigin {
  const userAgent = headers['user-agent']?.trim().slice(0, LONGEST_USER_AGENT);
  const traceId = traceIdOf(headers.traceparent);
  return {
    ...(address !== undefined && { address }),
    ...(userAgent && { userAgent }),
    ...(traceId !== undefined && { traceId }),
  };
}

/*
 * Each proxy adds to the end of the list who asked it; what stands before was said by the client itself:
 *
 *   x-forwarded-for: made-up, client, outer        socket: inner
 *                             └ with two proxies: the third from the end, the socket's included
 */
function clientOf(
  socket: string | undefined,
  forwarded: string | string[] | undefined,
  trustedProxies: number,
): string {
  if (trustedProxies === 0) return socket ?? '';
  const said = [forwarded ?? []].flat().flatMap((line) => line.split(','));
  const way = [...said.filter((hop) => hop.trim() !== ''), socket ?? ''];
  return way[Math.max(0, way.length - 1 - trustedProxies)] ?? '';
}

/** The same few clients and proxies ask again and again. What is longer than an address with its port is not kept. */
function rememberPublicAddresses(): (text: string) => string | undefined {
  const known = new LRUCache<string, { readonly address: string | undefined }>({ max: MOST_KEPT });
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found.address;
    const address = publicAddress(text);
    if (text.length <= LONGEST_KEPT) known.set(text, { address });
    return address;
  };
}

/** The address alone, without port and zone; undefined for a private one and for what is none. */
function publicAddress(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^"|"$/g, '')
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '');
  const version = isIP(bare);
  if (version === 0 || privateAddresses.check(bare, version === 4 ? 'ipv4' : 'ipv6')) return undefined;
  return bare;
}

/** Of later versions the beginning is the same, and more may follow; a trace or parent of zeros is none. */
const traceparent = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

function traceIdOf(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  const [, version, traceId, rest] = traceparent.exec(header.trim()) ?? [];
  return version === '00' && rest !== undefined ? undefined : traceId;
}

const LONGEST_BAGGAGE = 8_192;
const none: TraceHeaders = {};

/** What of a request's trace is passed on: headers that are valid, and no longer than they have to be accepted. */
export function traceHeadersOf({ traceparent: header, baggage }: IncomingMessage['headers']): TraceHeaders {
  if (header === undefined && baggage === undefined) return none;
  const given = typeof header === 'string' && traceIdOf(header) !== undefined ? header.trim() : undefined;
  const said = typeof baggage === 'string' && baggage.length <= LONGEST_BAGGAGE ? baggage : undefined;
  return { ...(given !== undefined && { traceparent: given }), ...(said !== undefined && { baggage: said }) };
}
