import type { CatalogObject, Change, FinalState } from '../../catalog/kind.ts';
import { refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { type upgradeStages, workedOut } from './deployment-status.ts';

type Stage = keyof typeof upgradeStages;

interface Upgrade {
  readonly stage?: Stage | null;
  readonly readyShards?: readonly string[];
  readonly pendingShards?: readonly string[];
}

const upgradeOf = ({ spec }: Pick<Change, 'spec'>): Upgrade => (spec.upgrade ?? {}) as Upgrade;
const stageOf = (change: Pick<Change, 'spec'> | undefined): Stage =>
  (change === undefined ? undefined : upgradeOf(change).stage) ?? 'Ready';

const next: Readonly<Record<Stage, Stage>> = {
  Ready: 'InitialSyncing',
  InitialSyncing: 'Switching',
  Switching: 'Ready',
};

/** Shards are ready or pending, and an upgrade goes from stage to stage (rule V8). */
export function checkUpgrade(change: Change): Violation[] {
  const { readyShards: ready = [], pendingShards: pending = [] } = upgradeOf(change);
  const [stage, before] = [stageOf(change), stageOf(change.before)];
  const total = (change.spec.availableUpgrade as { readonly totalShardsCount?: number | null } | null | undefined)
    ?.totalShardsCount;
  const found: Violation[] = [];
  const add = (path: string, message: string, value: unknown, accepted: string): void => {
    found.push(refuse(change, 'V8_UPGRADE_STATE', path, message, { value, accepted }));
  };
  const both = ready.filter((shard) => pending.includes(shard));
  if (both.length > 0) {
    add('spec.upgrade.pendingShards', 'A shard is ready or pending, not both.', both.join(', '), 'each shard once');
  }
  const beyond = [...ready, ...pending].filter((shard) => typeof total === 'number' && Number(shard) >= total);
  if (beyond.length > 0) {
    const message = `There are ${total} shards.`;
    add('spec.upgrade', message, beyond.join(', '), `numbers from 0 to ${Number(total) - 1}`);
  }
  const shardCount = ready.length + pending.length;
  if (stage === 'Ready' && shardCount > 0) {
    add('spec.upgrade.stage', 'Without a running upgrade there are no shards of it.', stage, 'no shards');
  }
  if (stage !== 'Ready' && shardCount === 0) {
    add('spec.upgrade', `An upgrade that is ${stage} has shards.`, null, 'readyShards, pendingShards or both');
  }
  if (stage === 'Switching' && pending.length > 0) {
    add('spec.upgrade.pendingShards', 'Traffic moves once all shards are ready.', pending.join(', '), 'no shards');
  }
  if (stage !== before && stage !== next[before]) {
    add('spec.upgrade.stage', `After ${before} comes ${next[before]}.`, stage, `${before} or ${next[before]}`);
  }
  return found;
}

/** What the catalog works out itself is told once, by the catalog. */
export const checkTypes = (change: Change): Violation[] =>
  ((change.spec.conditions ?? []) as readonly { readonly type: string }[]).flatMap(({ type }, place) => {
    if (!workedOut.includes(type)) return [];
    const message = `${type} follows from what the catalog knows of the deployment: it is not reported.`;
    const evidence = { value: type, accepted: 'a type such as Ready, Serving or Degraded' };
    return [refuse(change, 'CONDITION_WORKED_OUT', `spec.conditions[${place}].type`, message, evidence)];
  });

interface Reported {
  readonly deployment: string;
  readonly account_id: string | null;
  readonly generation: number;
  readonly unknown: readonly string[];
}

const nobody = 'names no service account, so that nobody reports on it';

/** Only the service account that the deployment names reports on it: no owner of the service, and no staff. */
export async function checkReporter(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const { caller, rights } = state.by;
  if (rights === undefined) return [];
  const rule = rowRule<Pick<Reported, 'deployment' | 'account_id'>>(
    (ids) => sql`select x.id, d.name as deployment, d.service_account_id as account_id
      from deployment_report x join deployment d on d.id = x.deployment_id
      where x.id = any(${ids}::uuid[]) and d.service_account_id is distinct from ${caller.principalId}::uuid`,
    (change, { deployment, account_id: account }) => {
      const why = account === null ? nobody : 'names another account, which alone reports on it';
      return refuse(change, 'NOT_THE_REPORTER', 'spec.deploymentRef', `${deployment} ${why}.`, {
        value: `${caller.kind}/${caller.name}`,
        accepted: `the account in spec.serviceAccountRef of Deployment/${deployment}`,
      });
    },
  );
  return rule(changes, state);
}

/** A report has its deployment's name, and is about what there is: its generation, its service's versions. */
export const checkReported = rowRule<Omit<Reported, 'account_id'>>(
  (ids) => sql`select x.id, d.name as deployment, d.generation, array(
      select t.path from (values
        ('spec.availableUpgrade.apiVersion', x.available_upgrade->>'apiVersion'), ('spec.upgrade.targetVersion', x.upgrade->>'targetVersion'))
        t (path, version)
      where t.version is not null
        and not exists (select from service_version v where v.service_id = d.service_id and v.version = t.version)) as unknown
    from deployment_report x join deployment d on d.id = x.deployment_id where x.id = any(${ids}::uuid[])`,
  (change, { deployment, generation, unknown }) => {
    const found = unknown.map((path) => {
      const message = 'The service has no version of this name.';
      return refuse(change, 'VERSION_UNKNOWN', path, message, { accepted: 'a version of the service' });
    });
    if (change.name !== deployment) {
      const message = 'The report on a deployment has its name.';
      const evidence = { value: change.name, accepted: deployment };
      found.push(refuse(change, 'REPORT_NAME', 'metadata.name', message, evidence));
    }
    const conditions = (change.spec.conditions ?? []) as readonly { readonly observedGeneration: number }[];
    for (const [place, { observedGeneration }] of conditions.entries()) {
      if (observedGeneration <= generation) continue;
      const message = `${deployment} is at generation ${generation}.`;
      const evidence = { value: observedGeneration, accepted: `at most ${generation}` };
      found.push(refuse(change, 'GENERATION_AHEAD', `spec.conditions[${place}].observedGeneration`, message, evidence));
    }
    return found;
  },
);

const deploymentOf = ({ spec }: CatalogObject): string => (spec.deploymentRef as { readonly name: string }).name;

/** A report goes with its deployment; without that, whoever writes it takes it back. */
export async function keepsReports(objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  const { caller, rights } = state.by;
  if (rights === undefined) return [];
  const rows = await state.query<{ name: string }>(sql`select d.name from deployment d
    where d.name = any(${objects.map(deploymentOf)}::text[]) and d.service_account_id is distinct from ${caller.principalId}::uuid`);
  const kept = new Set(rows.map(({ name }) => name));
  return objects
    .filter((object) => kept.has(deploymentOf(object)))
    .map((object) => {
      const message = `Only the account that reports on ${deploymentOf(object)} takes its report back.`;
      const accepted = `the account in spec.serviceAccountRef of Deployment/${deploymentOf(object)}`;
      return refuse(object, 'NOT_THE_REPORTER', 'metadata.name', message, { accepted });
    });
}
