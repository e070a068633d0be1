import { choice, group, objects, text, texts } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { uniqueIn } from '../../catalog/rules.ts';
import { fixedServiceRef } from './service-ref.ts';

const httpsUrl = { max: 2_048, pattern: /^https:\/\/[^\s/]+/, accepts: 'an https URL' };

/** How finished a service is for its customers (`google.api.LaunchStage`); whether it ends is its phase. */
export const launchStage = choice(
  'LaunchStage',
  {
    EarlyAccess: 'Invited customers try it. It may change or disappear.',
    Alpha: 'Customers who ask for it test it. It may change incompatibly.',
    Beta: 'Everyone may use it. It is nearly stable, without promises on its availability.',
    GA: 'It is finished, stable and supported.',
  },
  { description: 'How finished the service is for its customers.', required: true, default: 'GA' },
);

/** Category of the catalog's pages: `networking`. */
export const category = {
  min: 1,
  max: 63,
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  accepts: 'lower-case letters, digits and hyphens, such as object-storage',
};

export const serviceListing = defineKind({
  domain: 'services',
  group: 'catalog.miloapis.com',
  kind: 'ServiceListing',
  plural: 'servicelistings',
  description:
    'How a service is shown on the pages of the catalog: its categories, how finished it is, its icon and where its documentation is. A service has at most one; without it the page shows what the service itself states.',
  scope: { home: ['serviceRef'] },
  publicReading: 'where its scope is public',
  spec: {
    serviceRef: fixedServiceRef(
      'The service',
      {
        name: 'listing',
        description: 'How the service is shown on the pages of the catalog; null if nothing is stated about that.',
        one: true,
      },
      { owned: true },
    ),
    tagline: text({ description: 'One sentence for the card of the service.', max: 160 }),
    launchStage,
    categories: texts({
      description: 'The categories that the service is found under, the most important first.',
      unique: true,
      max: 8,
      item: category,
    }),
    icon: group(
      'ServiceIcon',
      {
        url: text({ description: 'Address of the image.', required: true, ...httpsUrl }),
        alt: text({ description: 'What the image shows, for those who cannot see it.', max: 128 }),
      },
      { description: 'Image for the card of the service; null for none.' },
    ),
    documentation: group(
      'ServiceDocumentation',
      {
        url: text({ description: 'Where people read it.', ...httpsUrl }),
        sourceRef: text({ description: 'Where its source is kept, such as a repository and a folder.', max: 512 }),
      },
      { description: 'The documentation of the service.' },
    ),
    links: objects(
      'ServiceLink',
      {
        title: text({ description: 'What is found there.', required: true, min: 1, max: 128 }),
        url: text({ description: 'Address of the page.', required: true, ...httpsUrl }),
      },
      { description: 'A further page about the service: support, status, terms, an example.', key: 'title', max: 16 },
    ),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'STAGE', path: 'spec.launchStage' },
    { name: 'CATEGORIES', path: 'spec.categories' },
    { name: 'DOCUMENTATION', path: 'spec.documentation.url', wide: true },
  ],
  checkAll: uniqueIn('service_listing', [
    {
      columns: ['service_id'],
      rule: 'DUPLICATE_LISTING',
      path: 'spec.serviceRef',
      message: 'The service has a listing already',
    },
  ]),
});
