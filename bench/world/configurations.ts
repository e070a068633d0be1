import { manifest } from './documents.ts';

export const METERS = 10;

const canonical = (name: string): string => `${name}.bench.example`;

export const service = (name: string): string =>
  manifest(
    'services',
    'Service',
    { name },
    {
      serviceName: canonical(name),
      phase: 'Published',
      displayName: name,
      owner: { producerProjectRef: { name: 'bench' } },
    },
  );

interface Revision {
  readonly number: number;
  readonly phase: string;
}
const first: Revision = { number: 1, phase: 'Published' };

const revision = (
  name: string,
  { number, phase }: Revision,
  monitoredResourceTypes: readonly object[],
  metrics: readonly object[],
  consumerDestinations: readonly object[],
): string =>
  manifest(
    'services',
    'ServiceConfiguration',
    { name: `${name}-${number}` },
    { serviceRef: { name }, phase, monitoredResourceTypes, metrics, billing: { consumerDestinations } },
  );

/** A type and ten meters. */
export const configuration = (name: string): string => {
  const type = `${canonical(name)}/Thing`;
  const metrics = Array.from({ length: METERS }, (_, index) => ({
    name: `${canonical(name)}/thing/m${index}`,
    displayName: `Meter ${index}`,
    kind: 'Delta',
    unit: 'By',
    dimensions: ['region', 'zone'],
  }));
  const types = [
    { type, displayName: 'Thing', gvk: { group: canonical(name), kind: 'Thing' }, labels: [{ name: 'region' }] },
  ];
  return revision(name, first, types, metrics, [
    { monitoredResourceType: type, metrics: metrics.map((metric) => metric.name) },
  ]);
};

/** As large as upstream's limits allow (reference/service-catalog.md, 5.3). Names of metrics for people are of each revision. */
export const largestConfiguration = (name: string, which: Revision = first): string => {
  const words = (count: number, word: string): string[] =>
    Array.from({ length: count }, (_, index) => `${word}_${index}`);
  const types = words(128, 'Type').map((kind) => ({
    type: `${canonical(name)}/${kind}`,
    displayName: kind,
    gvk: { group: canonical(name), kind },
    labels: words(64, 'label').map((label) => ({ name: label, description: `What ${label} says of ${kind}.` })),
  }));
  const metrics = words(256, 'metric').map((metric) => ({
    name: `${canonical(name)}/${metric}`,
    displayName: `${metric}, ${which.number}`,
    kind: 'Delta',
    unit: 'By',
    dimensions: words(32, 'dimension'),
  }));
  const destinations = types.slice(0, 64).map(({ type }, index) => ({
    monitoredResourceType: type,
    metrics: metrics.slice(index * 4, index * 4 + 4).map((metric) => metric.name),
  }));
  return revision(name, which, types, metrics, destinations);
};
