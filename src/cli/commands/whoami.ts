import { stringifyJson } from '../../catalog/manifests/json.ts';
import { expiryOf } from '../credentials.ts';
import { isSamePlace } from '../find-server.ts';
import type { Session } from '../session.ts';
import { cellText, createTable } from '../table.ts';

interface Me {
  readonly name: string;
  readonly kind: string;
  readonly email: string | null;
  readonly isStaff: boolean;
  readonly issuer: string | null;
  readonly subject: string | null;
}

const HEADINGS = ['NAME', 'KIND', 'EMAIL', 'STAFF', 'ISSUER', 'SUBJECT', 'EXPIRES', 'CONTEXT'];
const ME = 'query CatalogWhoami { me { name kind email isStaff issuer subject } }';

/** `catalog whoami`: the caller's identity, and until when it is good; 1 when there is none. */
export async function whoami(session: Session, { output }: { readonly output: 'table' | 'json' }): Promise<number> {
  const { terminal } = session;
  const { server, execute } = await session.client();
  const { me } = await execute<{ me: Me | null }>(ME);
  const { token } = await session.credentials();
  const found = await session.context().catch(() => undefined);
  const context = found !== undefined && isSamePlace(found.server, server.url) ? found.name : null;
  const signIn = context === null ? undefined : await session.signIns.read(context);
  const expiry = signIn?.accessToken === token ? signIn?.expiresAt : expiryOf(token);
  const expiresAt = expiry === undefined ? null : new Date(expiry).toISOString();
  if (output === 'json') await terminal.print(`${stringifyJson(me && { ...me, expiresAt, context }, 2)}\n`);
  else if (me === null) terminal.note('no identity: no token was sent');
  else {
    const { name, kind, email, isStaff, issuer, subject } = me;
    const row = [
      name,
      kind,
      cellText(email),
      isStaff ? 'yes' : 'no',
      ...[issuer, subject, expiresAt, context].map(cellText),
    ];
    await terminal.print(createTable(HEADINGS).rows([row]));
  }
  return me === null ? 1 : 0;
}
