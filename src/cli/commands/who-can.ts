import { stringifyJson } from '../../catalog/manifests/json.ts';
import { stringifyYaml } from '../../catalog/manifests/stringify.ts';
import { type AccessOptions, askAccess, type Holder } from '../ask-access.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Session } from '../session.ts';
import { createTable } from '../table.ts';

export interface WhoCanOptions extends AccessOptions {
  readonly output: 'table' | 'json' | 'yaml';
}

/** `catalog who-can update rack/a14`: who holds the permission and how it was granted, as far as the caller may see. */
export async function whoCan(session: Session, words: readonly string[], options: WhoCanOptions): Promise<number> {
  const { terminal } = session;
  const { on, permission, access } = await askAccess(session, words, options, true);
  if (on === undefined) throw usageError('an object is missing', 'for example `catalog who-can update rack/a14`');
  if (access === null) throw new CliError(`${on.kind} '${on.name}' not found`);
  const { holders } = access;
  if (options.output === 'json') await terminal.print(`${stringifyJson(access, 2)}\n`);
  else if (options.output === 'yaml') await terminal.print(stringifyYaml([access]));
  else if (holders.length > 0) {
    const table = createTable(['PRINCIPAL', 'VIA', 'ROLE', 'GROUP', 'SCOPE']);
    await terminal.print(table.rows(holders.map(cells)));
  } else terminal.note(`no visible principal has ${permission} there`);
  return 0;
}

const scopeText = ({ scope, scopeKind, everyKind }: Holder): string => {
  if (scope !== null) return `${scope.kind}/${scope.name}`;
  return everyKind === null ? scopeKind : `every ${everyKind}`;
};

const cells = (holder: Holder): string[] => [
  `${holder.kind}/${holder.name}`,
  holder.via === null ? '' : `${holder.via.kind}/${holder.via.name}`,
  holder.roleName ?? '',
  holder.groupName ?? '',
  scopeText(holder),
];
