import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionOptions,
  Kind,
  parse,
  print,
  printSchema,
  visit,
} from 'graphql';

/** An answer that is the same for everybody: JSON, compressed in two ways. */
export interface KeptAnswer {
  readonly etag: string;
  readonly gzip: Uint8Array;
  readonly br: Uint8Array;
}

/** The complete introspection of a schema, in the forms in which clients' libraries ask for it. */
export interface CompleteIntrospection {
  /** The answer to an introspection query that libraries send; undefined for every other operation. */
  find(document: DocumentNode): Promise<KeptAnswer> | undefined;
}

/** What libraries ask for beside names and types; each combination is a form of its own. */
const options: readonly (keyof IntrospectionOptions)[] = [
  'descriptions',
  'specifiedByUrl',
  'directiveIsRepeatable',
  'schemaDescription',
  'inputValueDeprecation',
  'oneOf',
];
/** Levels of `ofType` that the releases of graphql-js go down. */
const LEVELS = [7, 8, 9];

/**
 * The complete introspection is made and compressed once for each form in which libraries ask for it, in a thread of
 * its own: it costs as much as a thousand small queries, and is the same for everybody. The number of forms is fixed.
 */
export function createCompleteIntrospection(schema: GraphQLSchema): CompleteIntrospection {
  let forms: ReadonlySet<string> | undefined;
  const kept = new Map<string, Promise<KeptAnswer>>();
  let sdl: string | undefined;
  let last: Promise<unknown> = Promise.resolve();
  /** Printing takes a while: others have their turn between that and the look at what is asked for. */
  const printed = async (): Promise<string> => {
    await nextTurn();
    sdl ??= printSchema(schema);
    return sdl;
  };

  return {
    find: (document) => {
      if (!asksForSchemaAlone(document)) return undefined;
      forms ??= formsOfLibraries();
      const { text, levels } = formOf(document);
      if (!forms.has(text) || !LEVELS.includes(levels)) return undefined;
      const key = `${levels} ${text}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      // One after another: who asks for all forms at once begins no more than one thread.
      const answer = last.then(async () => make(await printed(), print(document)));
      last = answer.catch(() => kept.delete(key));
      kept.set(key, answer);
      return answer;
    },
  };
}

/** Every combination of what libraries ask for. */
function formsOfLibraries(): ReadonlySet<string> {
  const forms = new Set<string>();
  for (let chosen = 0; chosen < 2 ** options.length; chosen++) {
    const form = Object.fromEntries(options.map((option, bit) => [option, (chosen & (1 << bit)) !== 0]));
    forms.add(formOf(parse(getIntrospectionQuery(form))).text);
  }
  return forms;
}

async function make(sdl: string, query: string): Promise<KeptAnswer> {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./introspection-worker.ts', import.meta.url), {
    workerData: { sdl, query, port: port2 },
    transferList: [port2],
  });
  try {
    const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
    const [kept] = await Promise.race([once(port1, 'message'), failed]);
    return kept as KeptAnswer;
  } finally {
    port1.close();
    await worker.terminate();
  }
}

/** What is asked for, without the operation's name and the levels of `ofType`; and how many of those there are. */
function formOf(document: DocumentNode): { readonly text: string; readonly levels: number } {
  let levels = 0;
  const text = print(
    visit(document, {
      OperationDefinition: ({ name: _, ...rest }) => rest,
      Field: (node) => {
        if (node.name.value !== 'ofType') return undefined;
        levels = Math.max(levels, levelsOf(node));
        return null;
      },
    }),
  );
  return { text, levels };
}

function levelsOf({ selectionSet }: FieldNode): number {
  const below = (selectionSet?.selections ?? []).map((selection) =>
    selection.kind === Kind.FIELD && selection.name.value === 'ofType' ? levelsOf(selection) : 0,
  );
  return 1 + Math.max(0, ...below);
}

function asksForSchemaAlone({ definitions }: DocumentNode): boolean {
  const [operation, another] = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION || another !== undefined) return false;
  const [field, beside] = operation.selectionSet.selections;
  return beside === undefined && field?.kind === Kind.FIELD && field.name.value === '__schema' && !field.alias;
}
