import { group, ref } from '../../catalog/fields.ts';
import type { FinalState, ManifestHead, Spec } from '../../catalog/kind.ts';
import { among, tables } from '../../platform/db/tables.ts';

/** Group of the documents that billing keeps: they say in a label, not in a field, which service they belong to. */
export const billingGroup = 'billing.miloapis.com';

/** Labels that name the owning service; the first is written today, the others are found in older documents. */
export const ownerLabels = [
  'services.miloapis.com/service',
  'services.miloapis.com/owner',
  'services.miloapis.com/owner-service',
] as const;

/** Canonical name of the service a document belongs to: by label, else by the part of its name before the slash. */
export function owningService(canonical: unknown, labels: Readonly<Record<string, string>>): string | undefined {
  const labelled = ownerLabels.map((label) => labels[label]).find((name) => name !== undefined && name !== '');
  if (labelled !== undefined) return labelled;
  const [host = '', rest] = typeof canonical === 'string' ? canonical.split('/', 2) : [];
  return rest === undefined || host === '' ? undefined : host;
}

/** The services that objects belong to. */
export async function servicesOf(
  state: FinalState,
  table: 'meter_definition' | 'monitored_resource_type',
  ids: readonly string[],
): Promise<string[]> {
  const rows = await state.query(tables.selectFrom(table).select('service_id').distinct().where('id', '=', among(ids)));
  return rows.map((row) => row.service_id);
}

/** Brings a billing document into the one model: its owner becomes `owner.service`. */
export function readOwner(
  spec: Record<string, unknown>,
  head: ManifestHead,
  canonical: unknown,
): Record<string, unknown> {
  if (head.group !== billingGroup || 'owner' in spec) return spec;
  const service = owningService(canonical, head.labels);
  return service === undefined ? spec : { ...spec, owner: { service } };
}

/** The same for people. */
export const shapes = {
  [billingGroup]: `\`spec.owner\` is left out: the label ${ownerLabels[0]} names the service, else the part of the canonical name before the slash.`,
};

/** The reverse: a billing document has no owner. */
export function writeOwner(spec: Spec, head: ManifestHead): Spec {
  if (head.group !== billingGroup) return spec;
  const { owner: _, ...rest } = spec;
  return rest;
}

/** The field that names the service of a meter or resource type. */
export const ownerField = (type: string, what: string, inverse: { name: string; description: string }) =>
  group(
    type,
    {
      service: ref('Service', {
        description: `The service whose ${what} it is, by its canonical name.`,
        required: true,
        immutable: 'always',
        form: 'string',
        by: 'serviceName',
        column: 'service_id',
        inverse,
      }),
    },
    { description: `Whose ${what} it is.`, required: true },
  );
