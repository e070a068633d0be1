import { stringifyJson } from '../../catalog/manifests/json.ts';
import { CliError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import type { Session } from '../session.ts';
import { cellText, createTable } from '../table.ts';

export interface RequestsOptions {
  readonly project?: string;
  readonly output: 'table' | 'name' | 'json';
}

interface Request {
  readonly name: string;
  readonly project: string;
  readonly displayName: string;
  readonly organization: string;
  readonly message: string | null;
  readonly since: string;
}

const LIST = `orderBy: [CREATED_AT_ASC], first: 100, after: $after) {
    nodes { name project: consumerProjectName displayName: consumerProjectDisplayName organization: consumerOrganizationName
      message: requestMessage since: createdAt }
    pageInfo { hasNextPage endCursor } }`;
const ALL = `query CatalogRequests($after: String) { requests: serviceConsumers(where: { phase: { eq: PENDING_APPROVAL } }, ${LIST} }`;
const OF_PROJECT = `query CatalogRequests($project: String!, $after: String) {
  project(name: $project) { requests: pendingRequests(${LIST} } }`;

interface List {
  readonly requests: {
    readonly nodes: readonly Request[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** All pages of them. */
async function load(client: Client, project: string | undefined): Promise<Request[]> {
  const found: Request[] = [];
  for (let after: string | null = null; ; ) {
    const list: List | null =
      project === undefined
        ? await client.execute<List>(ALL, { after })
        : (await client.execute<{ project: List | null }>(OF_PROJECT, { project, after })).project;
    if (list === null) throw new CliError(`project '${project}' not found`);
    found.push(...list.requests.nodes);
    after = list.requests.pageInfo.endCursor;
    if (!list.requests.pageInfo.hasNextPage) return found;
  }
}

/** `catalog requests`: the queue of those who produce services. */
export async function requests(session: Session, { project, output }: RequestsOptions): Promise<number> {
  const { terminal } = session;
  const found = await load(await session.client(), project);
  if (output === 'json') await terminal.print(`${stringifyJson(found, 2)}\n`);
  else if (output === 'name') await terminal.print(found.map(({ name }) => `${name}\n`).join(''));
  else if (found.length === 0) terminal.note('No requests wait for your decision.');
  else {
    const table = createTable(['REQUEST', 'PROJECT', 'ORGANIZATION', 'MESSAGE']);
    const rows = found.map(({ name, displayName, organization, message }) => [
      name,
      displayName,
      organization,
      cellText(message),
    ]);
    await terminal.print(table.rows(rows));
  }
  return 0;
}
