/** Someone of the example world (examples/20-iam.yaml) whom one can be, to see what they see. */
export interface Persona {
  /** Name of the User or ServiceAccount, and the subject of its tokens. */
  readonly name: string;
  readonly title: string;
}

export const personas: readonly Persona[] = [
  { name: 'staff', title: 'Sam, platform staff: everything' },
  { name: 'network-operator', title: 'Nora, network operations: the plant of fra1' },
  { name: 'org-owner', title: 'Olga, owner of the organization northwind' },
  { name: 'project-viewer', title: 'Vic, viewer of the project northwind-tracking' },
  { name: 'provider', title: 'Software that publishes services of milo-compute' },
  { name: 'billing', title: 'Software that bills: every meter and resource type' },
  { name: 'quota', title: 'Software that limits: every limit and claim rule' },
  { name: 'auditor', title: 'Ada, auditor: who changed what' },
  { name: 'outsider', title: 'Otto, known to the platform, nothing granted' },
];
