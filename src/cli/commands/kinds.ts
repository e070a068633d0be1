import { stringifyJson } from '../../catalog/manifests/json.ts';
import type { KindInfo } from '../kind-info.ts';
import type { OutputFormat } from '../output.ts';
import type { Session } from '../session.ts';
import { createTable } from '../table.ts';

/** `catalog kinds`: what the catalog holds, as `kubectl api-resources` shows it. */
export async function kinds(session: Session, { output }: { readonly output: OutputFormat }): Promise<number> {
  const { terminal } = session;
  const known = await session.kinds();
  if (output === 'json') await terminal.print(`${stringifyJson(known, 2)}\n`);
  else if (output === 'name') await terminal.print(known.map((kind) => `${kind.plural}.${kind.group}\n`).join(''));
  else await terminal.print(table(known, output === 'wide'));
  return 0;
}

function table(known: readonly KindInfo[], isWide: boolean): string {
  const headings = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'INPROJECT', 'KIND'];
  const rows = known.map((kind) => [
    kind.plural,
    kind.shortNames.join(','),
    `${kind.group}/${kind.version}`,
    String(kind.namespaced),
    String(kind.inProject),
    kind.kind,
    ...(isWide ? [kind.domain, kind.field, kind.listField] : []),
  ]);
  return createTable([...headings, ...(isWide ? ['DOMAIN', 'QUERY', 'LISTQUERY'] : [])]).rows(rows);
}
