import { choice, objects, text, texts, time } from '../../catalog/fields.ts';
import { type Change, type DerivedStore, defineKind, newRevision } from '../../catalog/kind.ts';
import { sql } from '../../platform/db/sql.ts';
import { chargeType } from '../services/index.ts';
import { isPriceNamed } from './named-price.ts';
import { checkOffer, keepsPublished, offersWhatThereIs, remarkOnOffers } from './offer-rules.ts';
import { priceFields } from './price-fields.ts';

/** In an offer the currency comes before the name. */
const { currency, ...otherFields } = priceFields;

/** A price as the offer has it: what its ServicePricing said when the offer was published. */
const snapshot = objects(
  'OfferedPricing',
  {
    name: text({ description: 'Name of the ServicePricing.', required: true, min: 1, max: 253 }),
    spec: objects(
      'OfferedPrice',
      {
        chargeType,
        serviceRef: text({
          names: [{ kind: 'Service', by: 'serviceName' }],
          description: 'Canonical name of the service whose price it is.',
          required: true,
          min: 1,
          max: 253,
        }),
        currency,
        ...otherFields,
      },
      { description: 'What the ServicePricing said when the offer was published.', single: true, required: true },
    ),
  },
  {
    description:
      'A price of the offer. The catalog copies the prices when the offer is published; later changes of the price list do not touch them. An offer that is created as GA may bring them along.',
    key: 'name',
    max: 1_000,
    immutable: 'published',
    keptWhenLeftOut: true,
  },
);

/** Published offers take a copy of the prices they refer to, and have their time from then on. */
async function publish(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = changes.filter(({ spec }) => spec.launchStage === 'GA').map(({ id }) => id);
  if (ids.length === 0) return;
  await store.execute(sql`
    update offer o set service_pricings = coalesce(nullif(o.service_pricings, '[]'), w.prices),
      published_at = coalesce(o.published_at, write_instant()), ${newRevision}
    from (
      select x.id, jsonb_agg(jsonb_build_object('name', p.name, 'spec', jsonb_strip_nulls(jsonb_build_object(
        'chargeType', p.charge_type, 'serviceRef', s.service_name, 'currency', p.currency, 'displayName', p.display_name,
        'metric', p.metric, 'pricingUnit', p.pricing_unit, 'rates', p.rates, 'amount', p.amount, 'trigger', p.trigger,
        'interval', p.interval))) order by r.place) filter (where p.id is not null) as prices
      from offer x
      left join lateral jsonb_array_elements(x.service_pricing_refs) with ordinality as r(e, place) on true
      left join service_pricing p on ${isPriceNamed(sql`r.e`, sql`p`)}
      left join service s on s.id = p.service_id
      where x.id = any(${ids}::uuid[]) group by x.id) w
    where o.id = w.id and o.published_at is null`);
}

export const offer = defineKind({
  domain: 'metering',
  group: 'billing.miloapis.com',
  kind: 'Offer',
  plural: 'offers',
  description:
    'A bundle of prices that billing accounts can be given. While it is a Draft it names the prices; when it becomes GA the catalog copies them into it, and nothing of it changes any more but its display name.',
  scope: { home: 'platform' },
  phase: 'launchStage',
  spec: {
    chargeTypes: texts({
      description: 'The types of charges among its prices: `Usage`, `OneTime`, `Recurring`. Each has to be named.',
      required: true,
      values: chargeType.values,
      min: 1,
      unique: true,
      immutable: 'published',
    }),
    launchStage: choice(
      'OfferLaunchStage',
      {
        Draft: 'It is being prepared: it can be changed, and nobody can be given it.',
        GA: 'It is published: its prices are fixed.',
      },
      {
        description: 'Whether the offer is published.',
        required: true,
        default: 'Draft',
        immutable: 'published',
      },
    ),
    servicePricingRefs: objects(
      'ServicePricingReference',
      {
        name: text({
          names: [{ kind: 'ServicePricing' }],
          description: 'Name of the ServicePricing.',
          required: true,
          min: 1,
          max: 253,
        }),
        namespace: text({ description: 'Namespace of the ServicePricing; `milo-system` if null.', max: 63 }),
      },
      {
        description: 'A ServicePricing whose price the offer has.',
        key: 'name',
        max: 1_000,
        immutable: 'published',
      },
    ),
    servicePricings: snapshot,
  },
  status: {
    publishedAt: time({ description: 'Time at which the offer became GA, with its prices; null for a Draft.' }),
  },
  printer: [
    { name: 'STAGE', path: 'spec.launchStage' },
    { name: 'TYPES', path: 'spec.chargeTypes' },
    { name: 'PUBLISHED', path: 'status.publishedAt', wide: true },
  ],
  check: checkOffer,
  checkAll: offersWhatThereIs,
  checkGone: keepsPublished,
  remark: remarkOnOffers,
  derive: publish,
});
