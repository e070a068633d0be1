import type { Ended, Given, Then, Within } from '../../catalog/root-query.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { deletedRows } from './named-rows.ts';
import { nothing, ofServices, select, selectRows } from './present-names.ts';
import { type Branch, members, serviceMembers } from './published-name-members.ts';

const at = (state: Sql, path: string): Sql => sql`(${state} #>> ${sql.raw(`'{${path}}'`)})`;

/** The part of a state that a path leads into, and the rest of the path. */
const partOf = (path: string): 'spec' | 'status' => (path.startsWith('status,') ? 'status' : 'spec');
const below = (path: string): string => path.slice(partOf(path).length + 1);

/**
 * A value of a state, to be cast to what the column of a row has. It is taken from `x`, where the parts of the state are: a
 * state is stored compressed, and unpacked each time that something is read from it.
 */
function valueIn(path: string, type: string): Sql {
  const part = sql`x.${sql.raw(partOf(path))}`;
  const json = sql`(${part} #> ${sql.raw(`'{${below(path)}}'`)})`;
  if (type === 'text[]') return sql`array(select jsonb_array_elements_text(${json}))`;
  return type === 'jsonb' ? json : at(part, below(path));
}

/** A state has the words of an enum as texts: looking each of them up takes a tenth of a page's time, and gives a text again. */
const typeThen = (type: string): Sql =>
  sql.raw(['text[]', 'jsonb', 'boolean', 'int', 'timestamptz'].includes(type) ? type : 'text');

interface States {
  readonly branch: Branch;
  readonly given: Given;
  /** Which rows `c` of `change`. */
  readonly holds: Sql;
  readonly stateOf: Then['stateOf'];
  readonly deletedAt: Sql;
  /** Whether the objects are gone: then nothing of them is in force. */
  readonly isGone: boolean;
}

/** States of a kind, as rows of `change`, in the shape of all names. */
function selectStates({ branch, given, holds, stateOf, deletedAt, isGone }: States, more: (key: Sql) => Sql): Sql {
  const { kind, path: key, is } = branch;
  const state = sql`c.state`;
  const columns = Object.entries(members).map(([name, { type, from }]) => {
    const path = from[is]?.path;
    const stated = path === undefined ? nothing(type) : valueIn(path, type);
    return sql`${isGone && name === 'inForce' ? sql`false` : stated}::${typeThen(type)} as ${sql.ident(name)}`;
  });
  const ofService = Object.entries(serviceMembers).map(
    ([name, { type, path }]) => sql`${at(sql`v.spec`, below(path))}::${typeThen(type)} as ${sql.ident(name)}`,
  );
  const serviceName = at(state, 'spec,owner,service');
  return sql`
    select ${at(state, key)} as key, ${kind}::text as kind, c.object_id as id, c.revision, ${serviceName} as "serviceName",
      ${deletedAt} as "deletedAt", ${sql.join([...columns, ...ofService], ', ')}
    from change c
    cross join lateral (select ${state} -> 'spec' as spec, ${state} -> 'status' as status offset 0) x
    cross join lateral (select ${stateOf('Service', sql`c.scope_id`, sql`c`)} -> 'spec' as spec offset 0) v
    where ${holds}${ofServices(given, serviceName)}
      ${more(at(state, key))}`;
}

/** A row of `change` that is not of a draft. */
const isPublished = (change: Sql): Sql => sql`${at(sql`${change}.state`, 'spec,phase')} <> 'Draft'`;

/** Another change of a name: of whatever object had it, and not of a draft. */
const changeOf = ({ kind, path }: Branch, name: Sql): Sql =>
  sql`select from change n where n.kind = ${sql.raw(`'${kind}'`)} and ${at(sql`n.state`, path)} = ${name} and ${isPublished(sql`n`)}`;

/**
 * What names were that nothing has at the moment, although something had: as the last deletion until then left them, and where
 * that is older than the history that is kept, as the names themselves remember it.
 */
function selectEnded(branch: Branch, given: Given, ended: Ended, within: Within): readonly Sql[] {
  const name = at(sql`c.state`, branch.path);
  const kept = selectStates(
    {
      branch,
      given,
      holds: sql`${ended.holds(branch.kind, sql`c`)} and ${isPublished(sql`c`)}
        and not exists (${changeOf(branch, name)} and n.position > c.position and n.position <= ${ended.until})`,
      stateOf: ended.stateOf,
      deletedAt: sql`(select t.at from change_set t where t.first_position <= c.position order by t.first_position desc limit 1)`,
      isGone: true,
    },
    (key) => within(key, branch.kind),
  );
  const rows = deletedRows(branch, 'then');
  const more = sql` and not exists (${changeOf(branch, rows.name)} and (n.position <= ${ended.until} or n.type = 'DELETED'))
    ${within(rows.name, branch.kind)}`;
  return [kept, selectRows(branch, rows, { given, see: ended.see, more, typeOf: typeThen })];
}

/** Names as of a moment, or as single changes left them. */
export const past = (given: Given, then: Then, within: Within, isListed: boolean): Sql =>
  select(given, (branch) => {
    // As a boolean, of which PostgreSQL expects half the rows: compared as text it expects one in 200, and then reads and sorts
    // all changes of the kind for each page, where it would go along the index of names until the page is full.
    const inForce = sql`${at(sql`c.state`, 'status,inForce')}::boolean`;
    // What is in force is no draft.
    const isShown = isListed ? inForce : isPublished(sql`c`);
    const present = selectStates(
      {
        branch,
        given,
        holds: sql`${then.holds(branch.kind, sql`c`)} and ${isShown}`,
        stateOf: then.stateOf,
        deletedAt: sql`null::timestamptz`,
        isGone: false,
      },
      (key) => within(key, branch.kind),
    );
    const { ended } = then;
    return isListed || ended === undefined ? present : [present, ...selectEnded(branch, given, ended, within)];
  });
