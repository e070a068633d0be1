import { isLabelKey } from '../../catalog/values/names.ts';
import { checkCharges } from './charge-rules.ts';
import type { ConfigurationSpec, Expression } from './configuration-spec.ts';
import { meterUnits, metricUnits } from './configuration-units.ts';
import { type Inconsistency, unknownMetric, unknownType } from './inconsistency.ts';
import { checkQuota } from './quota-rules.ts';
import { stemOf } from './stated-names.ts';
import { checkUnits } from './unit-rules.ts';

/**
 * One Kind is claimed by one resource type, or by versions of one: by its Kind alone billing, quota and audit know what an
 * object is.
 */
function claimedTwice({ monitoredResourceTypes }: ConfigurationSpec): Inconsistency[] {
  const first = new Map<string, string>();
  return monitoredResourceTypes.flatMap(({ type, gvk }, index): Inconsistency[] => {
    const key = `${gvk.group}/${gvk.kind}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, type);
    if (other === undefined || stemOf(other) === stemOf(type)) return [];
    const message = `${type} claims the Kind ${gvk.kind} of ${gvk.group}, which ${other} claims already.`;
    const accepted =
      'a Kind that no other resource type claims, or a next version of that one: its name followed by /v2';
    return [
      { rule: 'KIND_CLAIMED', path: `spec.monitoredResourceTypes[${index}].gvk`, message, value: gvk.kind, accepted },
    ];
  });
}

/** Groups of what decides who may do what, and whose it is: handed out by the platform, they would give it away. */
const keptGroups = [
  'iam.miloapis.com',
  'resourcemanager.miloapis.com',
  'services.miloapis.com',
  'catalog.miloapis.com',
];

/** As Kubernetes has it; without values, `NotIn` would hand out everything. */
function checkExpression({ key, operator, values }: Expression, path: string): Inconsistency[] {
  const found: Inconsistency[] = [];
  if (!isLabelKey(key)) {
    const message = `${key} is no key of a label.`;
    found.push({
      rule: 'SELECTOR_FORM',
      path: `${path}.key`,
      message,
      value: key,
      accepted: 'such as app.example.com/tier',
    });
  }
  const takesValues = operator === 'In' || operator === 'NotIn';
  if ((values ?? []).length > 0 === takesValues) return found;
  const message = takesValues ? `${operator} compares with values.` : `${operator} has no values.`;
  const accepted = takesValues ? 'at least one value' : 'no values';
  return [...found, { rule: 'SELECTOR_FORM', path: `${path}.values`, message, accepted }];
}

function checkProvisioned({ provisioned }: ConfigurationSpec): Inconsistency[] {
  return provisioned.flatMap(({ projection: { selector, kind } }, index): Inconsistency[] => {
    const path = `spec.provisioning.resources[${index}].projection`;
    const found: Inconsistency[] = [];
    if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0) {
      const message = 'An empty selector would hand out every object of the source project; it has to select some.';
      found.push({
        rule: 'EMPTY_SELECTOR',
        path: `${path}.selector`,
        message,
        accepted: 'matchLabels or matchExpressions',
      });
    }
    found.push(
      ...(selector.matchExpressions ?? []).flatMap((one, place) =>
        checkExpression(one, `${path}.selector.matchExpressions[${place}]`),
      ),
    );
    if (keptGroups.includes(kind.group)) {
      const message = `Objects of ${kind.group} say who may do what, or whose it is: no service hands them out.`;
      const accepted = 'a Kind of another API group';
      found.push({ rule: 'KIND_NOT_ADMITTED', path: `${path}.kind.group`, message, value: kind.group, accepted });
    }
    return found;
  });
}

/** Sections that only the later authoring shape has; `meters` belongs to the earlier one. */
const laterSections = [
  'metrics',
  'billing',
  'quota',
  'charges',
  'locations',
  'userInterface',
  'provisioning',
  'defaultOffer',
];

/** What does not fit together inside one configuration. */
export function inconsistencies(spec: ConfigurationSpec, written: Readonly<Record<string, unknown>>): Inconsistency[] {
  const types = spec.monitoredResourceTypes.map((entry) => entry.type);
  const metrics = spec.metrics.map((entry) => entry.name);
  const later = laterSections.filter((name) => written[name] !== undefined && written[name] !== null);
  const mixed: Inconsistency[] =
    spec.meters.length > 0 && later.length > 0
      ? [
          {
            rule: 'MIXED_SHAPES',
            path: 'spec.meters',
            message: `A configuration declares either meters, or metrics with their billing and quota; this one has meters and ${later.join(', ')}.`,
            accepted: 'meters alone, or metrics without meters',
          },
        ]
      : [];
  return [
    ...mixed,
    ...claimedTwice(spec),
    ...spec.meters.flatMap((meter, index) =>
      meter.monitoredResourceTypes.flatMap((type, place) =>
        unknownType(`spec.meters[${index}].monitoredResourceTypes[${place}]`, type, types),
      ),
    ),
    ...spec.destinations.flatMap((destination, index) => {
      const path = `spec.billing.consumerDestinations[${index}]`;
      return [
        ...unknownType(`${path}.monitoredResourceType`, destination.monitoredResourceType, types),
        ...destination.metrics.flatMap((metric, place) => unknownMetric(`${path}.metrics[${place}]`, metric, metrics)),
      ];
    }),
    ...checkQuota(spec),
    ...checkCharges(spec),
    ...[...meterUnits(spec), ...metricUnits(spec)].flatMap(checkUnits),
    ...checkProvisioned(spec),
  ];
}
