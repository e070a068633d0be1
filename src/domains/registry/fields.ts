import { bool, choice, int, objects, type RefField, ref, text, texts } from '../../catalog/fields.ts';
import { domain } from './grammar.ts';

/** A reference to a service that is set once, in whichever of its names it is written; exported by its canonical one. */
export const fixedServiceRef = (
  description: string,
  inverse: NonNullable<RefField['inverse']>,
  options: { readonly owned?: true } = {},
): RefField =>
  ref('Service', {
    ...options,
    description: `${description}, by its object name or its canonical name.`,
    required: true,
    immutable: 'always',
    by: 'serviceName',
    exportName: true,
    inverse,
  });

/** Further addresses of a service or deployment, by quality class. */
export const labelledDomains = objects(
  'LabelledDomain',
  {
    label: text({ description: 'Quality class of the address.', required: true, min: 1, max: 64 }),
    domain: domain({ description: 'Host name of the address.', required: true }),
    availableMixins: texts({ description: 'Common APIs served at the address.', unique: true }),
    webGrpcAvailable: bool({ description: 'Whether gRPC-Web is served at the address.' }),
    restApiAvailable: bool({ description: 'REST is served at the address.' }),
    isPrivate: bool({ description: 'The address is reachable from within the platform only.' }),
  },
  { description: 'A further address, identified by its label.', key: 'label' },
);

export const registryGeneration = int({
  description:
    'Generation of the generated descriptor that wrote the record; an older writer does not overwrite a newer one.',
  min: 0,
});

export const versionStage = choice('VersionStage', ['Alpha', 'Beta', 'Stable'], {
  description: 'Stability of the version, derived from its name.',
  meanings: {
    Alpha: 'May change or go at any time.',
    Beta: 'Close to settled.',
    Stable: 'Settled.',
  },
});
