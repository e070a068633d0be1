/** A caller of the example world (examples/20-iam.yaml) that users of the embedded service can act as. */
export interface Persona {
  /** Name of the User or ServiceAccount, and the subject of its tokens. */
  readonly name: string;
  readonly title: string;
}

export const personas: readonly Persona[] = [
  { name: 'staff', title: 'Sam, platform staff: everything' },
  { name: 'network-operator', title: 'Nora, network operations: the inventory of the facility fra1' },
  { name: 'org-owner', title: 'Olga, owner of the organization northwind' },
  { name: 'project-viewer', title: 'Vic, viewer of the project northwind-tracking' },
  { name: 'provider', title: 'Software that publishes the services of milo-compute' },
  { name: 'billing', title: 'Billing software: reads every meter and resource type' },
  { name: 'quota', title: 'Quota software: reads every limit and claim rule' },
  { name: 'auditor', title: 'Ada, auditor: reads who changed what' },
  { name: 'outsider', title: 'Otto, known to the platform, without any role' },
];
