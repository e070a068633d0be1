const INVENTORY = 'inventory.miloapis.com/v1alpha1';
const RESOURCES = 'resourcemanager.miloapis.com/v1alpha1';
const SERVICES = 'services.miloapis.com/v1alpha1';

/** A generated world: `sites` facilities of one rack, a switch with 500 ports in all and 50 services with meters. */
export function plant(sites: number): { content: string; documents: number } {
  const documents: string[] = [];
  const add = (apiVersion: string, kind: string, name: string, spec: object): void => {
    documents.push(JSON.stringify({ apiVersion, kind, metadata: { name }, spec }));
  };
  add(RESOURCES, 'Organization', 'bench', {});
  add(RESOURCES, 'Project', 'bench', { ownerRef: { kind: 'Organization', name: 'bench' } });
  add(INVENTORY, 'Region', 'r1', { displayName: 'Region 1' });
  for (let index = 0; index < sites; index++) {
    const site = `s${index}`;
    add(INVENTORY, 'Site', site, { displayName: site, regionRef: { name: 'r1' }, type: 'Datacenter' });
    add(INVENTORY, 'Cluster', site, {
      displayName: site,
      controlPlaneSiteRef: { name: site },
      role: 'Compute',
      provider: 'bench',
    });
    add(INVENTORY, 'Rack', `${site}-r1`, { siteRef: { name: site }, heightU: 42 });
    for (const unit of [1, 10]) {
      const device = `${site}-d${unit}`;
      const placement = { rackRef: { name: `${site}-r1` }, startUnit: unit, unitHeight: 2 };
      add(INVENTORY, 'NetworkDevice', device, {
        clusterRef: { name: site },
        siteRef: { name: site },
        role: 'Leaf',
        placement,
      });
      for (let port = 0; port < 250; port++) {
        add(INVENTORY, 'Port', `${device}-p${port}`, {
          deviceRef: { kind: 'NetworkDevice', name: device },
          type: 'Optical',
          name: `Ethernet${port}`,
          speed: '100G',
        });
      }
    }
    for (let port = 0; port < 250; port++) {
      add(INVENTORY, 'Cable', `${site}-c${port}`, {
        endpoints: [{ name: `${site}-d1-p${port}` }, { name: `${site}-d10-p${port}` }],
        media: 'FiberSMF',
        lengthM: '2',
      });
    }
  }
  for (let index = 0; index < 50; index++) {
    const [slug, name] = [`svc${index}-example-com`, `svc${index}.example.com`];
    add(SERVICES, 'Service', slug, {
      serviceName: name,
      phase: 'Published',
      displayName: slug,
      owner: { producerProjectRef: { name: 'bench' } },
    });
    const type = `${name}/Thing`;
    const meters = Array.from({ length: 6 }, (_, meter) => ({
      name: `${name}/thing/m${meter}`,
      measurement: { aggregation: 'Sum', unit: 's' },
      billing: { consumedUnit: 's', pricingUnit: 'h' },
      monitoredResourceTypes: [type],
    }));
    add(SERVICES, 'ServiceConfiguration', slug, {
      serviceRef: { name: slug },
      phase: 'Published',
      monitoredResourceTypes: [{ type, displayName: 'Thing', gvk: { group: name, kind: 'Thing' } }],
      meters,
    });
  }
  return { content: documents.join('\n---\n'), documents: documents.length };
}
