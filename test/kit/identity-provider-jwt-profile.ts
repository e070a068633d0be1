import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { errors, type Provider, type ResourceServer } from 'oidc-provider';

export const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The JWT profile (RFC 7523 §2.1), which the library does not have: a service user's assertion is the grant. */
export function addJwtProfile(provider: Provider, resourceServer: (resource?: string) => ResourceServer): void {
  provider.registerGrantType<{ assertion?: string; resource?: string; scope?: string }>(
    JWT_GRANT,
    async (context) => {
      const { assertion = '', resource, scope } = context.oidc.params;
      const client = await provider.Client.find(String(decodeJwt(assertion).iss));
      if (client?.jwks === undefined) throw new errors.InvalidGrant('unknown service user');
      const rules = { audience: provider.issuer, issuer: client.clientId, subject: client.clientId };
      await jwtVerify(assertion, createLocalJWKSet(client.jwks as JSONWebKeySet), rules).catch((cause: Error) => {
        throw new errors.InvalidGrant(cause.message);
      });
      const server = resourceServer(resource);
      const token = new provider.ClientCredentials({
        client,
        resourceServer: new provider.ResourceServer(resource ?? '', server),
        scope,
      });
      const value = await token.save();
      context.body = { access_token: value, expires_in: token.expiration, token_type: token.tokenType };
    },
    ['assertion', 'scope', 'resource'],
  );
}
