import type { Domain } from '../../catalog/domain.ts';
import { sql } from '../../platform/db/sql.ts';
import { lifecycleActions } from './actions.ts';
import { configurationComparison } from './comparison/query.ts';
import { publicationReport } from './comparison/report.ts';
import { configurationActivation } from './configuration-activation.ts';
import { enablementActions } from './enablement/actions.ts';
import { enablementFields } from './enablement/fields.ts';
import { enablementFollowers } from './enablement/followers.ts';
import { offeredServices, serviceCategories } from './offered-services.ts';
import { consumerPortalPlugin, providerPortalPlugin } from './outputs/portal-plugins.ts';
import { service } from './service.ts';
import { serviceActivationRequest } from './service-activation-request.ts';
import { serviceAvailability } from './service-availability.ts';
import { serviceConfiguration } from './service-configuration.ts';
import { serviceConsumer } from './service-consumer.ts';
import { serviceEntitlement } from './service-entitlement.ts';
import { serviceListing } from './service-listing.ts';
import { serviceReservation } from './service-reservation.ts';

export { amount, chargeInterval, chargeTrigger, chargeType, usageRates } from './configuration-charge-fields.ts';
export { aggregation, metricKind, quotaLimits, statedMetric } from './configuration-fields.ts';
export { apiGroupName, plainName } from './configuration-names.ts';
export { settleInForce } from './in-force.ts';
export { typeClaims } from './kind-claims.ts';
export { checkPhaseStep, isInForce, lifecycleStatus, phaseField } from './lifecycle.ts';
export { linkMeters } from './meter-links.ts';
export { checkNamePrefix } from './name-prefix.ts';
export { outputStatus } from './outputs/output-status.ts';
export { settleOutputs } from './outputs/settle-outputs.ts';
export { pricingsStatedBy } from './outputs/stated-outputs.ts';
export { checkMeanings, keepMeters, keepTypes, requiredByName } from './published-names.ts';
export { fixedServiceRef } from './service-ref.ts';
export type { StatedMeter, StatedType } from './stated-names.ts';
export { checkUnits, remarkOnUnits, type WrittenUnit } from './unit-rules.ts';

/** Services as providers offer them, how they are configured, and who uses them. */
export const services: Domain = {
  actions: [...lifecycleActions, ...enablementActions],
  followers: enablementFollowers,
  kinds: [
    service,
    serviceConfiguration,
    configurationActivation,
    serviceEntitlement,
    serviceConsumer,
    serviceActivationRequest,
    serviceAvailability,
    serviceListing,
    serviceReservation,
    consumerPortalPlugin,
    providerPortalPlugin,
  ],
  reports: [publicationReport],
  queries: [configurationComparison, offeredServices, serviceCategories],
  fields: [
    ...enablementFields,
    {
      on: 'Service',
      name: 'consumerProjects',
      gives: 'many',
      to: 'Project',
      description: 'The projects that may use the service now: those that have an active entitlement to it.',
      link: {
        hops: [
          {
            table: 'service_entitlement',
            on: (from, hop) => sql`${hop}.service_id = ${from}.id and ${hop}.status_phase = 'Active'`,
          },
        ],
        on: (hop, to) => sql`${to}.id = ${hop}.project_id`,
      },
    },
    {
      on: 'Project',
      name: 'consumedServices',
      gives: 'many',
      to: 'Service',
      description: 'The services that the project may use now: those that it has an active entitlement to.',
      link: {
        hops: [
          {
            table: 'service_entitlement',
            on: (from, hop) => sql`${hop}.project_id = ${from}.id and ${hop}.status_phase = 'Active'`,
          },
        ],
        on: (hop, to) => sql`${to}.id = ${hop}.service_id`,
      },
    },
    {
      on: 'Project',
      name: 'serviceEntitlements',
      gives: 'many',
      to: 'ServiceEntitlement',
      description: 'The entitlements of the project: its requests to use services, each with its current phase.',
      link: { on: (from, to) => sql`${to}.project_id = ${from}.id` },
    },
    {
      on: 'Project',
      name: 'serviceConsumers',
      gives: 'many',
      to: 'ServiceConsumer',
      description: 'The records that the project, as a producer of services, keeps about the projects that use them.',
      link: { on: (from, to) => sql`${to}.project_id = ${from}.id` },
    },
    {
      on: 'ServiceConfiguration',
      name: 'isActive',
      gives: 'value',
      type: 'Boolean',
      isFilter: true,
      description:
        'Whether this configuration is the one that counts for its service. It is in force while the service is Published or Deprecated, too.',
      value: (row) =>
        sql`exists (select from service s where s.id = ${row}.service_id and s.active_configuration_id = ${row}.id)`,
    },
    {
      on: 'ServiceConfiguration',
      name: 'inForce',
      gives: 'value',
      type: 'Boolean',
      isFilter: true,
      description:
        'Whether this configuration is in force: it is the one that counts for its service, and both are Published or Deprecated.',
      value: (row) =>
        sql`(${row}.phase in ('Published', 'Deprecated') and exists (
          select from service s where s.id = ${row}.service_id and s.active_configuration_id = ${row}.id
            and s.phase in ('Published', 'Deprecated')))`,
    },
  ],
};
