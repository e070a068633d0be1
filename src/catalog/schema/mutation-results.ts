import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import type { Violation } from '../../platform/errors.ts';
import { inSlices } from '../../platform/in-slices.ts';
import { bounded, type MissingFact, MOST_OF_OBJECT, MOST_OF_REQUEST } from '../../platform/violation.ts';
import { stringifyJson } from '../manifests/json.ts';
import type { Catalog } from '../model.ts';
import { objectType } from '../read/object-type.ts';
import { select } from '../read/select.ts';
import type { OperationResult, Warning } from '../write/operation.ts';
import type { AuthorizationEffect, Outcome } from '../write/request.ts';
import type { Builder, FieldsOf } from './builder.ts';
import { type RequestContext, selectionSets } from './context.ts';
import { typeNamed } from './dynamic-types.ts';
import { describeReport, readReport } from './report-fields.ts';

const json = (value: unknown): string | null => (value === undefined ? null : stringifyJson(value));

/** The results of a write. Objects asked for beside them are loaded together, so then the results come all at once. */
export const resultList = <Result extends OperationResult>(
  results: readonly Result[],
  { slices }: RequestContext,
  info: GraphQLResolveInfo,
) => {
  const selected = select(info, objectType(info, getNamedType(info.returnType).name), selectionSets(info));
  return selected.some(({ name }) => name === 'object') ? results : inSlices(results, slices);
};

/** The types and fields that payloads share. */
export type MutationResults = ReturnType<typeof createMutationResults>;

type Subject = Partial<Pick<OperationResult, 'kind' | 'name' | 'namespace'>> &
  Pick<OperationResult, 'violations' | 'warnings'>;
type Changed = OperationResult;

export function createMutationResults(builder: Builder, catalog: Catalog) {
  const userError = addUserError(builder);
  const warning = builder.objectRef<Warning>('Warning').implement({
    description: 'A possible mistake in an otherwise accepted change.',
    fields: (t) => ({
      code: t.exposeString('code', { description: 'Stable code of the warning: `FIELD_TAKEN`, …' }),
      message: t.exposeString('message', { description: 'The warning in a sentence.' }),
      field: t.string({
        nullable: true,
        description: 'Path of the field in the manifest that the warning is about.',
        resolve: (w) => w.path ?? null,
      }),
    }),
  });
  const change = addFieldChange(builder);
  const authorization = addAuthorizationEffect(builder);

  /** Of one object of a write: which it is, and why it was refused. */
  const subjectFields = <Shape extends Subject>(t: FieldsOf<Shape>) => ({
    kind: t.string({ nullable: true, description: 'Kind of the object, if known.', resolve: (r) => r.kind ?? null }),
    name: t.string({ nullable: true, description: 'Name of the object, if known.', resolve: (r) => r.name ?? null }),
    namespace: t.string({
      nullable: true,
      description: 'Namespace of the object, for kinds that live in one.',
      resolve: (r) => r.namespace ?? null,
    }),
    userErrors: t.field({
      type: [userError],
      description:
        'Why this object was refused: every rule that is broken. After the first 100 there is one entry that says how many more there are. Empty when the object was not refused.',
      resolve: (r) => [...bounded(r.violations, MOST_OF_OBJECT)],
    }),
    warnings: t.field({
      type: [warning],
      description: 'Possible mistakes in what was accepted.',
      resolve: (r) => [...r.warnings],
    }),
  });
  /** What is told of changes of these kinds; `resultsIn` finds the results in the payload. */
  const reportFields = <Shape>(
    t: FieldsOf<Shape>,
    kinds: readonly string[],
    resultsIn: (shape: Shape) => readonly OperationResult[],
  ) =>
    Object.fromEntries(
      catalog.reports
        .filter(({ on }) => kinds.includes(on))
        .map((report) => [
          report.name,
          t.field({
            type: typeNamed(report.record.name),
            nullable: true,
            description: describeReport(report),
            resolve: (shape: Shape, _args: unknown, context: RequestContext, info: GraphQLResolveInfo) =>
              readReport(report, resultsIn(shape), context, info),
          }),
        ]),
    );
  /** Of one object that a write may have changed: how, and what it is now. */
  const changeFields = <Shape extends Changed>(t: FieldsOf<Shape>) => ({
    changes: t.field({
      type: [change],
      description: 'For an update, every field that differs from what was stored before.',
      resolve: (r) => [...r.changes],
    }),
    object: t.field({
      type: typeNamed('CatalogObject'),
      nullable: true,
      description:
        'The object as it is now. Null when it was deleted or refused, and when it is new and the request had `validateOnly`.',
      resolve: ({ kind, id, outcome }: Shape, _args: unknown, context: RequestContext, info: GraphQLResolveInfo) =>
        kind === undefined || id === undefined || outcome === 'DELETED'
          ? null
          : context.objects.load({ kind: catalog.get(kind), uid: id, info }),
    }),
    ...reportFields(
      t,
      catalog.reports.map(({ on }) => on),
      (result) => [result],
    ),
  });
  /** Of a write as a whole. */
  const payloadFields = <Shape extends Pick<Outcome<unknown>, 'authorization' | 'violations'>>(t: FieldsOf<Shape>) => ({
    authorization: t.field({
      type: authorization,
      nullable: true,
      description: 'Whether the effect of this write on permissions is in force; null when nothing was stored.',
      resolve: (r) => r.authorization ?? null,
    }),
    userErrors: t.field({
      type: [userError],
      description:
        'Every rule that the input breaks. After the first 1,000 there is one entry that says how many more there are. When there is any, nothing was stored.',
      resolve: (r, _args, { slices }) => inSlices(bounded(r.violations, MOST_OF_REQUEST), slices),
    }),
  });
  return { warning, change, subjectFields, reportFields, changeFields, payloadFields };
}

