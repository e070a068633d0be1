import type { Target } from '../case.ts';
import { deviceName, rackName, type Size } from '../sizes.ts';
import { ask } from './ask.ts';

export const labelDocument =
  'mutation ($name: String!, $value: String!) { updateNetworkDevice(input: {name: $name, changes: {labels: [{key: "bench", value: $value}]}}) { changed userErrors { message } } }';

/** Gives a label of one device a new value; each client has a device of its own. */
export async function labelDevice(
  { url }: Target,
  size: Size,
  token: string,
  { client, value }: { readonly client: number; readonly value: string },
): Promise<void> {
  const variables = { name: deviceName(rackName(size, client), 0), value };
  type Answer = { updateNetworkDevice: { readonly changed: boolean } };
  const { updateNetworkDevice } = await ask<Answer>({ url, token, body: { query: labelDocument, variables } });
  if (!updateNetworkDevice.changed) throw new Error('nothing was changed');
}
