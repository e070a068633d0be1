import type { GraphQLResolveInfo } from 'graphql';
import type { Violation } from '../../platform/errors.ts';
import { stringifyJson } from '../manifests/json.ts';
import type { Catalog } from '../model.ts';
import type { ApplyOutcome, ApplyResult, FieldChange, RemoveResult } from '../write/pipeline.ts';
import type { Builder } from './builder.ts';
import type { RequestContext } from './context.ts';
import type { Outputs } from './outputs.ts';
import { kindNamed } from './queries.ts';

const json = (value: unknown): string | null => (value === undefined ? null : stringifyJson(value));

/** `apply` and `delete`: manifests in, one outcome per document out. */
export function addMutations(builder: Builder, catalog: Catalog, outputs: Outputs): void {
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
  const outcome = builder.enumType('ApplyOutcome', {
    description: 'What became of a document.',
    values: {
      CREATED: { description: 'A new object.' },
      UPDATED: { description: 'An object was changed.' },
      UNCHANGED: { description: 'The object was as described already.' },
      REFUSED: { description: 'It breaks a rule.' },
    } satisfies Record<ApplyOutcome, object>,
  });
  const change = builder.objectRef<FieldChange>('FieldChange').implement({
    description: 'A difference between what is stored and what a document says.',
    fields: (t) => ({
      path: t.exposeString('path', { description: 'Where: `spec.displayName`, `metadata.labels.tier`.' }),
      before: t.string({
        nullable: true,
        description: 'What is stored, as JSON; null when absent.',
        resolve: (c) => json(c.before),
      }),
      after: t.string({
        nullable: true,
        description: 'What the document says, as JSON; null when absent.',
        resolve: (c) => json(c.after),
      }),
    }),
  });
  const result = builder.objectRef<ApplyResult>('ApplyResult').implement({
    description: 'What became of one document.',
    fields: (t) => ({
      source: t.string({ nullable: true, description: 'The file it came from.', resolve: (r) => r.source ?? null }),
      line: t.int({
        nullable: true,
        description: 'Line at which the document begins.',
        resolve: (r) => r.line ?? null,
      }),
      apiVersion: t.string({
        nullable: true,
        description: 'Its API version, if it says one.',
        resolve: (r) => r.apiVersion ?? null,
      }),
      kind: t.string({ nullable: true, description: 'Its kind, if it says one.', resolve: (r) => r.kind ?? null }),
      name: t.string({ nullable: true, description: 'Its name, if it says one.', resolve: (r) => r.name ?? null }),
      namespace: t.string({ nullable: true, description: 'Its namespace.', resolve: (r) => r.namespace ?? null }),
      outcome: t.field({ type: outcome, description: 'What became of it.', resolve: (r) => r.outcome }),
      changes: t.field({
        type: [change],
        description: 'For an update, every difference.',
        resolve: (r) => [...r.changes],
      }),
      userErrors: t.field({
        type: [userError],
        description: 'For a refusal, every reason.',
        resolve: (r) => [...r.violations],
      }),
      object: t.field({
        type: outputs.type('CatalogObject') as never,
        nullable: true,
        description: 'The object as it is now; null when refused, or new and only validated.',
        resolve: (r, _args, context: RequestContext, info: GraphQLResolveInfo) => {
          const kind = r.kind === undefined ? undefined : catalog.kinds.find((candidate) => candidate.kind === r.kind);
          return (
            r.id === undefined || kind === undefined ? null : context.objects.load({ kind, uid: r.id, info })
          ) as never;
        },
      }),
    }),
  });

  interface Applied {
    readonly isApplied: boolean;
    readonly isTrial: boolean;
    readonly results: readonly ApplyResult[];
    readonly violations: readonly Violation[];
  }
  const count = (applied: Applied, wanted: ApplyOutcome): number =>
    applied.results.filter((one) => one.outcome === wanted).length;
  const counts = builder.objectRef<Applied>('ApplyCounts').implement({
    description: 'How many documents had which outcome.',
    fields: (t) => ({
      created: t.int({ description: 'New objects.', resolve: (a) => count(a, 'CREATED') }),
      updated: t.int({ description: 'Changed objects.', resolve: (a) => count(a, 'UPDATED') }),
      unchanged: t.int({
        description: 'Objects that were as described already.',
        resolve: (a) => count(a, 'UNCHANGED'),
      }),
      refused: t.int({ description: 'Documents that break a rule.', resolve: (a) => count(a, 'REFUSED') }),
    }),
  });
  const applyPayload = builder.objectRef<Applied>('ApplyPayload').implement({
    description: 'What an apply did, or would do.',
    fields: (t) => ({
      applied: t.boolean({ description: 'Everything was stored. False: nothing was.', resolve: (a) => a.isApplied }),
      validateOnly: t.boolean({ description: 'It was a trial.', resolve: (a) => a.isTrial }),
      counts: t.field({ type: counts, description: 'Outcomes, counted.', resolve: (a) => a }),
      results: t.field({
        type: [result],
        description: 'One per document, in the order given.',
        resolve: (a) => [...a.results],
      }),
      userErrors: t.field({
        type: [userError],
        description: 'All violations of the batch.',
        resolve: (a) => [...a.violations],
      }),
    }),
  });

  const manifest = builder.inputType('ManifestInput', {
    description: 'A file of manifests.',
    fields: (t) => ({
      source: t.string({ description: 'Its name, for messages.' }),
      content: t.string({ required: true, description: 'YAML or JSON text; many documents may follow each other.' }),
    }),
  });
  const applyInput = builder.inputType('ApplyInput', {
    description: 'What to apply.',
    fields: (t) => ({
      manifests: t.field({ type: [manifest], required: true, description: 'The files, in any order.' }),
      validateOnly: t.boolean({ defaultValue: false, description: 'Run everything but the commit.' }),
      namespace: t.string({ description: 'Namespace of documents that name none.' }),
      project: t.string({ description: 'Project of documents that live in a project’s control plane and name none.' }),
    }),
  });

  const deleteOutcome = builder.enumType('DeleteOutcome', {
    description: 'What became of an object to delete.',
    values: {
      DELETED: { description: 'It is gone.' },
      ABSENT: { description: 'There was none.' },
      REFUSED: { description: 'A rule forbids it.' },
    },
  });
  const deleteResult = builder.objectRef<RemoveResult>('DeleteResult').implement({
    description: 'What became of one object.',
    fields: (t) => ({
      kind: t.exposeString('kind', { description: 'Its kind.' }),
      name: t.exposeString('name', { description: 'Its name.' }),
      namespace: t.string({ nullable: true, description: 'Its namespace.', resolve: (r) => r.namespace ?? null }),
      outcome: t.field({ type: deleteOutcome, description: 'What became of it.', resolve: (r) => r.outcome }),
      userErrors: t.field({
        type: [userError],
        description: 'For a refusal, every reason.',
        resolve: (r) => [...r.violations],
      }),
    }),
  });
  interface Removed {
    readonly isApplied: boolean;
    readonly isTrial: boolean;
    readonly results: readonly RemoveResult[];
    readonly violations: readonly Violation[];
  }
  const deletePayload = builder.objectRef<Removed>('DeletePayload').implement({
    description: 'What a delete did, or would do.',
    fields: (t) => ({
      deleted: t.boolean({ description: 'Everything was deleted. False: nothing was.', resolve: (r) => r.isApplied }),
      validateOnly: t.boolean({ description: 'It was a trial.', resolve: (r) => r.isTrial }),
      results: t.field({ type: [deleteResult], description: 'One per object.', resolve: (r) => [...r.results] }),
      userErrors: t.field({
        type: [userError],
        description: 'All violations of the batch.',
        resolve: (r) => [...r.violations],
      }),
    }),
  });
  const reference = builder.inputType('ObjectReferenceInput', {
    description: 'An object by kind and name.',
    fields: (t) => ({
      kind: t.string({ required: true, description: 'Kind, plural or short name.' }),
      name: t.string({ required: true, description: 'Its name.' }),
      namespace: t.string({ description: 'Its namespace.' }),
      project: t.string({ description: 'Its project, for kinds that live in one.' }),
    }),
  });
  const deleteInput = builder.inputType('DeleteInput', {
    description: 'What to delete: objects by name, or those that manifests describe.',
    fields: (t) => ({
      objects: t.field({ type: [reference], description: 'Objects by kind and name.' }),
      manifests: t.field({ type: [manifest], description: 'Files whose objects are to go.' }),
      validateOnly: t.boolean({ defaultValue: false, description: 'Run everything but the commit.' }),
      allowMissing: t.boolean({ defaultValue: false, description: 'An object that does not exist is no error.' }),
      namespace: t.string({ description: 'Namespace of what names none.' }),
      project: t.string({ description: 'Project of what lives in one and names none.' }),
    }),
  });

  type File = { source?: string | null; content: string };
  const files = (given: unknown): { source?: string; content: string }[] =>
    ((given ?? []) as File[]).map(({ source, content }) => ({
      content,
      ...(typeof source === 'string' ? { source } : {}),
    }));
  const text = (name: string, value: unknown): Record<string, string> =>
    typeof value === 'string' ? { [name]: value } : {};

  builder.mutationType({
    description: 'Everything that can be changed.',
    fields: (t) => ({
      apply: t.field({
        type: applyPayload,
        description:
          'Brings the catalog into the state that manifests describe: in one transaction, in any order, judged on the final state. With any violation nothing is written.',
        args: { input: t.arg({ type: applyInput, required: true, description: 'What to apply.' }) },
        resolve: async (_root, { input }, context) => {
          const isTrial = input.validateOnly === true;
          const options = {
            by: context.author,
            validateOnly: isTrial,
            ...text('namespace', input.namespace),
            ...text('project', input.project),
          };
          return { isTrial, ...(await context.pipeline.apply(files(input.manifests), options)) };
        },
      }),
      delete: t.field({
        type: deletePayload,
        description: 'Deletes objects, in one transaction; refused while anything else refers to one of them.',
        args: { input: t.arg({ type: deleteInput, required: true, description: 'What to delete.' }) },
        resolve: async (_root, { input }, context) => {
          const isTrial = input.validateOnly === true;
          const objects = ((input.objects ?? []) as Record<string, unknown>[]).map((one) => ({
            kind: kindNamed(catalog, String(one.kind), 'input.objects').kind,
            name: String(one.name),
            ...text('namespace', one.namespace),
            ...text('project', one.project),
          }));
          const options = {
            by: context.author,
            validateOnly: isTrial,
            allowMissing: input.allowMissing === true,
            ...text('namespace', input.namespace),
            ...text('project', input.project),
          };
          return {
            isTrial,
            ...(await context.pipeline.remove({ objects, manifests: files(input.manifests) }, options)),
          };
        },
      }),
    }),
  });
}
