import { choice, int, type JsonFields, type NamedByText, objects, text, texts } from '../../catalog/fields.ts';
import { versionByText } from './fields.ts';
import { versionPattern } from './grammar.ts';

/*
 * What is the case with a deployment, apart from what its owner wants: the same in the reports of the program that runs it
 * and in the status of the deployment.
 */

const accepts = 'a version such as v1, v2alpha1 or v2beta3';
const shards = (description: string) =>
  texts({
    description,
    unique: true,
    max: 1_024,
    item: { pattern: /^(0|[1-9][0-9]{0,5})$/, accepts: 'the number of a shard, from 0' },
  });

export const upgradeStages = {
  Ready: 'No upgrade is running.',
  InitialSyncing: 'The data is being copied.',
  Switching: 'Traffic is being moved to the new version.',
};

const upgradeFields = (version: NamedByText): JsonFields => ({
  targetVersion: text({
    description: 'The API version that the deployment is upgraded to.',
    names: [version],
    pattern: versionPattern,
    accepts,
  }),
  dbDataTargetVersion: text({ description: 'The data version that the data is upgraded to.', max: 64 }),
  dbTargetLocationTag: text({ description: 'Tag of the database location that the data moves to.', max: 64 }),
  readyShards: shards('Numbers of the shards that are done.'),
  pendingShards: shards('Numbers of the shards that are still to be done.'),
  stage: choice('UpgradeStage', upgradeStages, { description: 'Stage of the upgrade.' }),
});

/** What a deployment could become, and what it is becoming. */
const progressOf = (version: NamedByText) => ({
  availableUpgrade: objects(
    'AvailableUpgrade',
    {
      apiVersion: text({
        description: 'The API version that the deployment could serve.',
        names: [version],
        pattern: versionPattern,
        accepts,
      }),
      dbDataVersion: text({ description: 'The data version that this API version needs.', max: 64 }),
      dbLocationTag: text({ description: 'Tag of the database location that would hold the data.', max: 64 }),
      totalShardsCount: int({ description: 'Number of shards of the data.', min: 0, max: 1_000_000 }),
    },
    { description: 'The upgrade that the installed image makes possible; null if there is none.', single: true },
  ),
  upgrade: objects('DeploymentUpgrade', upgradeFields(version), {
    description: 'The upgrade that is in progress; null if there is none.',
    single: true,
  }),
  dataTasks: objects(
    'DataTask',
    {
      taskTag: text({ description: 'Tag that identifies the task.', required: true, min: 1, max: 64 }),
      shardsCount: int({ description: 'Number of shards of the data.', min: 0, max: 1_000_000 }),
      readyShards: shards('Numbers of the shards that are done.'),
      targetVersion: text({ description: 'The data version that the data is upgraded to.', max: 64 }),
      progress: texts({ description: 'Progress of each shard, as text.', max: 1_024, item: { max: 256 } }),
    },
    { description: 'A task that changes the data of the deployment in place.', max: 32 },
  ),
});

/** In the status of a deployment. */
export const upgradeProgress = progressOf(versionByText);
/** In what refers to a deployment. */
export const reportedProgress = progressOf({ ...versionByText, through: 'deploymentRef' });

const said: JsonFields = {
  type: text({
    description: 'What it is about: `Ready`, `Serving`, `Degraded`, or another word of the program.',
    required: true,
    max: 316,
    pattern: /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/,
    accepts: 'a word such as Ready, with a domain before it where it is nobody else’s: cdn.example.com/CacheWarm',
  }),
  status: choice(
    'ConditionStatus',
    { True: 'It is the case.', False: 'It is not.', Unknown: 'It is not known.' },
    { description: 'Whether it is the case.', required: true },
  ),
  reason: text({
    description: 'Why, in one word for programs.',
    required: true,
    min: 1,
    max: 1_024,
    pattern: /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/,
    accepts: 'one word: letters, digits and _ , : beginning with a letter',
  }),
  message: text({ description: 'The same for people.', max: 32_768 }),
};

/** What is the case with a deployment by what the catalog knows: nobody reports it. */
export const workedOut: readonly string[] = [
  'DependenciesAvailable',
  'VersionCurrent',
  'EndpointNamingConforms',
  'Routable',
  'Upgrading',
  'PhysicallyReachable',
];

/** A condition as it is reported. */
export const reportedCondition = {
  ...said,
  observedGeneration: int({
    description:
      'Generation of the deployment that it is about. Where the deployment is at a higher one, it says nothing of the present.',
    required: true,
    min: 1,
  }),
};

/** The same as it is input to `reportDeployment`. */
export const statedCondition: JsonFields = {
  ...said,
  observedGeneration: int({
    description: 'Generation of the deployment that it is about. Default: the present one.',
    min: 1,
  }),
};

/** A condition as it is told. */
export const tellCondition = (description: string, column?: { readonly as: string }) =>
  objects(
    'DeploymentCondition',
    {
      ...said,
      observedGeneration: int({ description: 'Generation of the deployment that it is about.' }),
      lastTransitionTime: text({
        description:
          'Time at which the status last changed, in ISO 8601; null for what the catalog works out when it is asked.',
      }),
    },
    { description, ...column },
  );
