import type { Issuer } from './platform/authn/issuer.ts';
import type { LocalIssuer } from './platform/authn/local-issuer.ts';

export interface AppOptions {
  readonly databaseUrl: string;
  /** The OpenFGA server, the key it asks for (none when undefined), and the store in it that is this installation's. */
  readonly openfga: { readonly apiUrl: string; readonly token: string | undefined; readonly storeName: string };
  /** Whose tokens identify callers. */
  readonly issuers: readonly Issuer[];
  /** The embedded service's own issuer, trusted too. */
  readonly localIssuer?: LocalIssuer;
  /** What is answered without a token: introspection, or nothing at all. */
  readonly anonymous: 'schema' | 'none';
  /** User who holds every permission on the whole platform from the start. */
  readonly administrator?: string | undefined;
  /** Who may ask with what statements a request was answered. */
  readonly explainsTo: 'staff' | 'everyone';
  readonly poolSize: number;
  readonly host: string;
  /** Undefined: 4000, else the next free one. */
  readonly port: number | undefined;
  readonly maxBodyBytes: number;
  /** Proxies in front of the service that say in `X-Forwarded-For` who asked them. */
  readonly trustedProxies: number;
  readonly maxPage: number;
  readonly maxDepth: number;
  /** Days for which changes are kept. */
  readonly historyDays: number;
  /** Days for which records of the audit log are kept. */
  readonly auditDays: number;
}
