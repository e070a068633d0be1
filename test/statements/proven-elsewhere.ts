/** Why the statements of these files are not to be seen from their source, and where each of them is run. */
const reads = 'planned from a selection; test/read/statement-counts runs every list and link of the schema';
const links = 'a condition of planned reads; test/read/statement-counts follows every link';
const history = 'planned from a selection or over the tables of all kinds; test/history runs them';
const kinds =
  'made from the description of each kind; test/mutations/every-kind makes, changes, moves and deletes one of each';
const names = 'the same for meters and resource types; test/apply/published-names runs them for both';
const byKeys = 'a root field, or a piece of one; test/read/by-keys runs it';
const comparisons = 'a root field, and the payload of what publishes; test/services/comparison runs both';
const claims = 'one statement for three kinds of documents; test/services/refusals runs it for each';
const entries = 'made from one list of members for now and for then; test/read/names-in-force runs all of them';
const pages = 'conditions of planned reads; test/services/catalog-pages runs them';
const outputs = 'made from one list of the kinds that follow; test/services/fan-out makes one of each';
const merges =
  'one statement for all rows that follow from configurations; test/apply/published-names and test/services/fan-out run it';
const sight = 'asks what the caller sees; test/services/refusals runs it';
const rules = 'loads what the rules look at; test/registry breaks each of them';
const proposals = 'asks what is proposed or seen; test/registry/may-i and property run it';
const access = 'a condition of every planned read; test/authz runs it in each of its forms';

/**
 * Folders and files with statements, or pieces of them, that cannot be put together from their source alone. What can be
 * put together there is prepared all the same.
 */
export const provenElsewhere: Readonly<Record<string, string>> = {
  'src/catalog/access/': access,
  'src/catalog/declared-fields.ts': links,
  'src/catalog/history/': history,
  'src/catalog/link.ts': 'part of what links ask; test/plant/reach and test/authz run it',
  'src/catalog/manifests/': reads,
  'src/catalog/read/': reads,
  'src/catalog/search/': 'made for the kinds that are searched; test/read/search runs all of it',
  'src/catalog/schema/': reads,
  'src/catalog/record-fields.ts': 'columns of root fields; their tests run them',
  'src/catalog/selector/': reads,
  'src/catalog/write/': kinds,
  'src/discovery-document.ts': 'reads what a domain makes; test/registry/api-discovery runs it',
  'src/domains/iam/binding-target.ts': kinds,
  'src/domains/iam/index.ts': links,
  'src/domains/iam/roles.ts': reads,
  'src/domains/inventory/actions.ts': 'made for each kind of device; test/plant/mounting and equipment run it',
  'src/domains/inventory/built-in-profiles.ts': links,
  'src/domains/inventory/cable-fields.ts': links,
  'src/domains/inventory/capacity/': 'pieces of a field and of a root field; test/plant/elevation runs both',
  'src/domains/inventory/circuit-service.ts': links,
  'src/domains/inventory/circuit.ts': 'asked of every row of the kind; test/plant/ends runs it',
  'src/domains/inventory/cable.ts': 'asked of every row of the kind; test/plant/cables runs it',
  'src/domains/inventory/depends/': 'made for what is asked about; test/plant/impact runs each of them',
  'src/domains/inventory/device-types/':
    'pieces of what a type gives; test/plant/typed-devices makes a device of every type, and each kind of module',
  'src/domains/inventory/elevation/': 'one statement for three kinds of devices; test/plant/elevation runs it',
  'src/domains/inventory/fields.ts': links,
  'src/domains/inventory/neighbours/': 'made for each kind that has ports; test/plant/elevation runs it',
  'src/domains/inventory/pictures/': 'made for the kinds on the way; test/plant/elevation runs it',
  'src/domains/inventory/circuit-use.ts': 'pieces of statements; test/plant/impact runs them',
  'src/domains/inventory/impact/':
    'made for what is asked about; test/plant/impact and test/registry/discovery-plans run each of them',
  'src/domains/inventory/port.ts': 'asked of every row of the kind; test/plant/equipment runs it',
  'src/domains/inventory/ports-by-device.ts': 'asked of every key; test/cli/csv and test/plant/apply-type run it',
  'src/domains/inventory/power-draw.ts': 'pieces of a field, and what the caller may see; test/plant/ends runs both',
  'src/domains/inventory/power-limits.ts': 'a piece of figures; test/plant/ends runs it',
  'src/domains/inventory/site-fields.ts': links,
  'src/domains/inventory/trace/': 'pieces of one statement, and what the caller may see; test/plant/trace runs both',
  'src/domains/metering/index.ts': links,
  'src/domains/metering/limits-in-force.ts': byKeys,
  'src/domains/metering/offer-rules.ts': 'asks what the caller sees; test/services/outputs runs it',
  'src/domains/metering/named-rows.ts': 'part of those selects; test/apply/published-names.test.ts runs it',
  'src/domains/metering/past-names.ts': entries,
  'src/domains/metering/present-names.ts': entries,
  'src/domains/metering/published-name.ts': entries,
  'src/domains/metering/quota-resources.ts': byKeys,
  'src/domains/metering/reconciled-lists.ts': byKeys,
  'src/domains/metering/reconciliation.ts': byKeys,
  'src/domains/metering/registrant.ts': byKeys,
  'src/domains/metering/resource-types-of-kinds.ts': byKeys,
  'src/domains/metering/stand-alone.ts': names,
  'src/domains/metering/types-of-meter.ts': sight,
  'src/domains/inventory/reach/': 'asked of the deployments of a level; test/registry/discovery-plans runs it',
  'src/domains/registry/conditions.ts': 'pieces of a field; test/registry/reports runs it',
  'src/domains/registry/discovery/': 'root fields, or pieces of them; test/registry/discovery runs each',
  'src/domains/registry/health.ts': 'pieces of fields and rules; test/registry/reports runs them',
  'src/domains/registry/index.ts': links,
  'src/domains/registry/relations.ts': 'a condition of answers; test/registry/discovery and reports run it',
  'src/domains/registry/report.ts': proposals,
  'src/domains/registry/rules/': rules,
  'src/domains/services/comparison/grounds.ts': comparisons,
  'src/domains/services/comparison/query.ts': comparisons,
  'src/domains/services/comparison/read-revision.ts': comparisons,
  'src/domains/services/comparison/record.ts': comparisons,
  'src/domains/services/comparison/report.ts': comparisons,
  'src/domains/services/enablement/fields.ts': links,
  'src/domains/services/in-force.ts': names,
  'src/domains/services/index.ts': links,
  'src/domains/services/kind-claims.ts': claims,
  'src/domains/services/lifecycle.ts': pages,
  'src/domains/services/merge-rows.ts': merges,
  'src/domains/services/offered-services.ts': pages,
  'src/domains/services/outputs/': outputs,
  'src/domains/services/published-names.ts': names,
  'src/domains/services/service-availability.ts': sight,
  'src/domains/services/service-entitlement.ts':
    'a list of ids of whatever asks for it; test/services/enablement reads it',
  'src/domains/services/service.ts': links,
  'src/domains/services/stated-rows.ts': names,
  'src/domains/tenancy/index.ts': links,
  'src/domains/tenancy/organization-membership.ts': reads,
};
