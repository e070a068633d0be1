import { usageError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import { type ManifestFile, readManifestFiles } from '../manifest-files.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { findTargets } from '../targets.ts';
import { noteViolations, USER_ERROR_FIELDS, type UserError, type Warning, warningLines } from '../violations.ts';
import type { ManifestOptions } from './apply.ts';

export interface DeleteOptions extends Omit<ManifestOptions, 'filename'> {
  readonly filename?: readonly string[];
  readonly ignoreNotFound?: true;
  readonly validateOnly?: true;
  readonly cascade?: true;
  readonly disconnect?: true;
}

interface DeletePayload {
  readonly deleted: boolean;
  readonly results: readonly {
    readonly kind: string;
    readonly name: string;
    readonly outcome: 'DELETED' | 'ABSENT' | 'REFUSED';
    readonly warnings: readonly Warning[];
  }[];
  readonly userErrors: readonly UserError[];
}

const DOCUMENT = `mutation CatalogDelete($input: DeleteInput!) { delete(input: $input) {
  deleted results { kind name outcome warnings { code message } } userErrors { ${USER_ERROR_FIELDS} } } }`;

/** `catalog delete`: objects by name, or those that files describe; all of them or none. */
export async function remove(session: Session, words: readonly string[], options: DeleteOptions): Promise<number> {
  const { terminal } = session;
  const { filename = [], namespace, project } = options;
  if ((words.length === 0) === (filename.length === 0)) {
    throw usageError(
      'give what to delete as KIND/NAME … or as -f FILE, not both',
      'for example `catalog delete rack/a14`',
    );
  }
  const client = await session.client();
  const isTrial = options.validateOnly === true;
  const manifests = await readManifestFiles(filename, { isRecursive: options.recursive === true, terminal });
  const objects = words.length === 0 ? [] : await objectsOf(session, words);
  const input = {
    ...(manifests.length > 0 ? { manifests } : { objects }),
    validateOnly: isTrial,
    allowMissing: options.ignoreNotFound === true,
    cascade: options.cascade === true,
    disconnect: options.disconnect === true,
    namespace,
    project,
  };
  const { results, userErrors } = await send(client, input, isTrial);
  if (userErrors.length > 0) {
    noteViolations(userErrors, sourcesOf(manifests), terminal);
    terminal.note(`nothing was deleted: ${count(userErrors.length, 'refusal')}`);
    return 1;
  }
  if (terminal.isQuiet) return 0;
  const shown = { DELETED: isTrial ? 'would be deleted' : 'deleted', ABSENT: 'was not there', REFUSED: 'refused' };
  const lines = results.flatMap(({ kind, name, outcome, warnings }) => [
    `${kind.toLowerCase()}/${name} ${shown[outcome]}\n`,
    ...warningLines(warnings).map((line) => `  ${line}\n`),
  ]);
  await terminal.print(lines.join(''));
  return 0;
}

async function send(client: Client, input: object, isTrial: boolean): Promise<DeletePayload> {
  const answer = await client.execute<{ delete: DeletePayload }>(DOCUMENT, { input }, { isWrite: !isTrial });
  return answer.delete;
}

const sourcesOf = (files: readonly ManifestFile[]): string[] => files.map(({ source }) => source);

async function objectsOf(session: Session, words: readonly string[]): Promise<{ kind: string; name: string }[]> {
  const targets = await findTargets(session, words);
  return targets.flatMap(({ kind, names }) => {
    if (names === undefined) {
      throw usageError(`a name is missing: catalog delete ${kind.singular}/NAME …`);
    }
    return names.map((name) => ({ kind: kind.kind, name }));
  });
}
