import { bool, type Fields, objects, ref } from '../../../catalog/fields.ts';
import { defineKind } from '../../../catalog/kind.ts';
import { assets, suspend, visibility } from '../configuration-ui-fields.ts';
import { outputStatus } from './output-status.ts';

const serviceRef = (inverse: { readonly name: string; readonly description: string }) =>
  ref('Service', {
    description: 'The service that the plugin is about, by its object name or its canonical name.',
    required: true,
    immutable: 'always',
    by: 'serviceName',
    exportName: true,
    inverse,
  });

const where: Fields = {
  assets: { ...assets, column: 'assets' },
  suspend: bool({ ...suspend }),
};

const printer = [
  { name: 'SERVICE', path: 'spec.serviceRef.name' },
  { name: 'URL', path: 'spec.assets.baseURL' },
  { name: 'SUSPENDED', path: 'spec.suspend', wide: true },
];

const common = {
  domain: 'services',
  group: 'portal.miloapis.com',
  scope: { home: ['serviceRef'] },
  ownedBy: 'configuration_id',
  printer,
} as const;

export const consumerPortalPlugin = defineKind({
  ...common,
  kind: 'ConsumerPortalPlugin',
  plural: 'consumerportalplugins',
  description:
    'A plugin that the portal for consumers loads. The configuration that counts for a service gives it one, named after the service.',
  spec: {
    serviceRef: serviceRef({
      name: 'consumerPortalPlugins',
      description: 'The plugins of the portal for consumers that are about the service.',
    }),
    ...where,
    visibility: objects(visibility.name, visibility.fields, visibility),
  },
  status: outputStatus({
    name: 'consumerPortalPlugins',
    description: 'The plugin of the portal for consumers that follows from the configuration.',
  }),
});

export const providerPortalPlugin = defineKind({
  ...common,
  kind: 'ProviderPortalPlugin',
  plural: 'providerportalplugins',
  description:
    'A plugin that the portal for staff and providers loads. The configuration that counts for a service gives it one, named after the service.',
  spec: {
    serviceRef: serviceRef({
      name: 'providerPortalPlugins',
      description: 'The plugins of the portal for staff and providers that are about the service.',
    }),
    ...where,
  },
  status: outputStatus({
    name: 'providerPortalPlugins',
    description: 'The plugin of the portal for staff and providers that follows from the configuration.',
  }),
});
