import type { random } from '../mutations/random.ts';

/** One attack: bytes on a raw connection and what becomes of that, or a GraphQL request. */
export type Attack =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly ending: 'reset' | 'end' | 'wait' }
  | {
      readonly kind: 'request';
      readonly path: string;
      readonly headers: Record<string, string>;
      readonly body: string;
    };

export type Choices = ReturnType<typeof random>;

const targets = [
  '//',
  '/%',
  'http://[bad/graphql',
  '*',
  '/graphql',
  '/graphql/stream',
  '/',
  '/nope',
  '/healthz',
  `/${'x'.repeat(9_000)}`,
];
const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
const upgrade = (target: string, more = ''): string =>
  `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}${more}\r\n`;

/** A masked frame of the WebSocket protocol, right or wrong in what `first` and `length` say. */
function frame(first: number, payload: string, length = payload.length): Buffer {
  return Buffer.concat([Buffer.from([first, 0x80 | Math.min(length, 125), 0, 0, 0, 0]), Buffer.from(payload)]);
}

const post = (body: string, more = ''): string =>
  `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;

const smuggled = [
  'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
  'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
  'POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\nzz',
  'GET /graphql HTTP/1.1\r\n Host: x\r\n\r\n',
  'GET /graphql HTTP/9.9\r\nHost: x\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
];

function bytes({ pick, upTo }: Choices): Buffer {
  const whole = pick([
    () =>
      Buffer.from(
        upgrade(
          pick(targets),
          pick(['', 'Origin: http://evil.example\r\n', 'Sec-WebSocket-Protocol: graphql-transport-ws\r\n']),
        ),
        'latin1',
      ),
    () =>
      Buffer.from(
        `${pick(['GET', 'POST', 'PUT', 'TRACE', 'NOPE'])} ${pick(targets)} HTTP/1.1\r\nHost: x\r\n\r\n`,
        'latin1',
      ),
    () => Buffer.from(pick(smuggled), 'latin1'),
    () => Buffer.from(post(JSON.stringify({ query: '{ __typename }' }))),
    () =>
      Buffer.concat([
        Buffer.from(upgrade('/graphql', 'Sec-WebSocket-Protocol: graphql-transport-ws\r\n')),
        pick([
          frame(0x81, '{"type":"connection_init"}'),
          frame(0x81, '{{{{'),
          frame(0xff, 'x'),
          frame(0x81, 'x', 120),
          frame(0x82, '\u0000\u0001'),
          Buffer.concat([
            frame(0x81, '{"type":"connection_init"}'),
            ...Array.from({ length: 40 }, (_, id) =>
              frame(
                0x81,
                `{"type":"subscribe","id":"${id}","payload":{"query":"subscription { changes { type } }"}}`.slice(
                  0,
                  125,
                ),
              ),
            ),
          ]),
        ]),
      ]),
  ])();
  // Cut off anywhere, as often as not.
  return upTo(2) === 0 ? whole : whole.subarray(0, upTo(whole.length + 1));
}

const aliases = (count: number, field: string): string =>
  Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ');
const nested = (levels: number, inner: string): string =>
  Array.from({ length: levels }).reduce<string>((text) => `ports(first: 1000) { nodes { device { ${text} } } }`, inner);
function fragments(k: number, d: number): string {
  const spread = (next: number) => aliases(k, `site { racks(first: 1) { nodes { ...F${next} } } }`);
  const all = Array.from(
    { length: d },
    (_, at) => `fragment F${at} on Rack { ${at === d - 1 ? 'name' : spread(at + 1)} }`,
  );
  return `{ racks(first: 1) { nodes { ...F0 } } } ${all.join(' ')}`;
}

/** Operations that ask for too much, for nothing, or wrongly. */
function document(choices: Choices): { query: string; variables?: object } {
  const { pick, upTo } = choices;
  return pick([
    () => ({ query: `{ ${nested(1 + upTo(6), 'name')} }` }),
    () => ({ query: fragments(2 + upTo(10), 2 + upTo(9)) }),
    () => ({ query: `{ ${aliases(1 + upTo(900), '__schema { types { name fields { name } } }')} }` }),
    () => ({ query: `{ ${aliases(1 + upTo(3_000), 'me { name }')} }` }),
    () => ({ query: `{ racks(where: ${'{ not: '.repeat(upTo(4_000))}{}` }),
    () => ({ query: '{'.repeat(upTo(20_000)) }),
    () => ({ query: `{ me { ${'name '.repeat(upTo(4_000))} } }` }),
    () => ({
      query: `{ racks(labelSelector: ${JSON.stringify(Array.from({ length: upTo(2_000) }, (_, at) => `k${at}`).join(','))}) { totalCount } }`,
    }),
    () => ({
      query: 'query ($where: RackWhere) { racks(where: $where) { totalCount } }',
      variables: { where: { or: Array.from({ length: upTo(5_000) }, (_, at) => ({ name: { contains: `${at}` } })) } },
    }),
    () => ({
      query: pick([
        '',
        '}',
        '{ nope }',
        'subscription { changes { type } }',
        'fragment A on Rack { ...A } { racks { nodes { ...A } } }',
        '\u0000',
      ]),
    }),
    () => ({
      query: APPLY,
      variables: {
        input: { validateOnly: true, manifests: [{ content: manifest(choices) }] },
      },
    }),
  ])();
}

const APPLY = 'mutation ($input: ApplyInput!) { apply(input: $input) { applied userErrors { code message } } }';

/** Manifests that are bombs, too deep, too wide, or no manifests. */
function manifest({ pick, upTo }: Choices): string {
  return pick([
    () =>
      `a: &a [x, x]\n${Array.from({ length: 20 }, (_, at) => `b${at}: &b${at} [*${at === 0 ? 'a' : `b${at - 1}`}, *${at === 0 ? 'a' : `b${at - 1}`}]`).join('\n')}`,
    () => `a: ${'{a: '.repeat(upTo(50_000))}`,
    () => `${'- '.repeat(upTo(50_000))}x`,
    () =>
      `apiVersion: iam.miloapis.com/v1alpha1\nkind: Group\nmetadata: {name: g, namespace: default}\nspec:\n${Array.from({ length: upTo(5_000) }, (_, at) => `  k${at}: 1`).join('\n')}`,
    () =>
      Array.from(
        { length: upTo(500) },
        (_, at) => `apiVersion: iam.miloapis.com/v1alpha1\nkind: Group\nmetadata: {name: g${at}, namespace: default}`,
      ).join('\n---\n'),
    () => '\u0000\uFEFF: !!js/function x',
  ])();
}

/** The next attack of a seeded series, by a stranger or by whoever the token stands for. */
export function attack(choices: Choices, token: string): Attack {
  const { pick, upTo } = choices;
  if (upTo(3) > 0) return { kind: 'bytes', bytes: bytes(choices), ending: pick(['reset', 'end', 'wait'] as const) };
  const headers = {
    'content-type': pick(['application/json', 'application/json', 'text/plain', '']),
    accept: pick(['application/json', 'text/event-stream', '*/*']),
    ...(upTo(2) === 0 && { authorization: pick([`Bearer ${token}`, 'Bearer x.y.z', 'Basic x']) }),
  };
  const path = pick(['/graphql', '/graphql', '/graphql/stream']);
  return { kind: 'request', path, headers, body: JSON.stringify(document(choices)) };
}
