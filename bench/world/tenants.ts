import type { Size } from '../sizes.ts';
import { manifest, type Together } from './documents.ts';

export function* organizations(size: Size): Generator<Together> {
  for (let index = 0; index < size.organizations; index++) {
    yield [manifest('tenancy', 'Organization', { name: `o${index}` }, {})];
  }
}

/** `bench` is the project that owns every service. */
export function* projects(size: Size): Generator<Together> {
  const project = (name: string, organization: string): string =>
    manifest('tenancy', 'Project', { name }, { ownerRef: { kind: 'Organization', name: organization } });
  yield [project('bench', 'o0')];
  for (let index = 0; index < size.projects; index++) yield [project(`p${index}`, `o${index % size.organizations}`)];
}

export const serviceObject = (index: number): string => `svc${index}-example-com`;

/** Published services, each with the meters and resource types of its configuration. */
export function* services(size: Size): Generator<Together> {
  for (let index = 0; index < size.services; index++) {
    const [name, serviceName] = [serviceObject(index), `svc${index}.example.com`];
    const owner = { producerProjectRef: { name: 'bench' } };
    const service = { serviceName, phase: 'Published', displayName: `Service ${index}`, owner };
    const types = Array.from({ length: size.typesPerService }, (_, type) => ({
      type: `${serviceName}/Thing${type}`,
      displayName: `Thing ${type}`,
      gvk: { group: serviceName, kind: `Thing${type}` },
    }));
    const meters = Array.from({ length: size.metersPerService }, (_, meter) => ({
      name: `${serviceName}/thing/m${meter}`,
      displayName: `Meter ${meter}`,
      measurement: { aggregation: 'Sum', unit: 's' },
      billing: { consumedUnit: 's', pricingUnit: 'h' },
      monitoredResourceTypes: types.map(({ type }) => type),
    }));
    const configuration = { serviceRef: { name }, phase: 'Published', monitoredResourceTypes: types, meters };
    yield [
      manifest('services', 'Service', { name }, service),
      manifest('services', 'ServiceConfiguration', { name }, configuration),
    ];
  }
}
