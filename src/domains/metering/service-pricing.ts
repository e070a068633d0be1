import { ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import { chargeType, outputStatus } from '../services/index.ts';
import { priceFields } from './price-fields.ts';
import { unitConversion } from './published-fields.ts';

export const servicePricing = defineKind({
  domain: 'metering',
  group: 'billing.miloapis.com',
  kind: 'ServicePricing',
  plural: 'servicepricings',
  description:
    'A price of a service as billing reads it. It follows from a charge of the configuration that counts for the service, and is never written by hand.',
  namespaced: true,
  scope: { home: ['serviceRef'] },
  ownedBy: 'configuration_id',
  spec: {
    serviceRef: ref('Service', {
      description: 'The service whose price it is, by its canonical name.',
      required: true,
      form: 'string',
      by: 'serviceName',
      inverse: { name: 'servicePricings', description: 'The prices of the service, one for each of its charges.' },
    }),
    chargeType,
    ...priceFields,
  },
  status: {
    conversionFactor: text({
      description:
        'Number of units of the metric in one pricing unit: an exact whole number or a fraction, as of a meter. It is null if no exact number is known, and unless for usage.',
      column: 'pricing_factor',
    }),
    conversion: {
      ...unitConversion,
      description:
        'Whether the unit of the metric converts into the pricing unit, where a word counts what it names; null unless for usage.',
    },
    ...outputStatus({
      name: 'servicePricings',
      description: 'The prices that follow from the charges of the configuration.',
    }),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef' },
    { name: 'TYPE', path: 'spec.chargeType' },
    { name: 'METRIC', path: 'spec.metric' },
    { name: 'UNIT', path: 'spec.pricingUnit' },
    { name: 'PHASE', path: 'status.phase', wide: true },
  ],
  check: (change) => {
    const message = 'Prices follow from the charges of a ServiceConfiguration: state the charge there.';
    return [refuse(change, 'DERIVED', 'metadata.name', message, { accepted: 'a charge of a ServiceConfiguration' })];
  },
});
