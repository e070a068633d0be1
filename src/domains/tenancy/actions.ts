import { type Action, type ActionObject, type ActionState, defineAction } from '../../catalog/action.ts';
import { choice, ref, text } from '../../catalog/fields.ts';
import { sql } from '../../platform/db/sql.ts';
import { tables } from '../../platform/db/tables.ts';
import { reinstateAuthorities, suspensionReasons } from './project.ts';

const project = ref('Project', { required: true, description: 'The project.' });

export const moveProject = defineAction<{ project: ActionObject; folder?: ActionObject }>({
  name: 'moveProject',
  description:
    'Moves a project into a folder of its organization, or directly below the organization when no folder is given. ' +
    'Roles that are bound above take effect accordingly.',
  shows: 'Project',
  input: {
    project,
    folder: ref('Folder', { description: 'The folder; directly below the organization when absent.' }),
  },
  plan: async ({ project: { id, name }, folder }, state) => {
    const [placement] = await state.query(
      tables.selectFrom('project_placement').select('id').where('project_id', '=', id),
    );
    const kind = 'ProjectPlacement';
    const from = { 'spec.folderRef': 'folder', 'spec.projectRef': 'project' };
    if (folder === undefined) return placement === undefined ? [] : [{ do: 'delete', kind, id: placement.id }];
    const folderRef = { name: folder.name };
    return placement === undefined
      ? [{ do: 'create', kind, name, spec: { projectRef: { name }, folderRef }, from }]
      : [{ do: 'update', kind, id: placement.id, spec: { folderRef }, from }];
  },
});

export const moveFolder = defineAction<{ folder: ActionObject; parent?: ActionObject }>({
  name: 'moveFolder',
  description: 'Moves a folder with everything inside into another one, or directly below its organization.',
  shows: 'Folder',
  input: {
    folder: ref('Folder', { required: true, description: 'The folder.' }),
    parent: ref('Folder', { description: 'The folder to put it into; directly below the organization when absent.' }),
  },
  plan: ({ folder, parent }) => [
    {
      do: 'update',
      kind: 'Folder',
      id: folder.id,
      spec: { parentRef: parent === undefined ? null : { name: parent.name } },
      from: { 'spec.parentRef': 'parent' },
    },
  ],
});

const suspensionsOf = (state: ActionState, id: string, reason: string | undefined): Promise<{ id: string }[]> =>
  state.query(
    sql`select id from project_suspension where project_id = ${id} and (${reason ?? null}::text is null or reason::text = ${reason ?? null}) order by name`,
  );

interface Suspension {
  readonly project: ActionObject;
  readonly reason: string;
  readonly reinstateAuthority: string;
  readonly requestedBy?: string;
  readonly description?: string;
}

const reason = choice('SuspensionReason', suspensionReasons, { required: true, description: 'Why it is suspended.' });

export const suspendProject = defineAction<Suspension>({
  name: 'suspendProject',
  description: 'Suspends a project for a reason; nothing changes when it is suspended for that reason already.',
  shows: 'Project',
  input: {
    project,
    reason,
    reinstateAuthority: choice('ReinstateAuthority', reinstateAuthorities, {
      required: true,
      description: 'Who may lift the suspension.',
    }),
    requestedBy: text({ description: 'Who asked for it.' }),
    description: text({ description: 'Details, for people to read.' }),
  },
  plan: async ({ project: { id, name }, ...spec }, state) => {
    if ((await suspensionsOf(state, id, spec.reason)).length > 0) return [];
    return [
      {
        do: 'create',
        kind: 'ProjectSuspension',
        name: `${name}-${spec.reason.toLowerCase()}`,
        spec: { projectRef: { name }, ...spec },
        from: { 'spec.projectRef': 'project' },
      },
    ];
  },
});

export const resumeProject = defineAction<{ project: ActionObject; reason?: string }>({
  name: 'resumeProject',
  description: 'Lifts the suspensions of a project: all of them, or that for one reason.',
  shows: 'Project',
  input: { project, reason: { ...reason, required: false, description: 'Only the suspension for this reason.' } },
  plan: async ({ project: { id }, reason: only }, state) =>
    (await suspensionsOf(state, id, only)).map((one) => ({ do: 'delete', kind: 'ProjectSuspension', id: one.id })),
});

export const tenancyActions: readonly Action[] = [moveProject, moveFolder, suspendProject, resumeProject];
