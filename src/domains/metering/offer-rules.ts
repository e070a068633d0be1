import { differences } from '../../catalog/differences.ts';
import type { CatalogObject, Change, FinalState, Remark } from '../../catalog/kind.ts';
import { type RowRule, refuse } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Mention, Violation } from '../../platform/errors.ts';
import { pricingsStatedBy } from '../services/index.ts';
import { isPriceNamed } from './named-price.ts';

const DISPLAY_NAME = 'kubernetes.io/display-name';

interface OfferSpec {
  readonly launchStage: string;
  readonly chargeTypes: readonly string[];
  readonly servicePricingRefs?: readonly { readonly name: string; readonly namespace?: string }[] | null;
  readonly servicePricings?:
    | readonly { readonly name: string; readonly spec: { readonly chargeType: string } }[]
    | null;
}

const specOf = ({ spec }: { readonly spec: object }): OfferSpec => spec as OfferSpec;
const isGA = (object: { readonly spec: object } | undefined): boolean =>
  object !== undefined && specOf(object).launchStage === 'GA';

/** Nothing of a published offer changes but its display name; the fields of its spec are frozen by themselves. */
function checkMetadata(change: Change): Violation[] {
  const { before, labels, annotations } = change;
  if (before === undefined || !isGA(before)) return [];
  const changed = [
    ...differences(before.labels, labels, 'metadata.labels'),
    ...differences(before.annotations, annotations, 'metadata.annotations'),
  ].filter(({ path }) => path !== `metadata.annotations.${DISPLAY_NAME}`);
  return changed.map(({ path, after }) => {
    const message = 'Nothing of an Offer that is GA changes but its display name: make another offer.';
    const accepted = `another annotation ${DISPLAY_NAME}`;
    return refuse(change, 'IMMUTABLE', path, message, { value: after, accepted });
  });
}

/** What was sold at which price is known for good, and a published name never means another price. */
export const keepsPublished = async (objects: readonly CatalogObject[]): Promise<Violation[]> =>
  objects.filter(isGA).map((object) => {
    const message = `${object.name} is GA: billing accounts can have been given it, and its prices explain what they pay. It is kept.`;
    return refuse(object, 'OFFER_KEPT', 'metadata.name', message, { accepted: 'an Offer that is a Draft' });
  });

/** The catalog copies the prices; they come with an offer only where it is published already. */
function checkPrices(change: Change): Violation[] {
  const { launchStage, servicePricingRefs, servicePricings } = specOf(change);
  const has = (list: readonly unknown[] | null | undefined): boolean => (list?.length ?? 0) > 0;
  if (has(servicePricings) && !isGA(change.before) && (launchStage === 'Draft' || change.before !== undefined)) {
    const message = 'The catalog copies the prices when the offer is published; a Draft names them only.';
    return [refuse(change, 'PRICES_COPIED', 'spec.servicePricings', message, { accepted: 'spec.servicePricingRefs' })];
  }
  if (launchStage === 'Draft' || has(servicePricingRefs) || has(servicePricings)) return [];
  const message = 'An offer that is published has at least one price.';
  return [refuse(change, 'REQUIRED', 'spec.servicePricingRefs', message, { accepted: 'names of ServicePricings' })];
}

/** The types of its charges are named. */
function checkTypes(
  change: Change,
  prices: readonly { readonly name: string; readonly type: string; readonly mentions?: readonly Mention[] }[],
): Violation[] {
  const named = new Set(specOf(change).chargeTypes);
  const missing = [...Map.groupBy(prices, ({ type }) => type)].filter(([type]) => !named.has(type));
  return missing.map(([type, [first]]) => {
    const message = `Its price ${first?.name} is of type ${type}, which chargeTypes does not name.`;
    const evidence = { accepted: `${type} among them`, mentions: first?.mentions ?? [] };
    return refuse(change, 'CHARGE_TYPE_MISSING', 'spec.chargeTypes', message, evidence);
  });
}

export const checkOffer = (change: Change): Violation[] => [
  ...checkMetadata(change),
  ...checkPrices(change),
  ...checkTypes(
    change,
    (specOf(change).servicePricings ?? []).map(({ name, spec }) => ({ name, type: spec.chargeType })),
  ),
];

