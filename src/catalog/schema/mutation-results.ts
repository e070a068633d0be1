import type { GraphQLResolveInfo } from 'graphql';
import type { Violation } from '../../platform/errors.ts';
import { bounded, MOST_OF_OBJECT, MOST_OF_REQUEST } from '../../platform/violation.ts';
import type { FieldChange } from '../differences.ts';
import { stringifyJson } from '../manifests/json.ts';
import type { Catalog } from '../model.ts';
import type { OperationResult, Warning } from '../write/operation.ts';
import type { AuthorizationEffect, Outcome } from '../write/pipeline.ts';
import type { Builder, FieldsOf } from './builder.ts';
import type { RequestContext } from './context.ts';
import type { Outputs } from './outputs.ts';

const json = (value: unknown): string | null => (value === undefined ? null : stringifyJson(value));

/** The types and fields that payloads share. */
export type MutationResults = ReturnType<typeof createMutationResults>;

type Told = Partial<Pick<OperationResult, 'kind' | 'name' | 'namespace'>> & Pick<OperationResult, 'violations'>;
type Written = Pick<OperationResult, 'outcome' | 'changes' | 'warnings' | 'id' | 'kind'>;

export function createMutationResults(builder: Builder, catalog: Catalog, outputs: Outputs) {
  const userError = builder.objectRef<Violation>('UserError').implement({
    description: 'Something in the input that breaks a rule, and what would be accepted.',
    fields: (t) => ({
      code: t.exposeString('rule', { description: 'The rule: `UNKNOWN_FIELD`, `REFERENCE_NOT_FOUND`, …' }),
      message: t.exposeString('message', { description: 'What is wrong, in a sentence.' }),
      subject: t.string({ nullable: true, description: 'The object: `Rack/a14`.', resolve: (e) => e.subject ?? null }),
      field: t.string({
        nullable: true,
        description: 'Path in the manifest: `spec.heightU`.',
        resolve: (e) => e.path ?? null,
      }),
      inputPath: t.stringList({
        nullable: true,
        description:
          'Path in the GraphQL input, step by step: `["input", "placement", "startUnit"]`; null for what came in a manifest.',
        resolve: (e) => e.inputPath?.map(String) ?? null,
      }),
      value: t.string({ nullable: true, description: 'The refused value, as JSON.', resolve: (e) => json(e.value) }),
      accepted: t.string({
        nullable: true,
        description: 'What would be accepted.',
        resolve: (e) => e.accepted ?? null,
      }),
      source: t.string({ nullable: true, description: 'The file it came from.', resolve: (e) => e.source ?? null }),
      line: t.int({ nullable: true, description: 'Line in the file, from 1.', resolve: (e) => e.line ?? null }),
      column: t.int({ nullable: true, description: 'Column in the line, from 1.', resolve: (e) => e.column ?? null }),
    }),
  });
  const warning = builder.objectRef<Warning>('Warning').implement({
    description: 'Something that was done and may yet not have been meant.',
    fields: (t) => ({
      code: t.exposeString('code', { description: 'What it is about: `FIELD_TAKEN`, …' }),
      message: t.exposeString('message', { description: 'What to know, in a sentence.' }),
      field: t.string({ nullable: true, description: 'Path in the manifest.', resolve: (w) => w.path ?? null }),
    }),
  });
  const change = builder.objectRef<FieldChange>('FieldChange').implement({
    description: 'A difference between what was stored and what the write says.',
    fields: (t) => ({
      path: t.exposeString('path', { description: 'Where: `spec.displayName`, `metadata.labels.tier`.' }),
      before: t.string({
        nullable: true,
        description: 'What was stored, as JSON; null when absent.',
        resolve: (c) => json(c.before),
      }),
      after: t.string({
        nullable: true,
        description: 'What the write says, as JSON; null when absent.',
        resolve: (c) => json(c.after),
      }),
    }),
  });
  const state = builder.enumType('AuthorizationState', {
    description: 'Whether what a write did to rights holds already.',
    values: {
      IN_FORCE: { description: 'It holds from the next request on.' },
      PENDING: { description: 'OpenFGA cannot be reached; it will hold once that is back.' },
    },
  });
  const authorization = builder.objectRef<AuthorizationEffect>('AuthorizationEffect').implement({
    description: 'What a write has done to who may do what.',
    fields: (t) => ({
      state: t.field({
        type: state,
        description: 'Whether it holds already.',
        resolve: ({ isInForce }) => (isInForce ? 'IN_FORCE' : 'PENDING'),
      }),
      revision: t.string({
        description: 'A request with the header `x-catalog-after-revision` of this value waits until it holds.',
        resolve: ({ revision }) => String(revision),
      }),
    }),
  });

  /** Of one object of a write: which it is, and why it was refused. */
  const told = <Shape extends Told>(t: FieldsOf<Shape>) => ({
    kind: t.string({ nullable: true, description: 'Its kind, if known.', resolve: (r) => r.kind ?? null }),
    name: t.string({ nullable: true, description: 'Its name, if known.', resolve: (r) => r.name ?? null }),
    namespace: t.string({ nullable: true, description: 'Its namespace.', resolve: (r) => r.namespace ?? null }),
    userErrors: t.field({
      type: [userError],
      description: 'For a refusal, every reason, up to 100; then how many more there are.',
      resolve: (r) => [...bounded(r.violations, MOST_OF_OBJECT)],
    }),
  });
  /** Of one object that a write may have changed: how, and what it is now. */
  const written = <Shape extends Written>(t: FieldsOf<Shape>) => ({
    changes: t.field({
      type: [change],
      description: 'For an update, every difference.',
      resolve: (r) => [...r.changes],
    }),
    warnings: t.field({
      type: [warning],
      description: 'What may not have been meant.',
      resolve: (r) => [...r.warnings],
    }),
    object: t.field({
      type: outputs.type('CatalogObject') as never,
      nullable: true,
      description: 'The object as it is now; null when it is gone, refused, or new and only validated.',
      resolve: ({ kind, id, outcome }: Shape, _args: unknown, context: RequestContext, info: GraphQLResolveInfo) =>
        (kind === undefined || id === undefined || outcome === 'DELETED'
          ? null
          : context.objects.load({ kind: catalog.get(kind), uid: id, info })) as never,
    }),
  });
  /** Of a write as a whole. */
  const whole = <Shape extends Pick<Outcome<unknown>, 'authorization' | 'violations'>>(t: FieldsOf<Shape>) => ({
    authorization: t.field({
      type: authorization,
      nullable: true,
      description: 'What it has done to who may do what; null when nothing was stored.',
      resolve: (r) => r.authorization ?? null,
    }),
    userErrors: t.field({
      type: [userError],
      description:
        'Every rule that the input breaks, up to 1,000; then how many more there are. With any, nothing was written.',
      resolve: (r) => [...bounded(r.violations, MOST_OF_REQUEST)],
    }),
  });
  return { warning, change, told, written, whole };
}
