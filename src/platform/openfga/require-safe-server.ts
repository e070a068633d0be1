import { OpenFgaUnreachableError, OpenFgaUnusableError } from './unusable.ts';

/** A running server that is asked from outside. */
export interface OpenFgaServer {
  readonly apiUrl: string;
  readonly token: string | undefined;
}

const TIMEOUT_MS = 10_000;

// Since 1.18.1 an IPv4 address counts as in a network also when it is written as IPv6; before, it did not.
const MODEL = {
  schema_version: '1.1',
  type_definitions: [
    { type: 'user' },
    {
      type: 'probe',
      relations: { allowed: { this: {} } },
      metadata: {
        relations: { allowed: { directly_related_user_types: [{ type: 'user', condition: 'in_network' }] } },
      },
    },
  ],
  conditions: {
    in_network: {
      name: 'in_network',
      expression: 'address.in_cidr("192.168.1.0/24")',
      parameters: { address: { type_name: 'TYPE_NAME_IPADDRESS' } },
    },
  },
};
const TUPLE = { user: 'user:anyone', relation: 'allowed', object: 'probe:this' };

/**
 * Throws when a running server is older than 1.18.1. A server does not report its version, so it is tested, in a store
 * created for the test, with a request whose answer changed in 1.18.1. That refuses 1.18.0 too, which is safe, but answers like the
 * unsafe ones. What a client cannot see is not checked: whether MySQL is behind it, and how it knows its callers.
 */
export async function requireSafeServer(server: OpenFgaServer): Promise<void> {
  const { id } = await ask(server, 'POST', '/stores', { name: 'milo-catalog version probe' });
  const store = `/stores/${id}`;
  try {
    const { authorization_model_id } = await ask(server, 'POST', `${store}/authorization-models`, MODEL);
    const { allowed } = await ask(server, 'POST', `${store}/check`, {
      authorization_model_id,
      tuple_key: TUPLE,
      contextual_tuples: { tuple_keys: [{ ...TUPLE, condition: { name: 'in_network' } }] },
      context: { address: '::ffff:192.168.1.1' },
    });
    if (allowed !== true) {
      throw new OpenFgaUnusableError(
        `the OpenFGA at ${server.apiUrl} is older than 1.18.1, the version that is tested; before 1.18.0 it has CVE-2026-55689, CVE-2026-55170 and others`,
      );
    }
  } finally {
    await ask(server, 'DELETE', store);
  }
}

async function ask(
  { apiUrl, token }: OpenFgaServer,
  method: string,
  path: string,
  body?: object,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(apiUrl + path, {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new OpenFgaUnreachableError(`the OpenFGA at ${apiUrl} cannot be reached: ${reason}`, { cause });
  });
  if (answer.status === 401) {
    throw new OpenFgaUnusableError(`the OpenFGA at ${apiUrl} does not accept the key of OPENFGA_API_TOKEN`);
  }
  const text = (await answer.text()).trim();
  if (answer.status >= 500 || answer.status === 429)
    throw new OpenFgaUnreachableError(
      `the OpenFGA at ${apiUrl} cannot answer ${method} ${path}: ${answer.status} ${text}`,
    );
  if (!answer.ok)
    throw new OpenFgaUnusableError(`the OpenFGA at ${apiUrl} refuses ${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}
