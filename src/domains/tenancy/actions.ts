import { type Action, type ActionObject, type ActionState, defineAction } from '../../catalog/action.ts';
import { choice, ref, text } from '../../catalog/fields.ts';
import { sql } from '../../platform/db/sql.ts';
import { tables } from '../../platform/db/tables.ts';
import { reinstateAuthorities, suspensionReasons } from './project.ts';

const project = ref('Project', { required: true, description: 'The project.' });

export const moveProject = defineAction<{ project: ActionObject; folder?: ActionObject }>({
  name: 'moveProject',
  description:
    'Moves a project into a folder of its organization, or directly below the organization when no folder is given. Roles that are granted on its new folder, or above it, hold for the project from then on.',
  shows: 'Project',
  input: {
    project,
    folder: ref('Folder', {
      description:
        'The folder to move the project into. Without one, the project is moved directly below its organization.',
    }),
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
  description: 'Moves a folder with everything inside it into another folder, or directly below its organization.',
  shows: 'Folder',
  input: {
    folder: ref('Folder', { required: true, description: 'The folder to move.' }),
    parent: ref('Folder', {
      description: 'The folder to move it into. Without one, it is moved directly below its organization.',
    }),
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

const reason = choice('SuspensionReason', suspensionReasons, {
  required: true,
  description: 'The reason for the suspension.',
});

export const suspendProject = defineAction<Suspension>({
  name: 'suspendProject',
  description:
    'Suspends a project for a reason: nothing in it can be created or changed. Changes nothing if the project is suspended for that reason already.',
  shows: 'Project',
  input: {
    project,
    reason,
    reinstateAuthority: choice('ReinstateAuthority', reinstateAuthorities, {
      required: true,
      description: 'Who may lift the suspension.',
    }),
    requestedBy: text({ description: 'Who asked for the suspension, as free text.' }),
    description: text({ description: 'Further details, as free text.' }),
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
  description: 'Lifts the suspensions of a project: all of them, or only the one for a given reason.',
  shows: 'Project',
  input: {
    project,
    reason: {
      ...reason,
      required: false,
      description: 'The reason of the suspension to lift. Default: all suspensions are lifted.',
    },
  },
  plan: async ({ project: { id }, reason: only }, state) =>
    (await suspensionsOf(state, id, only)).map((one) => ({ do: 'delete', kind: 'ProjectSuspension', id: one.id })),
});

export const tenancyActions: readonly Action[] = [moveProject, moveFolder, suspendProject, resumeProject];
