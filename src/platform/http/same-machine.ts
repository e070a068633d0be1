import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Who asks from this machine itself; sidecars of a mesh have other addresses of the loopback network. */
const OWN = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** What proxies add to a request that they pass on; the last ones are those of meshes. */
const ofProxy = /^(?:via|forwarded|x-real-ip|(?:x-forwarded|x-envoy|l5d)-.*)$/;

/** Whether no network is between the service and who asks, nor a proxy on this machine that would answer somebody else. */
export const isOnThisMachine = ({
  socket,
  headers,
}: Pick<IncomingMessage, 'headers'> & { readonly socket: Pick<Socket, 'remoteAddress'> }): boolean =>
  OWN.has(socket.remoteAddress ?? '') && !Object.keys(headers).some((name) => ofProxy.test(name));

/** To compress for a client on this machine, and to unpack there, takes longer than to hand the answer over as it is. */
export function answerAsItIs({ headers, socket }: IncomingMessage): void {
  if (headers['accept-encoding'] !== undefined && isOnThisMachine({ headers, socket }))
    headers['accept-encoding'] = 'identity';
}