const addUserError = (builder: Builder) => {
  const missingFact = builder.objectRef<MissingFact>('MissingFact').implement({
    description: 'Something that is not the case and would have to be.',
    fields: (t) => ({
      object: t.exposeString('object', {
        description: 'The object that it is about, as kind and name: `Deployment/relay.eu`. There may be none yet.',
      }),
      field: t.string({
        nullable: true,
        description: 'Path of the field in its manifest; null when it is about the object as a whole.',
        resolve: (fact) => fact.path ?? null,
      }),
      needed: t.exposeString('needed', {
        description:
          'What would have to be there: `relay.v2 or higher`, `present` where any version will do, or `absent` for an object that must not be.',
      }),
    }),
  });
  return builder.objectRef<Violation>('UserError').implement({
    description: 'A rule that the input breaks, where, and what would be accepted.',
    fields: (t) => ({
      code: t.exposeString('rule', {
        description: 'Stable code of the rule: `UNKNOWN_FIELD`, `REFERENCE_NOT_FOUND`, …',
      }),
      message: t.exposeString('message', { description: 'What is wrong, in a sentence.' }),
      subject: t.string({
        nullable: true,
        description: 'The object in question, as kind and name: `Rack/a14`.',
        resolve: (e) => e.subject ?? null,
      }),
      field: t.string({
        nullable: true,
        description: 'Path of the field in the manifest: `spec.heightU`.',
        resolve: (e) => e.path ?? null,
      }),
      inputPath: t.stringList({
        nullable: true,
        description:
          'Path of the field in the GraphQL input, step by step: `["input", "placement", "startUnit"]`. Null when the field came from a manifest.',
        resolve: (e) => e.inputPath?.map(String) ?? null,
      }),
      value: t.string({ nullable: true, description: 'The refused value, as JSON.', resolve: (e) => json(e.value) }),
      accepted: t.string({
        nullable: true,
        description: 'What would be accepted instead, in words.',
        resolve: (e) => e.accepted ?? null,
      }),
      missing: t.field({
        type: [missingFact],
        description:
          'What would have to be the case: all of it, and no less would do. Rules over several services say it; for others it is empty.',
        resolve: (e) => [...(e.missing ?? [])],
      }),
      source: t.string({
        nullable: true,
        description: 'Name of the file that the manifest came from.',
        resolve: (e) => e.source ?? null,
      }),
      line: t.int({ nullable: true, description: 'Line in that file, from 1.', resolve: (e) => e.line ?? null }),
      column: t.int({ nullable: true, description: 'Column in that line, from 1.', resolve: (e) => e.column ?? null }),
    }),
  });
};

const addFieldChange = (builder: Builder) =>
  builder.objectType('FieldChange', {
    description: 'A field whose value differs between two states of an object.',
    fields: (t) => ({
      path: t.exposeString('path', { description: 'Path of the field: `spec.displayName`, `metadata.labels.tier`.' }),
      before: t.string({
        nullable: true,
        description: 'The value before the change, as JSON; null when there was none.',
        resolve: (c) => json(c.before),
      }),
      after: t.string({
        nullable: true,
        description: 'The value after the change, as JSON; null when there is none.',
        resolve: (c) => json(c.after),
      }),
    }),
  });

function addAuthorizationEffect(builder: Builder) {
  const state = builder.enumType('AuthorizationState', {
    description: 'Whether the effect of a write on permissions is in force.',
    values: {
      IN_FORCE: { description: 'It is in force from the next request on.' },
      PENDING: { description: 'OpenFGA cannot be reached. The effect will be in force once it can be.' },
    },
  });
  return builder.objectRef<AuthorizationEffect>('AuthorizationEffect').implement({
    description: 'The effect of a write on who may do what.',
    fields: (t) => ({
      state: t.field({
        type: state,
        description: 'Whether the effect is in force.',
        resolve: ({ isInForce }) => (isInForce ? 'IN_FORCE' : 'PENDING'),
      }),
      revision: t.string({
        description:
          'Value for the request header `x-catalog-after-revision`: a request that has it waits until the effect is in force.',
        resolve: ({ revision }) => String(revision),
      }),
    }),
  });
}
