import { objects, text } from '../../catalog/fields.ts';
import { amount, chargeInterval, chargeTrigger, usageRates } from '../services/index.ts';

/** What a price says beside its service and the type of its charge; an offer has a copy of it. */
export const priceFields = {
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
};
