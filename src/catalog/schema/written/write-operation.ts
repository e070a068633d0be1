import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  locatedError,
  type OperationDefinitionNode,
} from 'graphql';
import { JsonText } from '../../../platform/json-text.ts';
import { inSpan } from '../../../platform/telemetry/spans.ts';
import type { Operation } from '../../read/plan-types.ts';
import { fieldNodes } from '../../read/select.ts';
import { answerPieces } from '../../read/text/answer-writer.ts';
import { NotWritable } from '../../read/text/value-writer.ts';
import { type RequestContext, selectionSetsOf } from '../context.ts';
import { isCovered } from './is-covered.ts';

/** An operation as Apollo Server has it. */
export interface AskedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface WrittenAnswer {
  readonly data: JsonText;
  readonly errors: readonly GraphQLError[];
}

/** Answers an operation without graphql-js; undefined for one that only that can answer. */
export interface WriteOperation {
  (asked: AskedOperation, context: RequestContext): Promise<WrittenAnswer | undefined>;
  /** Whether it answers an operation, which reads something, unless one of its values is not what the schema promises. */
  reads(asked: AskedOperation): boolean;
}

/** `{ __typename }` asks whether the service is there. */
const readsSomething = ({ operation }: AskedOperation): boolean =>
  operation.selectionSet.selections.some((one) => one.kind !== Kind.FIELD || one.name.value !== '__typename');

interface Known {
  readonly fragments: Operation['fragments'];
  readonly isCovered: boolean;
}

export function createWriteOperation(schema: GraphQLSchema): WriteOperation {
  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has no Query');
  /** By operation: a document that was found valid is kept, with its operations. */
  const known = new WeakMap<OperationDefinitionNode, Known>();
  const look = ({ document, operation }: AskedOperation): Known => {
    const found = known.get(operation);
    if (found !== undefined) return found;
    const fragments = Object.fromEntries(
      document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
    );
    const made = { fragments, isCovered: isCovered(schema, fragments, operation) };
    known.set(operation, made);
    return made;
  };

  const write = async (asked: AskedOperation, context: RequestContext): Promise<WrittenAnswer | undefined> => {
    const { fragments, isCovered } = look(asked);
    if (!isCovered) return undefined;
    const { operation } = asked;
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], asked.variables);
    if (coerced === undefined) return undefined; // graphql-js says what is wrong with them.
    const shared = { schema, fragments, rootValue: undefined, operation, variableValues: coerced, isWritten: true };
    const errors: GraphQLError[] = [];

    const writeField = async (key: string, nodes: GraphQLResolveInfo['fieldNodes']): Promise<JsonText['pieces']> => {
      const [first] = nodes;
      const field = query.getFields()[first?.name.value ?? ''];
      if (first === undefined || field?.resolve === undefined) return [JSON.stringify(query.name)]; // __typename
      const path = { prev: undefined, key, typename: query.name };
      const info = {
        ...shared,
        fieldName: field.name,
        fieldNodes: nodes,
        returnType: field.type,
        parentType: query,
        path,
      };
      try {
        const args = getArgumentValues(field, first, coerced);
        const answer = (await field.resolve(undefined, args, context, info)) as unknown;
        return answerPieces(shared, field.type, selectionSetsOf(nodes), answer);
      } catch (error) {
        if (error instanceof NotWritable) throw error;
        errors.push(locatedError(error, nodes, [key]));
        return ['null'];
      }
    };

    const writeAll = async (): Promise<JsonText> => {
      const fields = [...fieldNodes(shared, query, [operation.selectionSet])];
      const texts = await Promise.all(fields.map(([key, nodes]) => writeField(key, nodes)));
      const pieces = fields.flatMap(([key], index) => [
        `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`,
        ...(texts[index] ?? []),
      ]);
      return new JsonText([...pieces, fields.length === 0 ? '{}' : '}']);
    };
    try {
      return { data: await inSpan('execute', writeAll), errors };
    } catch (error) {
      if (error instanceof NotWritable) return undefined;
      throw error;
    }
  };
  return Object.assign(write, { reads: (asked: AskedOperation) => look(asked).isCovered && readsSomething(asked) });
}
