import { type Action, type ActionObject, defineAction } from '../../catalog/action.ts';
import { objects, ref } from '../../catalog/fields.ts';
import { sql } from '../../platform/db/sql.ts';
import { statedCondition, upgradeProgress } from './deployment-status.ts';

interface Condition {
  readonly type: string;
  readonly observedGeneration?: number | null;
}

interface Reporting {
  readonly deployment: ActionObject;
  readonly conditions?: readonly Condition[] | null;
  readonly [progress: string]: unknown;
}

interface Known {
  readonly id: string | null;
  readonly generation: number;
  readonly conditions: readonly Condition[];
}

/** `reportDeployment`: what is said replaces what was said of the same, and the rest stays. */
export const reportDeployment: Action = defineAction<Reporting>({
  name: 'reportDeployment',
  description:
    'Says how a deployment does, which upgrade it could make, and how far it has got. Only the service account that the deployment names may say that. A condition takes the place of that of its type, others stay; so do members that are left out. One that is null is cleared.',
  shows: 'DeploymentReport',
  isClearing: true,
  input: {
    deployment: ref('Deployment', { required: true, description: 'The deployment.' }),
    conditions: objects('StatedCondition', statedCondition, {
      description: 'How the deployment does, as far as it is said now.',
      key: 'type',
      max: 32,
    }),
    ...upgradeProgress,
  },
  plan: async ({ deployment, conditions, ...progress }, state) => {
    const [known] = await state.query<Known>(
      sql`select x.id, d.generation, coalesce(x.conditions, '[]') as conditions
        from deployment d left join deployment_report x on x.deployment_id = d.id where d.id = ${deployment.id}`,
    );
    const present = known?.generation ?? 1;
    const said = new Map((known?.conditions ?? []).map((one) => [one.type, one]));
    for (const one of conditions ?? [])
      said.set(one.type, { ...one, observedGeneration: one.observedGeneration ?? present });
    const spec = { conditions: [...said.values()], ...progress };
    const members = ['conditions', ...Object.keys(progress)].map((name) => [`spec.${name}`, name]);
    const from = { 'spec.deploymentRef': 'deployment', 'metadata.name': 'deployment', ...Object.fromEntries(members) };
    const id = known?.id ?? null;
    if (id !== null) return [{ do: 'update', kind: 'DeploymentReport', id, spec, from }];
    const { name } = deployment;
    return [{ do: 'create', kind: 'DeploymentReport', name, spec: { deploymentRef: { name }, ...spec }, from }];
  },
});
