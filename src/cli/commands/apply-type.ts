import type { Client } from '../client.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { createTable } from '../table.ts';
import { noteViolations, noteWarnings, USER_ERROR_FIELDS, type UserError, type Warning } from '../violations.ts';

export interface ApplyTypeOptions {
  readonly device?: readonly string[];
  readonly dryRun?: true;
}

interface Difference {
  readonly deviceKind: string;
  readonly deviceName: string;
  readonly kind: string;
  readonly part: string;
  readonly difference: 'MISSING' | 'CHANGED' | 'LEFT_OVER';
  readonly changes: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly isBlocked: boolean;
  readonly blockedBy: readonly string[];
}

interface Page {
  readonly deviceTypeDifferences: {
    readonly nodes: readonly Difference[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const DIFFERENCES = `query CatalogTypeDifferences($deviceType: String!, $devices: [String!], $after: String) {
  deviceTypeDifferences(deviceType: $deviceType, devices: $devices, first: 500, after: $after) {
    nodes { deviceKind deviceName kind part difference changes { field before after } isBlocked blockedBy }
    pageInfo { hasNextPage endCursor } } }`;

const APPLY = `mutation CatalogApplyType($input: ApplyDeviceTypeInput!) { applyDeviceType(input: $input) {
  warnings { code message } userErrors { ${USER_ERROR_FIELDS} } } }`;

async function load(client: Client, deviceType: string, devices: readonly string[] | undefined): Promise<Difference[]> {
  const found: Difference[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page = await client.execute<Page>(DIFFERENCES, { deviceType, devices, after });
    const { nodes, pageInfo } = page.deviceTypeDifferences;
    found.push(...nodes);
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
}

const verbs = { MISSING: 'add', CHANGED: 'change', LEFT_OVER: 'delete' } as const;

const cells = ({ deviceKind, deviceName, kind, part, difference, ...rest }: Difference): string[] => [
  `${deviceKind}/${deviceName}`,
  rest.isBlocked ? `keep (${verbs[difference]})` : verbs[difference],
  kind,
  part,
  [
    ...rest.changes.map(({ field, before, after }) => `${field}: ${before ?? 'none'} → ${after ?? 'none'}`),
    ...(rest.isBlocked ? [`in use${rest.blockedBy.length === 0 ? '' : ` by ${rest.blockedBy.join(', ')}`}`] : []),
  ].join('; '),
];

/**
 * `catalog apply-type`: a row for each part that is not as the type says, then what was done. What is in use is kept, and
 * no failure.
 */
export async function applyType(
  session: Session,
  deviceType: string,
  { device: devices, dryRun }: ApplyTypeOptions,
): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const isTrial = dryRun === true;
  const found = await load(client, deviceType, devices);
  const input = { deviceType: { name: deviceType }, devices, validateOnly: isTrial };
  const { applyDeviceType: payload } = await client.execute<{
    applyDeviceType: { readonly warnings: readonly Warning[]; readonly userErrors: readonly UserError[] };
  }>(APPLY, { input }, { isWrite: !isTrial });
  if (found.length > 0 && !terminal.isQuiet) {
    await terminal.print(createTable(['DEVICE', 'DO', 'KIND', 'PART', 'DETAILS']).rows(found.map(cells)));
  }
  noteWarnings(payload.warnings, terminal);
  if (payload.userErrors.length > 0) {
    noteViolations(payload.userErrors, [], terminal);
    terminal.note(`nothing was changed: ${count(payload.userErrors.length, 'refusal')}`);
    return 1;
  }
  if (!terminal.isQuiet) terminal.note(summary(found, isTrial));
  return 0;
}

function summary(found: readonly Difference[], isTrial: boolean): string {
  if (found.length === 0) return 'all devices are as the type says';
  const kept = found.filter(({ isBlocked }) => isBlocked).length;
  const devices = new Set(found.map(({ deviceKind, deviceName }) => `${deviceKind}/${deviceName}`)).size;
  const ending = isTrial ? '; only validated, nothing was written' : '';
  return `${count(devices, 'device')}: ${count(found.length - kept, 'part')} brought to the type, ${kept} kept${ending}`;
}
