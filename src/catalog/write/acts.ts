import type { Queryable } from '../../platform/db/database.ts';
import type { ActionObject, ActionState, ActionStep } from '../action.ts';
import type { Author } from '../author.ts';
import { pathText, type Steps, stepsOf } from '../manifests/path.ts';
import { specSchema } from '../manifests/spec-schema.ts';
import type { Catalog } from '../model.ts';
import { derivedStore } from './derived-store.ts';
import { type Draft, isSound, refuse, valueAt } from './draft.ts';
import type { ActOperation, Operation, OperationResult, PlaceOf } from './operation.ts';
import { newDraft, readSpec } from './read-drafts.ts';
import { resolveReferences } from './resolve.ts';
import { noteUids } from './uid-references.ts';

/** An action of a batch; its input is read and resolved as if it were an object's spec. */
export interface Act {
  readonly operation: number;
  readonly act: ActOperation;
  readonly draft: Draft;
}

export function newAct(operation: number, act: ActOperation): Act {
  const { action, content, placeOf } = act;
  const document = { source: undefined, line: undefined, value: {}, positionOf: placeOf };
  const draft = newDraft(
    'create',
    {
      document,
      kind: action.inputKind,
      group: '',
      apiVersion: '',
      name: action.name,
      namespace: null,
      project: null,
      labels: {},
      annotations: {},
      spec: content.spec,
    },
    content.spec,
  );
  return { operation, act, draft };
}

/**
 * The operations that actions amount to, each with the place of its action in the batch. They see the store as it is
 * before the batch, and refer to what the batch itself makes (`others`) as well.
 */
export async function planActs(
  catalog: Catalog,
  connection: Queryable,
  acts: readonly Act[],
  others: readonly Draft[],
  author: Author,
): Promise<[number, Operation][]> {
  for (const { act, draft } of acts) {
    noteUids(draft, act.content);
    readSpec(draft, specSchema(act.action.inputKind));
  }
  if (acts.length === 0) return [];
  await resolveReferences(
    catalog,
    connection,
    acts.map(({ draft }) => draft),
    author.rights?.access,
    others,
  );
  const planned: [number, Operation][] = [];
  for (const one of acts.filter(({ draft }) => isSound(draft))) {
    const { act, draft, operation } = one;
    const state: ActionState = {
      ...derivedStore(catalog, connection, author),
      refuse: (violation) => {
        refuse(draft, violation, ['spec', ...stepsOf(violation.path ?? '')]);
        return [];
      },
    };
    for (const step of await act.action.plan(inputOf(one) as never, state)) {
      const made = step.do === 'create' ? undefined : others.find(({ id }) => id === step.id);
      if (made !== undefined) {
        const message = `${made.subject} is made in the same batch; say there what it is to be`;
        refuse(draft, { rule: 'DUPLICATE_IN_BATCH', message, accepted: 'each object once' }, []);
        continue;
      }
      planned.push([operation, operationOf(catalog, step, act.placeOf)]);
    }
  }
  return planned;
}

/** The input with objects in the place of references. */
function inputOf({ draft }: Act): Record<string, unknown> {
  const input: Record<string, unknown> = { ...draft.spec };
  for (const { leaf, field } of draft.kind.references) {
    if (valueAt(draft.spec, leaf.path) === undefined) continue;
    const objects = objectsAt(draft, leaf.path);
    input[leaf.path] = field.type === 'refs' ? objects : objects[0];
  }
  return input;
}

const objectsAt = (draft: Draft, path: string): ActionObject[] =>
  [...draft.links]
    .filter(([{ leaf }]) => leaf.path === path)
    .flatMap(([, found]) => found.map(({ kind, id, name, namespace }) => ({ kind: kind.kind, id, name, namespace })));

function operationOf(catalog: Catalog, step: ActionStep, place: PlaceOf): Operation {
  const kind = catalog.get(step.kind);
  const { from = {} } = step;
  const placeOf: PlaceOf = (path) => {
    const text = pathText(path);
    const said = Object.entries(from).find(
      ([prefix]) => `${text}.`.startsWith(`${prefix}.`) || text.startsWith(`${prefix}[`),
    );
    const steps: Steps = said === undefined ? [] : ['spec', ...stepsOf(said[1])];
    return place(steps);
  };
  switch (step.do) {
    case 'create': {
      const { name, namespace, spec } = step;
      const where = namespace === undefined ? {} : { namespace };
      return { do: 'create', kind, name, ...where, content: { spec, uidReferences: [] }, placeOf };
    }
    case 'update':
      return { do: 'update', kind, target: { id: step.id }, content: { spec: step.spec, uidReferences: [] }, placeOf };
    case 'delete':
      return { do: 'delete', kind, target: { id: step.id }, placeOf };
  }
}

/** What became of an action, where none of its operations is on the object that it is about. */
export function resultOfAct({ operation, act, draft }: Act, results: readonly OperationResult[]): OperationResult[] {
  const { shows, shownKinds } = act.action;
  const isShown = (kind: string | undefined): boolean => shownKinds.some((one) => one.kind === kind);
  const own = results.filter((one) => one.operation === operation);
  if (draft.violations.length === 0 && own.some(({ kind }) => isShown(kind))) return [];
  const [about] = draft.kind.references.flatMap(({ leaf }) =>
    objectsAt(draft, leaf.path).filter(({ kind }) => isShown(kind)),
  );
  const isRefused = draft.violations.length > 0 || own.some(({ outcome }) => outcome === 'REFUSED');
  const isChanged = own.some(({ outcome }) => outcome !== 'UNCHANGED' && outcome !== 'ABSENT');
  return [
    {
      operation,
      kind: about?.kind ?? shows,
      ...(about !== undefined && { name: about.name, id: about.id }),
      outcome: isRefused ? 'REFUSED' : isChanged ? 'UPDATED' : 'UNCHANGED',
      changes: [],
      violations: draft.violations,
      warnings: [],
    },
  ];
}
