import { bool, choice, objects, text } from '../../catalog/fields.ts';

export const assets = objects(
  'PluginAssets',
  {
    baseURL: text({
      description: 'HTTPS URL at which the plugin is served.',
      required: true,
      min: 1,
      pattern: /^https:\/\/[^\s/]+/,
      accepts: 'an https URL',
    }),
    manifestPath: text({ description: 'Path of the plugin’s manifest below the base URL.' }),
    caBundle: text({ description: 'Certificates of the authorities that sign the server’s certificate, as PEM.' }),
  },
  { description: 'Where a portal loads the plugin from.', single: true, required: true },
);
export const suspend = bool({
  description: 'Whether the plugin is suspended: portals do not load it for the time being.',
});

export const visibility = objects(
  'PluginVisibility',
  {
    entitlement: choice(
      'PluginEntitlement',
      {
        Required: 'Only projects that use the service see the plugin.',
        None: 'Every project sees the plugin.',
      },
      {
        description: 'Whether only projects that use the service see the plugin.',
      },
    ),
    featureFlag: text({
      description: 'Feature flag that must be on for the plugin to be shown; null if none is needed.',
    }),
  },
  { description: 'Which projects see the plugin.', single: true },
);
