import { sql } from '../../../platform/db/sql.ts';
import { type JsonFields, objects, text } from '../../fields.ts';
import { parseJson } from '../../manifests/json.ts';
import type { Catalog, KindModel } from '../../model.ts';
import {
  type FollowingKind,
  followingKind,
  ofConsumer,
  type ProgressMember,
  progressGroup,
  progressMembers,
} from '../../read/feed-progress.ts';
import { same } from '../../read/same.ts';
import { type FieldSpec, optional, required } from '../../schema/field-spec.ts';
import type { LiveStatus } from '../../schema/manifest-source.ts';
import { progressFailuresSql, wholeProgressSql } from '../progress/progress-sql.ts';

const failureFields: JsonFields = {
  uid: text({ required: true, description: 'UUID of the object.' }),
  kind: text({ required: true, description: 'Kind of the object.' }),
  name: text({ required: true, description: 'Name of the object, as it is now or as it was last.' }),
  reason: text({ required: true, description: 'Why it could not be processed, in the words of the consumer.' }),
};

const failures = objects('FeedFailure', failureFields, { description: 'An object that a consumer could not process.' });

function memberSpecs(following: FollowingKind): FieldSpec[] {
  const known = Object.entries<ProgressMember>(progressMembers).map(
    ([name, { type, nullable, description, choice, ...member }]): FieldSpec => ({
      name,
      description,
      type: nullable ? optional(type) : required(type),
      source: { from: 'row', columns: (row) => [ofConsumer(row, member.value(following, row))], read: same },
      ...(choice !== undefined && { choice }),
    }),
  );
  return [
    ...known,
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
      type: required(progressGroup.name),
      source: { from: 'group' },
      group: { field: progressGroup, fields: memberSpecs(following) },
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
