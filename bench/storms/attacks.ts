import { once } from 'node:events';
import { connect } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import WebSocket from 'ws';
import type { Target } from '../case.ts';
import { headersOf } from '../load/ask.ts';

/** Who attacks what. */
export interface Aim {
  readonly target: Target;
  /** Of somebody who may read everything, and of somebody who may read nothing. */
  readonly reader: string;
  readonly outsider: string;
}

/** One attack of a storm, over and over: resolves when it has been answered or refused. */
export type Attack = (aim: Aim) => Promise<unknown>;

const times = (count: number, text: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join('');

const post = async ({ url }: Target, token: string | undefined, body: object): Promise<void> => {
  const response = await fetch(url, { method: 'POST', headers: headersOf(token), body: JSON.stringify(body) });
  await response.arrayBuffer();
};

const heavyList = '{ ports(first: 1000) { nodes { name labels { key value } device { name site { name } } } } }';
const fanOut =
  '{ sites(first: 20) { nodes { racks(first: 50) { nodes { devices(first: 20) { nodes { name ports(first: 20) { nodes { name } } } } } } } } }';
const applied =
  'mutation ($content: String!) { apply(input: {validateOnly: true, manifests: [{content: $content}]}) { applied userErrors { code message } } }';
const where = 'query ($where: RackWhere) { racks(where: $where) { totalCount } }';
const types = '{ __schema { types { name description } } }';
const live = 'subscription { changes(initial: false) { type } }';

export const documents = [heavyList, fanOut, applied, where, types, live];

/** Nearly 1 MiB of manifests of which nothing is right. */
const group = (at: number): string =>
  `---\napiVersion: iam.miloapis.com/v1alpha1\nkind: Group\nmetadata: {name: g${at}}\nspec:\n${times(4_000, (key) => `  k${key}: 1\n`)}`;
const invalid = { query: applied, variables: { content: times(19, group) } };
const terms = { where: { or: Array.from({ length: 5_000 }, (_, at) => ({ name: { contains: `${at}` } })) } };

const UPGRADE =
  'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n';

async function resetUpgrade({ target }: Aim): Promise<void> {
  const { hostname, port } = new URL(target.url);
  const socket = connect(Number(port), hostname, () => socket.write(UPGRADE, () => socket.resetAndDestroy()));
  socket.on('error', () => undefined);
  await once(socket, 'close');
}

/** Opens a WebSocket with as many subscriptions as one may have, and twice as many more; leaves when all are answered. */
async function subscribe({ target, reader }: Aim): Promise<void> {
  const socket = new WebSocket(target.url.replace('http', 'ws'), 'graphql-transport-ws');
  socket.on('error', () => undefined);
  await once(socket, 'open');
  const say = (message: object): void => socket.send(JSON.stringify(message));
  let heard = 0;
  const all = new Promise<void>((resolve) => {
    socket.on('message', () => {
      if (++heard === 151) resolve();
    });
  });
  say({ type: 'connection_init', payload: { authorization: `Bearer ${reader}` } });
  await once(socket, 'message');
  for (let id = 0; id < 150; id++) say({ type: 'subscribe', id: String(id), payload: { query: live } });
  await Promise.race([all, once(socket, 'close')]);
  socket.terminate();
}

export const attacks: Readonly<Record<string, Attack>> = {
  'heavy lists': ({ target, reader }) => post(target, reader, { query: heavyList }),
  'a deep fan-out near the limit of cost': ({ target, reader }) => post(target, reader, { query: fanOut }),
  'apply of 1 MiB of which nothing is right': ({ target, outsider }) => post(target, outsider, invalid),
  'floods of subscriptions': subscribe,
  'upgrades that are reset': resetUpgrade,
  'introspection, complete': ({ target }) => post(target, undefined, { query: getIntrospectionQuery() }),
  'introspection, another': ({ target }) => post(target, undefined, { query: types }),
  'a filter of 5,000 terms': ({ target, reader }) => post(target, reader, { query: where, variables: terms }),
};
