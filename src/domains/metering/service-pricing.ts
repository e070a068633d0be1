import { objects, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import { amount, chargeInterval, chargeTrigger, chargeType, outputStatus, usageRates } from '../services/index.ts';
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
    displayName: text({ description: 'Name of the charge on invoices.', max: 128 }),
    currency: text({ description: 'ISO 4217 code of the currency.', required: true, pattern: /^USD$/, accepts: 'USD' }),
    metric: text({
      description: 'Canonical name of the metric whose usage is priced; null unless for usage.',
      max: 253,
    }),
    pricingUnit: text({ description: 'Unit that the rates are stated for; null unless for usage.', max: 64 }),
    rates: objects('UsageRate', usageRates.fields, {
      description: 'A price of usage: of all usage, or of usage with one value of a dimension.',
    }),
    amount: amount('The amount of money, as a decimal number; null for usage.'),
    trigger: { ...chargeTrigger, required: false, description: 'The event that a single charge is made for.' },
    interval: { ...chargeInterval, required: false, description: 'How often a recurring charge is made.' },
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
