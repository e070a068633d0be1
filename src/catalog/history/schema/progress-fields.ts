import { sql } from '../../../platform/db/sql.ts';
import { type ChoiceField, choice, group, type JsonFields, objects, text } from '../../fields.ts';
import { parseJson } from '../../manifests/json.ts';
import type { Catalog, KindModel } from '../../model.ts';
import type { Source } from '../../read/plan-types.ts';
import { same } from '../../read/same.ts';
import { type FieldSpec, type OutputType, optional, required } from '../../schema/field-spec.ts';
import type { LiveStatus } from '../../schema/manifest-source.ts';
import {
  type FollowingKind,
  followingKind,
  type ProgressMember,
  progressFailuresSql,
  progressSql,
  wholeProgressSql,
} from '../progress/progress-sql.ts';

const state = choice(
  'FeedConsumerState',
  {
    Unreported: 'It has not reported anything yet, or not since the catalog was restored from a backup.',
    Current: 'No change waits for it longer than it may.',
    Behind: 'A change has waited for it longer than `maxLagSeconds`.',
    Failing: 'It keeps up, but could not process some objects.',
  },
  { description: 'How the consumer is doing.', required: true },
);

const failureFields: JsonFields = {
  uid: text({ required: true, description: 'UUID of the object.' }),
  kind: text({ required: true, description: 'Kind of the object.' }),
  name: text({ required: true, description: 'Name of the object, as it is now or as it was last.' }),
  reason: text({ required: true, description: 'Why it could not be processed, in the words of the consumer.' }),
};

const failures = objects('FeedFailure', failureFields, { description: 'An object that a consumer could not process.' });

const progress = group('FeedProgress', {}, { description: 'How far a consumer of the change feed has got.' });

const fromRow = (following: FollowingKind, member: ProgressMember): Source => ({
  from: 'row',
  columns: (row) => [progressSql(following, member, row)],
  read: same,
});

function memberSpecs(following: FollowingKind): FieldSpec[] {
  const member = (name: ProgressMember, type: OutputType, description: string, field?: ChoiceField): FieldSpec => ({
    name,
    description,
    type,
    source: fromRow(following, name),
    ...(field !== undefined && { choice: field }),
  });
  return [
    member('state', required(state.name), state.description, state),
    member(
      'position',
      optional('BigInt'),
      'Everything up to this position has been processed; null if nothing was reported.',
    ),
    member('reportedAt', optional('DateTime'), 'Time of the last report that was recorded; null if there was none.'),
    member('lagChanges', required('BigInt'), 'Number of changes after that position, whoever they concern.'),
    member(
      'lagSeconds',
      required('Int'),
      'How long the oldest of these changes has waited; for a consumer that has reported nothing, how long it is registered.',
    ),
    member('failureCount', required('Int'), 'Number of objects that it could not process.'),
    {
      name: 'failures',
      description:
        'Objects that it could not process and that you may see: at most 100 are kept, the first of those that were reported.',
      type: { name: failures.name, isList: true, isNullable: false },
      source: {
        from: 'row',
        columns: (row, _args, { catalog, access }) => [sql`${progressFailuresSql(row, catalog.kinds, access)}::text`],
        read: ([json]) => (typeof json === 'string' ? parseJson(json) : []),
      },
      objects: failures,
    },
  ];
}

/** `progress` of a kind whose objects follow the feed. */
export function progressFields(kind: KindModel): FieldSpec[] {
  const following = followingKind(kind);
  if (following === undefined) return [];
  return [
    {
      name: 'progress',
      description: 'How far the consumer has got, by its own reports.',
      type: required(progress.name),
      source: { from: 'group' },
      group: { field: progress, fields: memberSpecs(following) },
    },
  ];
}

/** The same in manifests, as `status.progress`. */
export function progressStatus(kind: KindModel): LiveStatus | undefined {
  const following = followingKind(kind);
  if (following === undefined) return undefined;
  return (row, { catalog, access }) =>
    sql`jsonb_build_object('progress', ${wholeProgressSql(following, row, catalog.kinds, access)})`;
}

/** The one kind whose objects follow the feed, if there is one. */
export function followingIn({ kinds }: Catalog): FollowingKind | undefined {
  const [found, another] = kinds.flatMap((kind) => followingKind(kind) ?? []);
  if (another !== undefined) throw new Error(`${another.kind.kind} is a second kind that follows the feed`);
  return found;
}
