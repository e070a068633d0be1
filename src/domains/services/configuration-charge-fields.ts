import { choice, type JsonFields, objects, text } from '../../catalog/fields.ts';
import { canonicalName } from './configuration-names.ts';

const decimal = /^(0|[1-9]\d*)(\.\d+)?$/;
const amount = (description: string, required = false) =>
  text({ description, required, pattern: decimal, accepts: 'a decimal number such as 0.25' });

const rate: JsonFields = {
  match: objects(
    'RateMatch',
    {
      dimension: text({ description: 'Key of the dimension.', required: true, min: 1, max: 63 }),
      value: text({ description: 'Value of the dimension.', required: true, min: 1, max: 253 }),
    },
    {
      description: 'The one dimension value to which the rate applies; without it the rate applies to the rest.',
      single: true,
    },
  ),
  flat: amount('One price for every pricing unit.'),
  tiered: objects(
    'RateTier',
    {
      upTo: amount('Where the band ends, exclusive, in pricing units; absent on the last band.'),
      rate: amount('Price of a pricing unit within the band.', true),
    },
    { description: 'Bands of usage, each with its price; they count per month and billing account.', min: 1, max: 32 },
  ),
};

/** A commercial term of a service (`charges[]`). */
export const charge: JsonFields = {
  name: canonicalName('charge'),
  chargeType: choice('ChargeType', ['Usage', 'OneTime', 'Recurring'], {
    description: 'What the charge depends on.',
    meanings: {
      Usage: 'On how much of a metric was used.',
      OneTime: 'On an event that happens once.',
      Recurring: 'On time passing.',
    },
    required: true,
  }),
  displayName: text({ description: 'Name on invoices; for usage the metric’s when absent.', max: 128 }),
  currency: text({ description: 'ISO 4217 currency, USD when absent.', pattern: /^USD$/, accepts: 'USD' }),
  usage: objects(
    'UsageCharge',
    {
      metricRef: text({ description: 'The metric that is priced.', required: true, min: 1, max: 253 }),
      pricingUnit: text({
        description: 'The unit in the words of a price list (`vcpu-second`); not UCUM.',
        required: true,
        min: 1,
        max: 64,
      }),
      rates: objects('UsageRate', rate, {
        description: 'The price of usage, of all of it or of one dimension value.',
        required: true,
        min: 1,
      }),
    },
    { description: 'Terms of a charge for usage.', single: true },
  ),
  oneTime: objects(
    'OneTimeCharge',
    {
      amount: amount('The amount.', true),
      trigger: choice('ChargeTrigger', ['BillingAccountActivation'], {
        description: 'The event that is charged.',
        meanings: { BillingAccountActivation: 'A billing account becomes active for the first time.' },
        required: true,
      }),
    },
    { description: 'Terms of a charge that falls due once.', single: true },
  ),
  recurring: objects(
    'RecurringCharge',
    {
      amount: amount('The amount.', true),
      interval: choice('ChargeInterval', ['monthly'], {
        description: 'How often it falls due.',
        meanings: { monthly: 'Once every calendar month.' },
        required: true,
      }),
    },
    { description: 'Terms of a charge that falls due again and again.', single: true },
  ),
};
