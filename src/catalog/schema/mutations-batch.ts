import type { Steps } from '../manifests/path.ts';
import type { Operation, OperationOutcome, OperationResult } from '../write/operation.ts';
import type { Outcome } from '../write/pipeline.ts';
import type { Builder } from './builder.ts';
import type { Input } from './input-content.ts';
import type { InputTypes } from './input-type.ts';
import type { MutationResults } from './mutation-results.ts';
import { applyInputType, applyOperation } from './mutations-apply.ts';
import { isChange, writeOptions } from './mutations-verbs.ts';
import { refuseInput } from './refuse-input.ts';
import type { Verb } from './verb.ts';
import { requestMembers } from './verbs-of-kind.ts';

const MOST = 10_000;

/** `batch`: operations of any sort in one transaction, written down as they would be alone. */
export function addBatch(
  builder: Builder,
  types: InputTypes,
  { told, written, whole }: MutationResults,
  verbs: readonly Verb[],
): void {
  const byName = new Map(verbs.map((verb) => [verb.name, verb]));
  const operation = types('BatchOperationInput', () => ({
    description:
      'One operation of a batch: the name of a mutation with the very input that it takes alone, so that whatever can be done can be done in a batch, with the same types. `validateOnly` and `clientRequestId` belong to the batch as a whole.',
    isOneOf: true,
    members: {
      apply: { type: applyInputType(types), description: 'Brings objects into the state that manifests describe.' },
      ...Object.fromEntries(verbs.map(({ name, description, input }) => [name, { type: input, description }])),
    },
  }));
  const input = types('BatchInput', () => ({
    description: 'Operations that take place together or not at all.',
    members: {
      operations: { type: [operation], required: true, description: `The operations; at most ${MOST}.` },
      ...requestMembers,
    },
  }));
  const outcome = builder.enumType('OperationOutcome', {
    description: 'What became of an object that an operation is about.',
    values: {
      CREATED: { description: 'It is new.' },
      UPDATED: { description: 'It was changed.' },
      UNCHANGED: { description: 'It was as asked for already.' },
      DELETED: { description: 'It is gone.' },
      ABSENT: { description: 'It was to be deleted, and there was none.' },
      REFUSED: { description: 'The operation breaks a rule.' },
    } satisfies Record<OperationOutcome, object>,
  });
  const result = builder.objectRef<OperationResult>('BatchResult').implement({
    description: 'What became of one object of a batch.',
    fields: (t) => ({
      operation: t.exposeInt('operation', { description: 'Which operation it belongs to, from 0.' }),
      ...told(t),
      outcome: t.field({ type: outcome, description: 'What became of it.', resolve: (r) => r.outcome }),
      ...written(t),
    }),
  });
  const payload = builder.objectRef<Outcome<OperationResult>>('BatchPayload').implement({
    description: 'What a batch did, or would do.',
    fields: (t) => ({
      applied: t.boolean({
        description: 'Everything was stored. False: nothing was.',
        resolve: (outcome) => outcome.isApplied,
      }),
      changed: t.boolean({
        description: 'Anything was changed (in a trial: would be).',
        resolve: ({ violations, results }) => violations.length === 0 && results.some(isChange),
      }),
      ...whole(t),
      results: t.field({
        type: [result],
        description: 'One per object, in the order of the operations; an apply has one per document.',
        resolve: ({ results }) => [...results],
      }),
    }),
  });

  const read = (given: Input, at: Steps): Operation => {
    const [name = '', inner] = Object.entries(given).find(([, value]) => value !== undefined && value !== null) ?? [];
    const own = inner as Input;
    const here = [...at, name];
    for (const member of ['validateOnly', 'clientRequestId']) {
      const isGiven = own[member] !== undefined && own[member] !== null && own[member] !== false;
      if (isGiven) refuseInput('BELONGS_TO_BATCH', [...here, member], `${member} is said once, for the whole batch`);
    }
    const verb = byName.get(name);
    return verb === undefined ? applyOperation(own) : verb.read(own, here);
  };

  builder.mutationField('batch', (t) =>
    t.field({
      type: payload,
      description:
        'Operations of any sort in one transaction, judged on the final state: all of them take place, or none. Their order does not matter; of each object a batch says once what becomes of it.',
      args: { input: t.arg({ type: input as never, required: true, description: 'The operations.' }) },
      resolve: (_root, args, context, info) => {
        const given = args.input as Input;
        const operations = given.operations as Input[];
        if (operations.length > MOST) {
          refuseInput('TOO_MANY', ['input', 'operations'], `${operations.length} operations are more than ${MOST}`);
        }
        return context.pipeline.write(
          operations.map((one, index) => read(one, ['input', 'operations', index])),
          writeOptions(context, info, given),
        );
      },
    }),
  );
}
