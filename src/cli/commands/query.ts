import { readFile } from 'node:fs/promises';
import { parseJson, stringifyJson } from '../../catalog/manifests/json.ts';
import { CliError, usageError } from '../cli-error.ts';
import { describe } from '../client-errors.ts';
import type { Session } from '../session.ts';

export interface QueryOptions {
  readonly document?: string;
  readonly var?: readonly string[];
  readonly variables?: string;
  readonly operation?: string;
  readonly explain?: true;
}

/** `catalog query`: runs a GraphQL document; prints its data as JSON and its errors on stderr. */
export async function query(session: Session, file: string | undefined, options: QueryOptions): Promise<number> {
  const { terminal } = session;
  const text = await readDocument(file, options.document);
  const variables = {
    ...(await readVariables(options.variables)),
    ...(await readAssignments(text, options.var ?? [])),
  };
  const client = await session.client();
  const { data, errors, extensions } = await client.send(
    {
      query: text,
      ...(Object.keys(variables).length > 0 && { variables }),
      ...(options.operation !== undefined && { operationName: options.operation }),
    },
    { isWrite: true, headers: options.explain === true ? { 'x-catalog-explain': 'true' } : {} },
  );
  if (data !== undefined && data !== null) await terminal.print(`${stringifyJson(data, 2)}\n`);
  for (const error of errors ?? []) terminal.note(`error: ${describe(error)}`);
  if (options.explain === true) terminal.note(stringifyJson(extensions ?? {}, 2));
  return errors === undefined ? 0 : 1;
}

async function readText(file: string): Promise<string> {
  if (file !== '-') {
    return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new CliError(
        error.code === 'ENOENT' ? `${file} does not exist` : `${file} cannot be read: ${error.message}`,
      );
    });
  }
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return text;
}

function readDocument(file: string | undefined, document: string | undefined): string | Promise<string> {
  if ((file === undefined) === (document === undefined)) {
    throw usageError('give one GraphQL document: a FILE, - for stdin, or --document TEXT');
  }
  return document ?? readText(file ?? '-');
}

async function readVariables(file: string | undefined): Promise<Record<string, unknown>> {
  if (file === undefined) return {};
  const text = await readText(file);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new CliError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CliError(`${file} is not a JSON object of variables`);
  return { ...value };
}

/** `name=value` by the type that the document declares: text for texts, JSON for everything else. */
async function readAssignments(document: string, assignments: readonly string[]): Promise<Record<string, unknown>> {
  if (assignments.length === 0) return {};
  const declared = await declaredTypes(document);
  return Object.fromEntries(
    assignments.map((assignment) => {
      const at = assignment.indexOf('=');
      if (at < 1) throw usageError(`--var ${assignment}: accepted is NAME=VALUE`);
      const name = assignment.slice(0, at);
      const text = assignment.slice(at + 1);
      if (declared.get(name) === 'text' && text !== 'null') return [name, text];
      try {
        return [name, parseJson(text)];
      } catch {
        return [name, text];
      }
    }),
  );
}

const jsonTypes = ['Int', 'Float', 'Boolean', 'JSON'];

async function declaredTypes(document: string): Promise<Map<string, 'text' | 'json'>> {
  const { GraphQLError, Kind, parse, print } = await import('graphql');
  try {
    return new Map(
      parse(document)
        .definitions.flatMap((definition) =>
          definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [],
        )
        .map(({ variable, type }) => {
          const name = print(type).replace('!', '');
          const isText = !jsonTypes.includes(name) && !/^\[|Input$|Where$|Filter$|Order$/.test(name);
          return [variable.name.value, isText ? 'text' : 'json'];
        }),
    );
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const place = error.locations?.[0];
    throw new CliError(
      `the document is not GraphQL: ${error.message}${place ? ` at ${place.line}:${place.column}` : ''}`,
    );
  }
}
