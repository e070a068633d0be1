import { choice, group, objects, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

export const provider = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Provider',
  plural: 'providers',
  description: 'A company that provides facilities, hosting or circuits.',
  scope: { own: true, parent: [] },
  spec: {
    displayName: text({ required: true, min: 1, description: 'Name for people.' }),
    type: choice('ProviderType', ['Hosting', 'Colocation', 'Transit', 'InternetExchange', 'DarkFiber', 'Cloud'], {
      required: true,
      description: 'What the provider sells.',
    }),
    contract: group(
      'ProviderContract',
      {
        contractID: text({ description: 'Number of the contract.' }),
        accountID: text({ description: 'Our account with the provider; a text, also when it looks like a number.' }),
        portalURL: text({
          pattern: /^https?:\/\/.+$/,
          accepts: 'an http or https URL',
          description: 'The provider’s portal.',
        }),
        notes: text({ description: 'Free notes.' }),
      },
      { description: 'The contract with the provider.' },
    ),
    serviceIdentifiers: objects(
      'ServiceIdentifier',
      {
        name: text({ required: true, min: 1, description: 'What is identified: `ASN`, `IBX`.' }),
        identifier: text({ required: true, min: 1, description: 'The identifier: `64512`, `DC11`.' }),
      },
      { description: 'Identifiers the provider knows us or its facilities by.' },
    ),
  },
  printer: [
    { name: 'DISPLAY', path: 'spec.displayName' },
    { name: 'TYPE', path: 'spec.type' },
    { name: 'ACCOUNT', path: 'spec.contract.accountID', wide: true },
  ],
});
