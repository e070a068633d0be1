import { choice, type JsonFields, objects, text } from '../../catalog/fields.ts';
import { canonicalName } from './configuration-names.ts';

const decimal = /^(0|[1-9]\d*)(\.\d+)?$/;
export const amount = (description: string, required = false) =>
  text({ description, required, pattern: decimal, accepts: 'a decimal number such as 0.25' });

const rate: JsonFields = {
  match: objects(
    'RateMatch',
    {
      dimension: text({
        description: 'Key of the dimension, as the metric declares it.',
        required: true,
        min: 1,
        max: 63,
      }),
      value: text({ description: 'Value of the dimension.', required: true, min: 1, max: 253 }),
    },
    {
      description:
        'The value of a dimension that usage must have for the rate to apply: of several rates that match, the first one in the list does. A rate without it applies to all other usage.',
      single: true,
    },
  ),
  flat: amount('The price of one pricing unit, whatever the amount of usage.'),
  tiered: objects(
    'RateTier',
    {
      upTo: amount('Amount of usage in pricing units at which the band ends (exclusive); null for the last band.'),
      rate: amount('Price of one pricing unit within the band.', true),
    },
    {
      description: 'Bands of usage with a price each. Usage is added up for each month and billing account.',
      min: 1,
      max: 32,
    },
  ),
};

export const usageRates = objects('UsageRate', rate, {
  description: 'A price of usage: of all usage, or of usage with one value of a dimension.',
  required: true,
  min: 1,
});

export const chargeType = choice(
  'ChargeType',
  {
    Usage: 'The charge depends on how much of a metric was used.',
    OneTime: 'The charge is made once, when an event happens.',
    Recurring: 'The charge is made again after each interval of time.',
  },
  {
    description: 'What the charge depends on.',
    required: true,
  },
);

export const chargeTrigger = choice(
  'ChargeTrigger',
  { BillingAccountActivation: 'A billing account becomes active for the first time.' },
  {
    description: 'The event that the charge is made for.',
    required: true,
  },
);

export const chargeInterval = choice(
  'ChargeInterval',
  { monthly: 'The charge is made once in every calendar month.' },
  {
    description: 'How often the charge is made.',
    required: true,
  },
);

/** A published charge keeps its terms (configuration-freeze.ts). */
const frozen = (fields: JsonFields): JsonFields =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { ...field, frozenByRule: 'published' }]));

/** A commercial term of a service (`charges[]`). */
export const charge: JsonFields = frozen({
  name: canonicalName('charge'),
  chargeType,
  displayName: text({
    description: 'Name of the charge on invoices. If null, a charge for usage has the name of its metric.',
    max: 128,
  }),
  currency: text({ description: 'ISO 4217 code of the currency; `USD` if null.', pattern: /^USD$/, accepts: 'USD' }),
  usage: objects(
    'UsageCharge',
    {
      metricRef: text({ description: 'The metric that is priced.', required: true, min: 1, max: 253 }),
      pricingUnit: text({
        description:
          'Unit that prices are stated for. Units of a price list that are not UCUM (`vcpu-second`) load with a warning that gives the UCUM spelling.',
        required: true,
        min: 1,
        max: 64,
      }),
      rates: usageRates,
    },
    { description: 'Terms of a charge for usage.', single: true },
  ),
  oneTime: objects(
    'OneTimeCharge',
    {
      amount: amount('The amount of money, as a decimal number.', true),
      trigger: chargeTrigger,
    },
    { description: 'Terms of a charge that is made once.', single: true },
  ),
  recurring: objects(
    'RecurringCharge',
    {
      amount: amount('The amount of money, as a decimal number.', true),
      interval: chargeInterval,
    },
    { description: 'Terms of a charge that is made at regular intervals.', single: true },
  ),
});
