import type { Builder } from './builder.ts';

/** Small values that fields of every kind hold: labels, quantities, entries of maps, managers of fields. */
export function addValueTypes(builder: Builder): void {
  builder.objectType('Label', {
    description: 'A label or an annotation of an object: a key with its value.',
    fields: (t) => ({
      key: t.exposeString('key', {
        description: 'The key, including its prefix: `topology.inventory.miloapis.com/site`.',
      }),
      value: t.exposeString('value', { description: 'The value.' }),
    }),
  });
  builder.objectType('FieldManager', {
    description: 'A manager that owns fields of an object, as in Kubernetes’ server-side apply.',
    fields: (t) => ({
      manager: t.exposeString('manager', {
        description:
          'Name of the manager, as given to `apply`. For changes made without a manager it is `api:` followed by the name of the caller.',
      }),
      fields: t.exposeStringList('fields', {
        description:
          'Paths of the owned fields, sorted: `spec.heightU`, `metadata.labels.tier`. A list counts as one field.',
      }),
    }),
  });
  builder.objectType('Quantity', {
    description: 'A quantity in Kubernetes notation.',
    fields: (t) => ({
      text: t.exposeString('text', { description: 'The quantity as it was written: `100G`, `250m`.' }),
      value: t.exposeString('value', {
        description: 'The same quantity as an exact decimal number: `100000000000`, `0.25`.',
      }),
    }),
  });
  builder.objectType('MapEntry', {
    description: 'One entry of a map.',
    fields: (t) => ({
      key: t.exposeString('key', { description: 'The key.' }),
      value: t.exposeString('value', { description: 'The value, as text.' }),
    }),
  });
}
