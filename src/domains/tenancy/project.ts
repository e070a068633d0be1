import { ORGANIZATION_LABEL } from '../../catalog/derived-labels.ts';
import { choice, ref, text } from '../../catalog/fields.ts';
import { type CatalogObject, type DerivedStore, defineKind } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { guardMoves } from './placement-guard.ts';
import { guardReinstatement } from './suspended.ts';

export const project = defineKind({
  domain: 'tenancy',
  group: 'resourcemanager.miloapis.com',
  kind: 'Project',
  plural: 'projects',
  description: 'A project of an organization. Services are produced in projects, and are used by projects.',
  scope: { own: true, parent: ['ownerRef'] },
  name: { max: 55 },
  derivedLabels: { [ORGANIZATION_LABEL]: 'ownerRef' },
  spec: {
    ownerRef: ref('Organization', {
      form: 'kind',
      as: 'organization',
      required: true,
      immutable: 'always',
      description: 'The organization that the project belongs to.',
      inverse: { name: 'projects', description: 'All projects of the organization, including those in folders.' },
    }),
  },
  printer: [
    { name: 'ORGANIZATION', path: 'spec.ownerRef.name' },
    { name: 'DISPLAY', path: 'metadata.annotations.kubernetes\\.io/display-name', wide: true },
  ],
});

const staysInTheOrganization = rowRule<{ organization_id: string; organization: string }>(
  (
    ids,
  ) => sql`select p.id, o.id as organization_id, o.name as organization from project_placement p join project j on j.id = p.project_id
   join organization o on o.id = j.owner_id join folder f on f.id = p.folder_id
   where p.id = any(${ids}::uuid[]) and f.organization_id <> j.owner_id`,
  (change, { organization_id: id, organization: name }) => {
    const message = 'the folder belongs to another organization than the project';
    const mentions = [{ kind: 'Organization', id, name }];
    const evidence = { accepted: `a folder of ${name}`, mentions };
    return refuse(change, 'FOLDER_IN_OTHER_ORGANIZATION', 'spec.folderRef.name', message, evidence);
  },
);

/** A kind of this catalog: the platform's Project has no field for a folder, and its manifests must stay valid. */
export const projectPlacement = defineKind({
  domain: 'tenancy',
  group: 'catalog.miloapis.com',
  kind: 'ProjectPlacement',
  plural: 'projectplacements',
  description: 'Puts a project into a folder of its organization.',
  scope: { home: ['projectRef'] },
  spec: {
    projectRef: ref('Project', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The project that this is about.',
      inverse: {
        name: 'placement',
        one: true,
        description: 'The object that puts the project into a folder; null if it is in none.',
      },
    }),
    folderRef: ref('Folder', {
      required: true,
      description: 'The folder that the project is in.',
      inverse: { name: 'placements', description: 'The objects that put projects into the folder.' },
    }),
  },
  checkAll: allOf(staysInTheOrganization, (changes, state) =>
    guardMoves(
      changes.map((change) => ({
        object: change,
        project: nameOf(change.spec.projectRef) ?? '',
        from: nameOf(change.before?.spec.folderRef),
        to: nameOf(change.spec.folderRef),
      })),
      state,
    ),
  ),
  checkGone: (objects, state) =>
    guardMoves(
      objects.map((object) => ({
        object,
        project: nameOf(object.spec.projectRef) ?? '',
        from: nameOf(object.spec.folderRef),
        to: undefined,
      })),
      state,
    ),
  derive: (changes, store) =>
    moveProjects(
      store,
      changes.map(({ id }) => id),
      sql`p.folder_id`,
    ),
  undo: (objects: readonly CatalogObject[], store) =>
    moveProjects(
      store,
      objects.map(({ id }) => id),
      sql`j.owner_id`,
    ),
  printer: [
    { name: 'PROJECT', path: 'spec.projectRef.name' },
    { name: 'FOLDER', path: 'spec.folderRef.name' },
  ],
});

const nameOf = (written: unknown): string | undefined => (written as { name?: string } | undefined)?.name;

/** Makes the projects' scopes children of their folder's scope, or of their organization's. */
async function moveProjects(store: DerivedStore, placements: readonly string[], parent: Sql): Promise<void> {
  await store.execute(
    sql`update scope s set parent_id = ${parent} from project_placement p join project j on j.id = p.project_id
     where p.id = any(${placements}::uuid[]) and s.id = j.id`,
  );
  await store.query(
    sql`select scope_closure_rebuild(array(select project_id from project_placement where id = any(${placements}::uuid[])))`,
  );
}

export const suspensionReasons = {
  Fraud: 'Fraud is suspected.',
  Abuse: 'The project was used in an abusive way.',
  Billing: 'Bills are not paid.',
  Compliance: 'The project breaks a legal or contractual requirement.',
  Administrative: 'An operator suspended the project for another reason.',
};
export const reinstateAuthorities = {
  Operator: 'Only platform operators may lift the suspension.',
  Consumer: 'The organization that owns the project may lift the suspension itself.',
};

export const projectSuspension = defineKind({
  domain: 'tenancy',
  group: 'resourcemanager.miloapis.com',
  kind: 'ProjectSuspension',
  plural: 'projectsuspensions',
  description:
    'Suspends a project: nothing in it can be created or changed. Several suspensions can be in force at the same time.',
  scope: { home: ['projectRef'] },
  spec: {
    projectRef: ref('Project', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The project that this is about.',
      inverse: { name: 'suspensions', description: 'The suspensions of the project that are in force.' },
    }),
    reason: choice('SuspensionReason', suspensionReasons, {
      required: true,
      immutable: 'always',
      description: 'The reason for the suspension.',
    }),
    reinstateAuthority: choice('ReinstateAuthority', reinstateAuthorities, {
      required: true,
      immutable: 'always',
      description: 'Who may lift the suspension.',
    }),
    requestedBy: text({ immutable: 'always', description: 'Who asked for the suspension, as free text.' }),
    description: text({ description: 'Further details, as free text.' }),
  },
  checkGone: guardReinstatement,
  printer: [
    { name: 'PROJECT', path: 'spec.projectRef.name' },
    { name: 'REASON', path: 'spec.reason' },
    { name: 'AUTHORITY', path: 'spec.reinstateAuthority' },
  ],
});
