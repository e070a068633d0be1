import { stringifyJson } from '../../catalog/manifests/json.ts';
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

const ME = 'query CatalogWhoami { me { name kind email isStaff issuer subject } }';

/** `catalog whoami`: the caller's identity; 1 when there is none. */
export async function whoami(
  { terminal, client }: Session,
  { output }: { readonly output: 'table' | 'json' },
): Promise<number> {
  const { execute } = await client();
  const { me } = await execute<{ me: Me | null }>(ME);
  if (output === 'json') await terminal.print(`${stringifyJson(me, 2)}\n`);
  else if (me === null) terminal.note('no identity: no token was sent');
  else {
    const { name, kind, email, isStaff, issuer } = me;
    const row = [name, kind, cellText(email), isStaff ? 'yes' : 'no', cellText(issuer)];
    await terminal.print(createTable(['NAME', 'KIND', 'EMAIL', 'STAFF', 'ISSUER']).rows([row]));
  }
  return me === null ? 1 : 0;
}
