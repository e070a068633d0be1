import type { Domain } from '../../catalog/domain.ts';
import type { Hop, Link } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { canonicalNames } from './canonical-names.ts';
import { claimCreationPolicy } from './claim-creation-policy.ts';
import { feedConsumer } from './feed-consumer.ts';
import { meterDefinition } from './meter-definition.ts';
import { monitoredResourceType } from './monitored-resource-type.ts';
import { isPriceNamed } from './named-price.ts';
import { offer } from './offer.ts';
import { publishedNames } from './published-name.ts';
import { quotaResources } from './quota-resources.ts';
import { reconciliations } from './reconciliation.ts';
import { registrant } from './registrant.ts';
import { registrationFollower } from './registration-follower.ts';
import { resourceGrant } from './resource-grant.ts';
import { resourceRegistration } from './resource-registration.ts';
import { resourceTypesOfKinds } from './resource-types-of-kinds.ts';
import { servicePricing } from './service-pricing.ts';

const ofService: Link = { on: (from, to) => sql`${to}.id = ${from}.service_id` };

/** The row itself, for links that need more of it than its id. */
const own = (table: string): readonly Hop[] => [{ table, on: (from, hop) => sql`${hop}.id = ${from}.id` }];

/** The Kind of the resource type is one of those that claim the registered resource. */
const claims = (registration: Sql, type: Sql): Sql =>
  sql`${registration}.claiming_resources @> jsonb_build_array(jsonb_build_object('apiGroup', ${type}.gvk_group, 'kind', ${type}.gvk_kind))`;

/** The offer names the price. */
const refersTo = (offer: Sql, pricing: Sql): Sql => sql`exists (
  select from jsonb_array_elements(${offer}.service_pricing_refs) named(entry)
  where ${isPriceNamed(sql`named.entry`, pricing)})`;

/** What services meter: meters, the resource types that emit them, and what quota counts. */
export const metering: Domain = {
  kinds: [
    meterDefinition,
    monitoredResourceType,
    servicePricing,
    offer,
    resourceRegistration,
    claimCreationPolicy,
    resourceGrant,
    feedConsumer,
  ],
  followers: [registrationFollower],
  queries: [publishedNames, canonicalNames, resourceTypesOfKinds, quotaResources, ...reconciliations],
  fields: [
    {
      on: 'MeterDefinition',
      name: 'service',
      gives: 'one',
      to: 'Service',
      description: 'The service that the meter belongs to.',
      link: ofService,
    },
    {
      on: 'MonitoredResourceType',
      name: 'service',
      gives: 'one',
      to: 'Service',
      description: 'The service that the resource type belongs to.',
      link: ofService,
    },
    {
      on: 'Offer',
      name: 'currentPricings',
      gives: 'many',
      to: 'ServicePricing',
      description:
        'The ServicePricings that the offer refers to, as they are now; its own prices are `servicePricings`.',
      link: { hops: own('offer'), on: (from, to) => refersTo(from, to) },
    },
    {
      on: 'ServicePricing',
      name: 'offers',
      gives: 'many',
      to: 'Offer',
      description: 'The offers that refer to the price.',
      link: { hops: own('service_pricing'), on: (from, to) => refersTo(to, from) },
    },
    {
      on: 'ResourceRegistration',
      name: 'displayName',
      gives: 'value',
      type: 'String',
      description:
        'Name for people: the annotation `kubernetes.io/display-name`, which a generated registration has from its limit; else the resource type.',
      value: (row) =>
        sql`coalesce(nullif(${row}.annotations ->> 'kubernetes.io/display-name', ''), ${row}.resource_type)`,
    },
    {
      on: 'ResourceRegistration',
      name: 'service',
      gives: 'one',
      to: 'Service',
      description:
        'The service of the registration: the one that its label names, otherwise the one whose canonical name is the API group of the resource type.',
      link: { on: (from, to) => sql`${to}.service_name = ${registrant(from)}` },
    },
    {
      on: 'Service',
      name: 'resourceRegistrations',
      gives: 'many',
      to: 'ResourceRegistration',
      description: 'The resources of the service that quota counts.',
      link: { hops: own('service'), on: (from, to) => sql`${registrant(to)} = ${from}.service_name` },
    },
    {
      on: 'ResourceRegistration',
      name: 'resourceTypes',
      gives: 'many',
      to: 'MonitoredResourceType',
      description: 'The resource types in force whose Kind claims the registered resource.',
      link: { hops: own('resource_registration'), on: (from, to) => sql`${to}.in_force and ${claims(from, to)}` },
    },
    {
      on: 'MonitoredResourceType',
      name: 'resourceRegistrations',
      gives: 'many',
      to: 'ResourceRegistration',
      description: 'The resources that quota counts for objects of this Kind.',
      link: { hops: own('monitored_resource_type'), on: (from, to) => claims(to, from) },
    },
  ],
};
