import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest begins first, so that no worker is left alone with it at the end. */
const slowest = [
  'platform/embedded',
  'platform/openfga-life',
  'authz/property',
  'authz/revocation',
  'authz/leak',
  'cli/apply',
  'mutations/every-kind',
  'cli/get',
  'docs/',
  'faults/',
  'platform/openfga-health',
  'authz/guards',
  'manifests/',
  'cli/',
  'playground/',
  'mutations/races',
  'mutations/random-batches',
  'authn/',
];

const place = ({ moduleId }: TestSpecification): number => {
  const index = slowest.findIndex((name) => moduleId.includes(`/test/${name}`));
  return index === -1 ? slowest.length : index;
};

export class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve([...files].sort((one, other) => place(one) - place(other)));
  }
}
