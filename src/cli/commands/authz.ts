import { andMore } from '../../catalog/values/listed.ts';
import type { Session } from '../session.ts';

interface Tuple {
  readonly object: string;
  readonly relation: string;
  readonly user: string;
  readonly error: string | null;
}

interface Status {
  readonly tuples: number;
  readonly differences: number;
  readonly missing: readonly Tuple[];
  readonly foreign: readonly Tuple[];
  readonly failed: readonly Tuple[];
}

const FIELDS =
  '{ tuples differences missing { ...t } foreign { ...t } failed { ...t } } } fragment t on AuthorizationTuple { object relation user error }';
const documents = {
  verify: `query CatalogAuthzVerify { status: authorizationStatus ${FIELDS}`,
  rebuild: `mutation CatalogAuthzRebuild { status: rebuildAuthorization ${FIELDS}`,
} as const;

export type AuthzTask = keyof typeof documents;
export const authzTasks = Object.keys(documents) as AuthzTask[];

/** `catalog authz verify`: compares OpenFGA with PostgreSQL; 1 when they differ. `rebuild` refills OpenFGA. */
export async function authz({ terminal, client }: Session, task: AuthzTask): Promise<number> {
  const { execute } = await client();
  terminal.progress(task === 'verify' ? 'comparing …' : 'filling a new store …');
  const { status } = (await execute(documents[task])) as { readonly status: Status };
  terminal.progress(undefined);
  for (const [name, style] of [
    ['missing', 'yellow'],
    ['foreign', 'red'],
    ['failed', 'red'],
  ] as const) {
    for (const { object, relation, user, error } of status[name]) {
      const why = error === null ? '' : `: ${error}`;
      await terminal.print(`${terminal.paint(style, name)} ${object}#${relation}@${user}${why}\n`);
    }
  }
  const { tuples, differences } = status;
  const shown = status.missing.length + status.foreign.length + status.failed.length;
  if (differences > shown) await terminal.print(`${andMore(differences - shown)}\n`);
  await terminal.print(`${tuples} tuples, ${differences === 0 ? 'no difference' : `${differences} differences`}\n`);
  return differences === 0 ? 0 : 1;
}
