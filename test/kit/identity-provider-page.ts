import type { Provider } from 'oidc-provider';

const PAGE = `<form method="post" action=""><p>Who are you? Empty: you refuse.</p>
  <input type="text" name="login" value=""><button>Sign in and agree</button></form>`;

/** The page on which people sign in and agree, in one step; whom they say to be they are. */
export function addSignInPage(provider: Provider): void {
  provider.use(async (context, next) => {
    if (!context.path.startsWith('/interaction/')) return next();
    const { req, res } = context;
    if (context.method !== 'POST') {
      context.type = 'html';
      context.body = PAGE;
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const login = new URLSearchParams(Buffer.concat(chunks).toString('utf8')).get('login') ?? '';
    if (login === '') {
      const refusal = { error: 'access_denied', error_description: 'the person refused' };
      context.redirect(await provider.interactionResult(req, res, refusal));
      return;
    }
    const { params } = await provider.interactionDetails(req, res);
    const grant = new provider.Grant({ accountId: login, clientId: String(params.client_id) });
    const scopes = String(params.scope ?? '');
    grant.addOIDCScope(scopes);
    for (const resource of [params.resource].flat()) {
      if (typeof resource === 'string') grant.addResourceScope(resource, scopes);
    }
    const grantId = await grant.save();
    context.redirect(await provider.interactionResult(req, res, { login: { accountId: login }, consent: { grantId } }));
  });
}
