const IAM = 'iam.miloapis.com/v1alpha1';
const INVENTORY = 'inventory.miloapis.com';
const RESOURCES = 'resourcemanager.miloapis.com';
const NAMESPACE = 'milo-system';

/** Callers by the number of grants they are behind; each sees the rack s1-r1 and, but for the outsider, more. */
export const callers = ['bench-admin', 'one-grant', 'hundred-grants', 'ten-thousand-grants', 'outsider'] as const;

export interface Size {
  readonly organizations: number;
  readonly projects: number;
  readonly racks: number;
  readonly sites: number;
}

/** Tenants, racks beyond those of the plant, roles, and callers who hold them on few and on very many scopes. */
export function people({ organizations, projects, racks, sites }: Size): { content: string; documents: number } {
  const documents: string[] = [];
  const add = (apiVersion: string, kind: string, metadata: object, spec: object): void => {
    documents.push(JSON.stringify({ apiVersion, kind, metadata, spec }));
  };
  for (let index = 0; index < organizations; index++) {
    add(`${RESOURCES}/v1alpha1`, 'Organization', { name: `o${index}` }, {});
  }
  for (let index = 0; index < projects; index++) {
    const ownerRef = { kind: 'Organization', name: `o${index % organizations}` };
    add(`${RESOURCES}/v1alpha1`, 'Project', { name: `p${index}` }, { ownerRef });
  }
  for (let index = 0; index < racks; index++) {
    add(
      `${INVENTORY}/v1alpha1`,
      'Rack',
      { name: `x${index}` },
      { siteRef: { name: `s${index % sites}` }, heightU: 42 },
    );
  }
  const reads = (group: string, ...plurals: readonly string[]): string[] =>
    plurals.flatMap((plural) => ['get', 'list', 'watch'].map((verb) => `${group}/${plural}.${verb}`));
  const role = (name: string, includedPermissions: readonly string[]): void =>
    add(IAM, 'Role', { name, namespace: NAMESPACE }, { launchStage: 'Beta', includedPermissions });
  role('plant-viewer', reads(INVENTORY, 'regions', 'sites', 'racks', 'networkdevices', 'ports', 'cables'));
  role('site-viewer', reads(INVENTORY, 'sites'));
  role('project-viewer', [
    ...reads(RESOURCES, 'projects'),
    ...reads('services.miloapis.com', 'services', 'meterdefinitions', 'monitoredresourcetypes'),
    ...reads('billing.miloapis.com', 'meterdefinitions', 'monitoredresourcetypes'),
  ]);
  role('project-auditor', reads(RESOURCES, 'projects'));
  for (const name of callers)
    if (name !== 'bench-admin') add(IAM, 'User', { name }, { email: `${name}@bench.example` });
  let bindings = 0;
  const bind = (who: string, roleName: string, group: string, kind: string, name: string): void =>
    add(
      IAM,
      'PolicyBinding',
      { name: `b${bindings++}`, namespace: NAMESPACE },
      {
        roleRef: { name: roleName, namespace: NAMESPACE },
        subjects: [{ kind: 'User', name: who }],
        resourceSelector: { resourceRef: { apiGroup: group, kind, name } },
      },
    );
  bind('one-grant', 'plant-viewer', INVENTORY, 'Region', 'r1');
  const rackNames = [
    ...Array.from({ length: sites }, (_, index) => `s${index}-r1`),
    ...Array.from({ length: racks }, (_, index) => `x${index}`),
  ];
  const holds = (who: string, most: number): void => {
    const first = bindings;
    for (let index = 0; index < sites; index++) bind(who, 'site-viewer', INVENTORY, 'Site', `s${index}`);
    bind(who, 'project-viewer', RESOURCES, 'Project', 'bench');
    const left = (): number => most - (bindings - first);
    for (const name of rackNames.slice(0, Math.min(rackNames.length, Math.ceil(left() / 2)))) {
      bind(who, 'plant-viewer', INVENTORY, 'Rack', name);
    }
    for (const roleName of ['project-viewer', 'project-auditor']) {
      for (let index = 0; index < projects && left() > 0; index++) {
        bind(who, roleName, RESOURCES, 'Project', `p${index}`);
      }
    }
  };
  holds('hundred-grants', 100);
  holds('ten-thousand-grants', 10_000);
  return { content: documents.join('\n---\n'), documents: documents.length };
}
