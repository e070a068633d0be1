import type { FollowedObject, Follower } from '../../../catalog/kind.ts';
import { sql } from '../../../platform/db/sql.ts';
import { among, tables } from '../../../platform/db/tables.ts';
import { settleEnablement } from './settle.ts';

const DISPLAY_NAME = 'kubernetes.io/display-name';

/** What producers know of projects and organizations has changed. */
const isRenamed = ({ before, annotations }: FollowedObject): boolean =>
  before !== undefined && before.annotations[DISPLAY_NAME] !== annotations[DISPLAY_NAME];

const projectOf = ({ spec }: FollowedObject): string => (spec.projectRef as { readonly name: string }).name;

/** A project that is suspended or reinstated, and names for people, are told where services are used. */
export const enablementFollowers: readonly Follower[] = [
  {
    kind: 'ProjectSuspension',
    follow: async (suspensions, store) => {
      const rows = await store.query(
        tables
          .selectFrom('project')
          .select('id')
          .where('name', '=', among(suspensions.map(projectOf))),
      );
      await settleEnablement(
        store,
        rows.map(({ id }) => id),
      );
    },
  },
  {
    kind: 'Project',
    follow: (projects, store) =>
      settleEnablement(
        store,
        projects.filter(isRenamed).map(({ id }) => id),
      ),
  },
  {
    kind: 'Organization',
    follow: async (organizations, store) => {
      const ids = organizations.filter(isRenamed).map(({ id }) => id);
      if (ids.length === 0) return;
      const rows = await store.query<{ id: string }>(sql`
        select distinct c.consumer_project_id as id from service_consumer c join project p on p.id = c.consumer_project_id
        where p.owner_id = any(${ids}::uuid[])`);
      await settleEnablement(
        store,
        rows.map(({ id }) => id),
      );
    },
  },
];
