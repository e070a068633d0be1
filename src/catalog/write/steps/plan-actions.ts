import type { ActionState, ActionStep } from '../../action.ts';
import { pathText, type Steps, stepsOf } from '../../manifests/path.ts';
import type { Catalog } from '../../model.ts';
import type { ReadAction } from '../actions.ts';
import { type Batch, draftsOf, type Transaction } from '../batch.ts';
import { derivedStore } from '../derived-store.ts';
import { isSound, type ReadDraft, type ResolvedDraft, refuseDraft, valueAt } from '../draft.ts';
import { objectsAt } from '../objects-at.ts';
import type { ActOperation, InputPositionOf, Operation } from '../operation.ts';
import { readSpec } from '../read-spec.ts';
import { nameUidReferences, noteUids } from '../uid-references.ts';
import { readOperation } from './read.ts';
import { resolveReferences } from './resolve.ts';

/**
 * Puts the operations that actions amount to into the batch, each with the place of its action in the request. Actions
 * see the store as it is before the batch, and refer to what the batch itself makes as well.
 */
export async function planActions(batch: Batch, transaction: Transaction): Promise<void> {
  const { actions } = batch;
  if (actions.length === 0) return;
  const { connection, by, schemaOf, pause } = transaction;
  const access = by.rights?.access;
  const contents = actions.map(({ act }) => act.content);
  await nameUidReferences(connection, contents, access);
  for (const { act, draft } of actions) {
    noteUids(draft, act.content);
    readSpec(draft, schemaOf(act.action.inputKind));
  }
  const others = draftsOf(batch);
  const drafts = actions.map(({ draft }) => draft);
  const resolved = await resolveReferences(transaction, drafts, access, others);
  const planned: [number, Operation][] = [];
  for (const [index, action] of actions.entries()) {
    const draft = resolved[index];
    if (draft === undefined || !isSound(draft)) continue;
    planned.push(...(await operationsOf(action, draft, others, transaction)));
  }
  for (const [index, operation] of planned) await readOperation(batch, transaction, index, operation, pause);
}

async function operationsOf(
  { act, operation }: ReadAction,
  draft: ResolvedDraft,
  others: readonly ReadDraft[],
  { catalog, connection, by }: Transaction,
): Promise<[number, Operation][]> {
  const state: ActionState = {
    ...derivedStore(catalog, connection, by),
    addViolation: (violation) => {
      refuseDraft(draft, violation, ['spec', ...stepsOf(violation.path ?? '')]);
      return [];
    },
  };
  const steps = await act.action.plan(inputOf(act, draft), state);
  return steps.flatMap((step): [number, Operation][] => {
    const made = step.do === 'create' ? undefined : others.find(({ id }) => id === step.id);
    if (made === undefined) return [[operation, operationOf(catalog, step, act.positionOf)]];
    const message = `${made.subject} is made in the same batch; say there what it is to be`;
    refuseDraft(draft, { rule: 'DUPLICATE_IN_BATCH', message, accepted: 'each object once' }, []);
    return [];
  });
}

/** The input with objects in the place of references. */
function inputOf({ action, content }: ActOperation, draft: ResolvedDraft): Record<string, unknown> {
  const nulls = action.isClearing === true ? Object.entries(content.spec).filter(([, value]) => value === null) : [];
  const input: Record<string, unknown> = { ...Object.fromEntries(nulls), ...draft.spec };
  for (const { leaf, field } of draft.kind.references) {
    if (valueAt(draft.spec, leaf.path) === undefined) continue;
    const objects = objectsAt(draft, leaf.path);
    input[leaf.path] = field.type === 'refs' ? objects : objects[0];
  }
  return input;
}

function operationOf(catalog: Catalog, step: ActionStep, place: InputPositionOf): Operation {
  const kind = catalog.get(step.kind);
  const { from = {} } = step;
  const positionOf: InputPositionOf = (path) => {
    const text = pathText(path);
    const input = Object.entries(from).find(
      ([prefix]) => `${text}.`.startsWith(`${prefix}.`) || text.startsWith(`${prefix}[`),
    );
    const steps: Steps = input === undefined ? [] : ['spec', ...stepsOf(input[1])];
    return place(steps);
  };
  switch (step.do) {
    case 'create': {
      const { name, namespace, project, spec } = step;
      const where = { ...(namespace !== undefined && { namespace }), ...(project !== undefined && { project }) };
      return { do: 'create', kind, name, ...where, content: { spec, uidReferences: [] }, positionOf };
    }
    case 'update':
      return {
        do: 'update',
        kind,
        target: { id: step.id },
        content: { spec: step.spec, uidReferences: [] },
        positionOf,
        ...(step.isRepeated && { isRepeated: true }),
      };
    case 'delete':
      return { do: 'delete', kind, target: { id: step.id }, positionOf };
  }
}