interface ReferredPrice {
  readonly id: string;
  readonly place: number;
  readonly name: string;
  readonly type: string | null;
  readonly phase: string | null;
  readonly price_id: string | null;
}

/** What offers refer to that the author may see. */
const referred = (changes: readonly Change[], state: FinalState): Promise<ReferredPrice[]> =>
  state.query<ReferredPrice>(sql`
    select o.id, (r.place - 1)::int as place, r.e->>'name' as name, p.charge_type as type, p.phase, p.id as price_id
    from offer o
    cross join lateral jsonb_array_elements(o.service_pricing_refs) with ordinality as r(e, place)
    left join service_pricing p on ${isPriceNamed(sql`r.e`, sql`p`)}
      and ${state.isVisible('ServicePricing', sql`p`)}
    where o.id = any(${changes.map(({ id }) => id)}::uuid[]) order by o.name, r.place`);

const mentionsOf = ({ name, price_id: id }: Pick<ReferredPrice, 'name' | 'price_id'>): Mention[] =>
  id === null ? [] : [{ kind: 'ServicePricing', id, name }];

const at = (place: number): string => `spec.servicePricingRefs[${place}]`;

/** What is published now has prices that are there, that are not retired, and of types that it names. */
export const offersWhatThereIs: RowRule = async (changes, state) => {
  const published = changes.filter(
    (change) => isGA(change) && !isGA(change.before) && (specOf(change).servicePricings?.length ?? 0) === 0,
  );
  if (published.length === 0) return [];
  const rows = Map.groupBy(await referred(published, state), ({ id }) => id);
  return published.flatMap((change): Violation[] => {
    const prices = rows.get(change.id) ?? [];
    const found = prices.flatMap(({ place, name, phase, type, ...price }): Violation[] => {
      const evidence = { value: name, accepted: 'a price of a configuration that counts for its service' };
      if (type === null) {
        const message = `there is no ServicePricing ${name}: the configuration that states it has to be published before the offer`;
        return [refuse(change, 'REFERENCE_NOT_FOUND', at(place), message, evidence)];
      }
      if (phase !== 'Retired') return [];
      const retired = { ...evidence, mentions: mentionsOf({ name, ...price }) };
      return [refuse(change, 'PRICE_RETIRED', at(place), `The price ${name} is Retired.`, retired)];
    });
    const types = prices.flatMap(({ name, type, ...price }) =>
      type === null ? [] : [{ name, type, mentions: mentionsOf({ name, ...price }) }],
    );
    return [...found, ...checkTypes(change, types)];
  });
};

/** Tells of prices that a Draft names and nothing states, of those that end, and of those that were brought along. */
export async function remarkOnOffers(changes: readonly Change[], state: FinalState): Promise<Remark[]> {
  const fresh = changes.filter(({ before }) => !isGA(before));
  if (fresh.length === 0) return [];
  const taken = fresh
    .filter((change) => isGA(change) && (specOf(change).servicePricings?.length ?? 0) > 0)
    .map(({ id }) => ({
      objectId: id,
      code: 'PRICES_AS_WRITTEN',
      path: 'spec.servicePricings',
      message: 'Its prices are taken as they are written, not from the price list.',
    }));
  const others = await referred(fresh, state);
  const missing = others.filter(({ type }) => type === null).map(({ name }) => name);
  const stated = new Set(await pricingsStatedBy(state, missing));
  const left = new Set(taken.map(({ objectId }) => objectId));
  return [
    ...taken,
    ...others.flatMap(({ id, place, name, type, phase }): Remark[] => {
      if (left.has(id)) return [];
      if (type === null && !stated.has(name)) {
        const message = `there is no ServicePricing ${name} yet: a configuration has to state it before the offer is published`;
        return [{ objectId: id, code: 'PRICE_NOT_FOUND', path: at(place), message }];
      }
      if (phase !== 'Deprecated') return [];
      return [
        { objectId: id, code: 'REFERENCE_ENDING', path: at(place), message: `ServicePricing ${name} is Deprecated` },
      ];
    }),
  ];
}
