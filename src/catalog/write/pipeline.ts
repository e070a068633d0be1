import type { ManifestFile } from '../manifests/parse.ts';
import { createParseApart } from '../manifests/parse-apart.ts';
import { specSchema } from '../manifests/spec-schema.ts';
import { createAtWork } from './at-work.ts';
import type { DeletedOutcome, DeleteOperation, Operation, OperationResult, WrittenOutcome } from './operation.ts';
import { readRemoval } from './read-removal.ts';
import type { ApplyOptions, Outcome, Removal, RemoveOptions, WriteOptions } from './request.ts';
import { retry } from './retry.ts';
import { createTurns } from './turns.ts';
import { verbOf } from './verb.ts';
import { writeOnce } from './write-once.ts';
import { writeTogether } from './write-together.ts';
import type { Writer, WriterState } from './writer.ts';

/** The one way anything is written: a batch, one transaction, judged on its final state, all violations at once. */
export interface WritePipeline {
  /** Operations of any sort; one result per object, in the order of the operations. */
  write(operations: readonly Operation[], options: WriteOptions): Promise<Outcome<OperationResult>>;
  /** A write of manifests alone; one result per document. */
  apply(files: readonly ManifestFile[], options: ApplyOptions): Promise<Outcome<OperationResult<WrittenOutcome>>>;
  /** A write of deletions alone. */
  remove(removal: Removal, options: RemoveOptions): Promise<Outcome<OperationResult<DeletedOutcome>>>;
  /** Writes that wait for their turn. */
  readonly waiting: number;
}

/** Writers that wait at most, unless said otherwise. */
const MOST_WAITING = 500;

export function createWritePipeline(writer: Writer): WritePipeline {
  const { catalog, history } = writer;
  const schemas = new Map(catalog.kinds.map((kind) => [kind, specSchema(kind)]));
  const state: WriterState = {
    schemaOf: (kind) => schemas.get(kind) ?? specSchema(kind),
    parse: createParseApart(),
    atWork: createAtWork(),
  };
  const turns = createTurns(writer.mostWaiting ?? MOST_WAITING, writeTogether(writer, state), writer.watch);

  const write: WritePipeline['write'] = async (operations, options) => {
    try {
      const outcome = await retry(options.by, (moved) => writeOnce(writer, state, turns, operations, options, moved));
      const refusedOrTrial = outcome.violations.length > 0 ? 'refused' : 'trial';
      writer.watch?.ended(outcome.isApplied ? 'applied' : refusedOrTrial);
      return outcome;
    } catch (error) {
      writer.watch?.ended('failed');
      if (!options.validateOnly) await history?.fail(options.by, verbOf(operations), error);
      throw error;
    }
  };

  return {
    write,
    get waiting() {
      return turns.waiting;
    },
    apply: async (files, { namespace, project, manager, publish = false, createOnly = false, ...options }) => {
      const place = { ...(namespace !== undefined && { namespace }), ...(project !== undefined && { project }) };
      const managed = manager !== undefined && { manager };
      const outcome = await write([{ do: 'apply', files, publish, createOnly, ...place, ...managed }], options);
      return { ...outcome, results: outcome.results.filter(isWritten) };
    },
    remove: async (removal, options) => {
      const { operations, violations } = await readRemoval(catalog, state.parse, removal, options);
      if (!options.validateOnly) {
        const refusals = violations.map((violation) => ({ verb: 'delete', violations: [violation] }));
        await history?.recordRefusals(options.by, refusals);
      }
      const isTrial = options.validateOnly || violations.length > 0;
      const outcome = await write(operations, { ...options, validateOnly: isTrial });
      const deleted = outcome.results.filter(isDeleted);
      const byOperation = new Map(deleted.toReversed().map((one) => [one.operation, one]));
      const results = operations.map((operation, index) => byOperation.get(index) ?? notReached(operation, index));
      return { ...outcome, results, violations: [...violations, ...outcome.violations] };
    },
  };
}

const isDeleted = (result: OperationResult): result is OperationResult<DeletedOutcome> =>
  result.outcome === 'DELETED' || result.outcome === 'ABSENT' || result.outcome === 'REFUSED';

const isWritten = (result: OperationResult): result is OperationResult<WrittenOutcome> =>
  result.outcome !== 'DELETED' && result.outcome !== 'ABSENT';

/** The result of a deletion in a request that was refused as a whole. */
const notReached = ({ kind, target }: DeleteOperation, operation: number): OperationResult<'REFUSED'> => ({
  operation,
  kind: kind.kind,
  ...(target.name !== undefined && { name: target.name }),
  ...(target.namespace !== undefined && { namespace: target.namespace }),
  ...(target.project !== undefined && { project: target.project }),
  outcome: 'REFUSED',
  changes: [],
  violations: [],
  warnings: [],
});
