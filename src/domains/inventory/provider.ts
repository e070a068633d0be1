import { choice, group, objects, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

export const provider = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Provider',
  plural: 'providers',
  description: 'A company that supplies facilities, hosting or circuits.',
  scope: { own: true, parent: [] },
  spec: {
    displayName: text({ required: true, min: 1, description: 'Name of the provider for people.' }),
    type: choice(
      'ProviderType',
      {
        Hosting: 'Hosting of servers.',
        Colocation: 'Space in data centres.',
        Transit: 'Connections to the internet.',
        InternetExchange: 'Access to an internet exchange.',
        DarkFiber: 'Optical fibres without equipment (dark fibre).',
        Cloud: 'Cloud computing.',
      },
      {
        required: true,
        description: 'What the provider sells.',
      },
    ),
    contract: group(
      'ProviderContract',
      {
        contractID: text({ isSearched: true, description: 'Number of the contract.' }),
        accountID: text({
          isSearched: true,
          description: 'Account number of the platform’s operator with the provider, as text.',
        }),
        portalURL: text({
          pattern: /^https?:\/\/.+$/,
          accepts: 'an http or https URL',
          description: 'URL of the provider’s customer portal.',
        }),
        notes: text({ description: 'Notes, as free text.' }),
      },
      { description: 'The contract with the provider.' },
    ),
    serviceIdentifiers: objects(
      'ServiceIdentifier',
      {
        name: text({ required: true, min: 1, description: 'Name of the sort of identifier: `ASN`, `IBX`.' }),
        identifier: text({ required: true, min: 1, description: 'The identifier itself: `64512`, `DC11`.' }),
      },
      { description: 'Identifiers that the provider uses for the platform’s operator or for its own facilities.' },
    ),
  },
  printer: [
    { name: 'DISPLAY', path: 'spec.displayName' },
    { name: 'TYPE', path: 'spec.type' },
    { name: 'ACCOUNT', path: 'spec.contract.accountID', wide: true },
  ],
});
