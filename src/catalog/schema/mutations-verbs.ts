import type { GraphQLResolveInfo } from 'graphql';
import { stringifyJson } from '../manifests/json.ts';
import type { KindModel } from '../model.ts';
import { encodeId } from '../read/id.ts';
import { isStorable, withArticle } from '../values/names.ts';
import type { OperationResult } from '../write/operation.ts';
import type { Outcome } from '../write/request.ts';
import { authorOf } from './author.ts';
import type { Builder, FieldsOf } from './builder.ts';
import type { RequestContext } from './context.ts';
import { type DynamicField, type DynamicTypes, typeNamed } from './dynamic-types.ts';
import type { Input } from './input-content.ts';
import type { MutationResults } from './mutation-results.ts';
import { rejectInput } from './reject-input.ts';
import { reportsAskedFor } from './report-fields.ts';
import { INPUT_DESCRIPTION, type Shown, type Verb } from './verb.ts';

type Written = Outcome<OperationResult>;

/** Something was changed; in a trial, would be. */
export const isChange = ({ outcome }: OperationResult): boolean =>
  outcome === 'CREATED' || outcome === 'UPDATED' || outcome === 'DELETED';

/** What a request asks for besides its operations. */
export const writeOptions = (context: RequestContext, info: GraphQLResolveInfo, input: Input) => ({
  by: authorOf(context, info),
  validateOnly: input.validateOnly === true,
  reports: reportsAskedFor(context.catalog, info),
  ...(typeof input.clientRequestId === 'string' && {
    request: { id: requestId(input.clientRequestId), input: `${info.fieldName} ${stringifyJson(input)}` },
  }),
});

const LONGEST_ID = 256;

function requestId(id: string): string {
  if (id !== '' && id.length <= LONGEST_ID && isStorable(id)) return id;
  const message = `clientRequestId takes 1 to ${LONGEST_ID} characters, without NUL`;
  return rejectInput('INVALID_VALUE', ['input', 'clientRequestId'], message);
}

/** Every verb as a mutation of its own; those that show the same kind of object share a payload. */
export function addVerbs(
  builder: Builder,
  types: DynamicTypes,
  results: MutationResults,
  verbs: readonly Verb[],
): void {
  addDeletePayload(builder, results);
  const shownUnder = new Map<string, string>();
  for (const { shows } of verbs) {
    if (shows === undefined) continue;
    const field = shownUnder.get(shows.type);
    if (field === shows.field) continue;
    if (field !== undefined) throw new Error(`payloads show ${shows.type} both as ${field} and as ${shows.field}`);
    shownUnder.set(shows.type, shows.field);
    addPayload(builder, results, shows);
  }
  const mutations = verbs.map(({ name, description, input: type, shows, read }): [string, DynamicField] => [
    name,
    {
      type: shows === undefined ? 'DeleteObjectPayload' : payloadName(shows),
      description,
      args: { input: { type, required: true, description: INPUT_DESCRIPTION } },
      resolve: (_root, args, context, info) => {
        const input = args.input as Input;
        return context.pipeline.write([read(input, ['input'])], writeOptions(context, info, input));
      },
    },
  ]);
  types.mutation(Object.fromEntries(mutations));
}

const payloadName = ({ type }: Shown): string => `${type}Payload`;

function addPayload(builder: Builder, results: MutationResults, shows: Shown): void {
  builder.objectRef<Written>(payloadName(shows)).implement({
    description: `The result of a mutation that creates or changes ${withArticle(shows.type)}.`,
    fields: (t) => ({
      [shows.field]: t.field({
        type: typeNamed(shows.type),
        nullable: true,
        description:
          'The object as it is now. Null when the mutation was refused, and when the object is new and the request had `validateOnly`.',
        resolve: ({ results: found }, _args, context, info) => {
          const shown = found.find((one) => one.id !== undefined && shows.kinds.some(isKind(one)));
          const kind = shown && shows.kinds.find(isKind(shown));
          const isGone = shown?.id === undefined || kind === undefined || shown.outcome === 'DELETED';
          return isGone ? null : context.objects.load({ kind, uid: shown.id, info });
        },
      }),
      ...results.reportFields(
        t,
        shows.kinds.map(({ kind }) => kind),
        (written) => written.results,
      ),
      ...writtenFields(t, results),
    }),
  });
}

function addDeletePayload(builder: Builder, results: MutationResults): void {
  const deleted = builder
    .objectRef<{ readonly kind: string; readonly name: string; readonly id: string }>('DeletedObject')
    .implement({
      description: 'An object that was deleted.',
      fields: (t) => ({
        id: t.id({ description: 'The opaque id that it had.', resolve: (one) => encodeId(one.kind, one.id) }),
        kind: t.exposeString('kind', { description: 'Kind of the object.' }),
        name: t.exposeString('name', { description: 'Name of the object.' }),
      }),
    });
  builder.objectRef<Written>('DeleteObjectPayload').implement({
    description: 'The result of a mutation that deletes one object.',
    fields: (t) => ({
      deleted: t.field({
        type: [deleted],
        description:
          'The deleted objects: the one that was named, and with `cascade` those that it owned. With `validateOnly`: those that would be deleted.',
        resolve: ({ results: found }) => found.flatMap(deletedIn),
      }),
      ...writtenFields(t, results),
    }),
  });
}

/** What every payload of one operation has. */
const writtenFields = (t: FieldsOf<Written>, { change, warning, payloadFields }: MutationResults) => ({
  changed: t.boolean({
    description:
      'Whether anything was changed; with `validateOnly`: whether anything would be. False when everything was as asked for already.',
    resolve: ({ violations, results }) => violations.length === 0 && results.some(isChange),
  }),
  changes: t.field({
    type: [change],
    description: 'For an update, every field that differs from what was stored before.',
    resolve: ({ results }) => results.flatMap((one) => one.changes),
  }),
  ...payloadFields(t),
  warnings: t.field({
    type: [warning],
    description: 'Possible mistakes in what was accepted.',
    resolve: ({ results }) => results.flatMap((one) => one.warnings),
  }),
});

const isKind =
  (result: OperationResult) =>
  ({ kind }: KindModel): boolean =>
    result.kind === kind;

const deletedIn = ({ kind, name, id, owned = [] }: OperationResult) =>
  kind === undefined || name === undefined || id === undefined ? [] : [{ kind, name, id }, ...owned];
