import type { Client } from './client.ts';
import type { KindInfo } from './kind-info.ts';

/** What a manifest may say at a path, as the service tells it. */
export interface Member {
  readonly path: string;
  readonly type: string;
  readonly description: string;
  readonly required: boolean;
  readonly immutable: 'ALWAYS' | 'PUBLISHED' | null;
  readonly default: string | null;
  readonly accepted: string | null;
  readonly values: readonly { readonly value: string; readonly meaning: string }[];
}

export interface ManifestInfo {
  readonly shapes: readonly { readonly apiVersion: string; readonly difference: string | null }[];
  /** A member before what is in it. */
  readonly members: readonly Member[];
}

const DOCUMENT = `query CatalogManifest($kinds: [String!]) { kinds(kinds: $kinds) { shapes { apiVersion difference }
  members { path type description required immutable default accepted values { value meaning } } } }`;

export async function loadManifestInfo(client: Client, { kind }: KindInfo): Promise<ManifestInfo> {
  const { kinds } = await client.execute<{ kinds: readonly ManifestInfo[] }>(DOCUMENT, { kinds: [kind] });
  return kinds[0] ?? { shapes: [], members: [] };
}
