import type { GraphQLResolveInfo } from 'graphql';
import { stringifyJson } from '../manifests/json.ts';
import type { KindModel } from '../model.ts';
import { encodeId } from '../read/id.ts';
import { isStorable } from '../values/names.ts';
import type { OperationResult } from '../write/operation.ts';
import type { Outcome } from '../write/pipeline.ts';
import { authorOf } from './author.ts';
import type { Builder } from './builder.ts';
import type { RequestContext } from './context.ts';
import type { Input } from './input-content.ts';
import type { MutationResults } from './mutation-results.ts';
import type { Outputs } from './outputs.ts';
import { refuseInput } from './refuse-input.ts';
import type { Shown, Verb } from './verb.ts';

type Written = Outcome<OperationResult>;

/** Something was changed; in a trial, would be. */
export const isChange = ({ outcome }: OperationResult): boolean =>
  outcome === 'CREATED' || outcome === 'UPDATED' || outcome === 'DELETED';

/** What a request asks for besides its operations. */
export const writeOptions = (context: RequestContext, info: GraphQLResolveInfo, input: Input) => ({
  by: authorOf(context, info),
  validateOnly: input.validateOnly === true,
  ...(typeof input.clientRequestId === 'string' && {
    request: { id: requestId(input.clientRequestId), input: `${info.fieldName} ${stringifyJson(input)}` },
  }),
});

const LONGEST_ID = 256;

function requestId(id: string): string {
  if (id !== '' && id.length <= LONGEST_ID && isStorable(id)) return id;
  const message = `clientRequestId takes 1 to ${LONGEST_ID} characters, without NUL`;
  return refuseInput('INVALID_VALUE', ['input', 'clientRequestId'], message);
}

/** Every verb as a mutation of its own, with its payload. */
export function addVerbs(
  builder: Builder,
  outputs: Outputs,
  { warning, change, whole }: MutationResults,
  verbs: readonly Verb[],
): void {
  const deleted = builder
    .objectRef<{ readonly kind: string; readonly name: string; readonly id: string }>('DeletedObject')
    .implement({
      description: 'An object that is gone.',
      fields: (t) => ({
        id: t.id({ nullable: false, description: 'The id it had.', resolve: (one) => encodeId(one.kind, one.id) }),
        kind: t.exposeString('kind', { description: 'Its kind.' }),
        name: t.exposeString('name', { description: 'Its name.' }),
      }),
    });

  const payload = (name: string, description: string, shows: Shown | undefined) =>
    builder.objectRef<Written>(name).implement({
      description,
      fields: (t) => ({
        ...(shows === undefined
          ? {
              deleted: t.field({
                type: [deleted],
                description: 'What is gone (in a trial: would be): the object, and what it owned and took along.',
                resolve: ({ results }) => results.flatMap(deletedIn),
              }),
            }
          : {
              [shows.field]: t.field({
                type: outputs.type(shows.type) as never,
                nullable: true,
                description: 'The object as it is now; null when refused, or new and only validated.',
                resolve: ({ results }, _args, context: RequestContext, info: GraphQLResolveInfo) => {
                  const shown = results.find((one) => one.id !== undefined && shows.kinds.some(isKind(one)));
                  const kind = shown && shows.kinds.find(isKind(shown));
                  return (
                    shown?.id === undefined || kind === undefined || shown.outcome === 'DELETED'
                      ? null
                      : context.objects.load({ kind, uid: shown.id, info })
                  ) as never;
                },
              }),
            }),
        changed: t.boolean({
          description: 'Anything was changed (in a trial: would be). False when it was as asked for already.',
          resolve: ({ violations, results }) => violations.length === 0 && results.some(isChange),
        }),
        changes: t.field({
          type: [change],
          description: 'For an update, every difference.',
          resolve: ({ results }) => results.flatMap((one) => one.changes),
        }),
        ...whole(t),
        warnings: t.field({
          type: [warning],
          description: 'What may not have been meant.',
          resolve: ({ results }) => results.flatMap((one) => one.warnings),
        }),
      }),
    });
  const deletePayload = payload('DeleteObjectPayload', 'What a delete did, or would do.', undefined);

  for (const verb of verbs) {
    const { name, description, input: type, shows } = verb;
    const pascal = name.charAt(0).toUpperCase() + name.slice(1);
    const of =
      shows === undefined ? deletePayload : payload(`${pascal}Payload`, `What ${name} did, or would do.`, shows);
    builder.mutationField(name, (t) =>
      t.field({
        type: of,
        description,
        args: { input: t.arg({ type: type as never, required: true, description: 'What is asked for.' }) },
        resolve: (_root, args, context, info) => {
          const input = args.input as Input;
          return context.pipeline.write([verb.read(input, ['input'])], writeOptions(context, info, input));
        },
      }),
    );
  }
}

const isKind =
  (result: OperationResult) =>
  ({ kind }: KindModel): boolean =>
    result.kind === kind;

const deletedIn = ({ kind, name, id, owned = [] }: OperationResult) =>
  kind === undefined || name === undefined || id === undefined ? [] : [{ kind, name, id }, ...owned];
