import { print, type SelectionSetNode } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { kept } from '../../platform/kept.ts';
import { isObject } from '../values/is-object.ts';
import type { AskValue, ObjectKey, WalkInterface, WalkShape, WalkType, WalkValue } from '../walk.ts';
import { compareAccessVersion } from './access-version.ts';
import { seeing } from './hops.ts';
import { objectType } from './object-type.ts';
import type { Answer, PlanContext, Selected, WalkChild } from './plan-types.ts';
import type { ReadObjects } from './rows-plan.ts';
import { select } from './select.ts';

/** How a walk reads: statements of its own, then the objects that it has come to. */
export interface WalkReading {
  readonly run: (statement: Sql) => Promise<readonly (readonly unknown[])[]>;
  readonly objects: ReadObjects;
}

/** Walks from all pending rows at once, and puts what is found into their places. */
export async function runWalk(child: WalkChild, reading: WalkReading): Promise<void> {
  const { context, selected, source, pending } = child;
  if (pending.length === 0) return;
  const keys = [...new Set(pending.map(({ parentId }) => parentId))];
  const values = await source.walk.walk(keys, source.given, seeing(context), askWith(context, reading.run));
  const places = new Places(context);
  for (const { into, key, parentId } of pending)
    places.put(into, key, selected, source.shape, values.get(parentId) ?? null);
  await places.fill(reading);
}

/** Runs statements on the rights of the caller, as long as these are in force. */
export const askWith =
  ({ access }: Pick<PlanContext, 'access'>, run: WalkReading['run']): AskValue =>
  async (expression) => {
    const isVersioned = access.version !== undefined;
    const version = isVersioned ? sql`(select version from access_version)` : sql`null`;
    const [cells] = await run(sql`select ${expression}, ${version}`);
    compareAccessVersion(access, cells?.[1]);
    return cells?.[0];
  };

/** Walks from these ids, or from the one root, '', where the arguments say everything. */
export async function walkFrom(
  child: Omit<WalkChild, 'pending'>,
  ids: readonly string[],
  reading: WalkReading,
): Promise<readonly unknown[]> {
  const { key } = child.selected;
  const pending = ids.map((parentId) => ({ into: {} as Answer, key, parentId }));
  await runWalk({ ...child, pending }, reading);
  return pending.map(({ into }) => into[key]);
}

interface WantedObjects {
  readonly into: Answer;
  readonly key: string;
  readonly keys: readonly ObjectKey[];
  readonly isList: boolean;
}

/** Selections of one operation with the same text ask for the same. */
const textOf = kept((set: SelectionSetNode) => print(set));

/** Makes answers of values, and remembers where objects are still wanted. */
class Places {
  readonly #context: PlanContext;
  readonly #objects = new Map<Selected, WantedObjects[]>();
  readonly #walks = new Map<Selected, WalkChild>();
  readonly #selected = new Map<Selected, Map<string, readonly Selected[]>>();

  constructor(context: PlanContext) {
    this.#context = context;
  }

  put(into: Answer, key: string, selected: Selected, shape: WalkShape, value: unknown): void {
    switch (shape.gives) {
      case 'value':
        into[key] = value ?? (shape.list === true ? [] : null);
        return;
      case 'object': {
        const isList = shape.list === true;
        const keys = (isList ? (value ?? []) : value === null ? [] : [value]) as readonly ObjectKey[];
        const wanted = this.#objects.get(selected) ?? [];
        this.#objects.set(selected, wanted);
        wanted.push({ into, key, keys, isList });
        return;
      }
      case 'values': {
        const make = (one: unknown): Answer => this.#make(selected, shape.of, one);
        into[key] = shape.list === true ? ((value ?? []) as unknown[]).map(make) : value === null ? null : make(value);
        return;
      }
      case 'walk': {
        into[key] = null;
        if (value === null) return;
        const source = { walk: shape.walk, shape: shape.shape(), given: {} };
        const child: WalkChild = this.#walks.get(selected) ?? {
          context: this.#context,
          selected,
          source,
          pending: [],
        };
        this.#walks.set(selected, child);
        child.pending.push({ into, key, parentId: String(value) });
      }
    }
  }

  #make(selected: Selected, of: WalkType | WalkInterface, value: unknown): Answer {
    if (!isObject(value)) throw new Error(`a walk gave no value of ${of.name}`);
    const { __typename: name } = value as unknown as WalkValue;
    const type = 'types' in of ? of.types.find((one) => one.name === name) : of;
    if (type === undefined) throw new Error(`${String(name)} is no ${of.name}`);
    const answer: Answer = { __typename: type.name };
    for (const member of this.#membersOf(selected, type.name)) {
      const shape = type.fields[member.name];
      if (shape !== undefined) this.put(answer, member.key, member, shape, value[member.name] ?? null);
    }
    this.#context.budget.take(1);
    return answer;
  }

  /** The same each time, so that what is wanted at one place of the selection comes together. */
  #membersOf(selected: Selected, typeName: string): readonly Selected[] {
    const byType = this.#selected.get(selected) ?? new Map<string, readonly Selected[]>();
    this.#selected.set(selected, byType);
    const { operation } = this.#context;
    const known = byType.get(typeName) ?? select(operation, objectType(operation, typeName), selected.below);
    byType.set(typeName, known);
    return known;
  }

  async fill(reading: WalkReading): Promise<void> {
    const alike = Map.groupBy(this.#objects, ([{ below }]) => below.map(textOf).join());
    await Promise.all([
      ...[...alike.values()].map((places) =>
        this.#load(
          places[0]?.[0].below ?? [],
          places.flatMap(([, wanted]) => wanted),
          reading,
        ),
      ),
      ...[...this.#walks.values()].map((child) => runWalk(child, reading)),
    ]);
  }

  /** One statement for each kind of the objects that are wanted with one selection, wherever it stands. */
  async #load(
    below: readonly SelectionSetNode[],
    wanted: readonly WantedObjects[],
    { objects }: WalkReading,
  ): Promise<void> {
    const found = new Map<string, unknown>();
    const byKind = Map.groupBy(
      wanted.flatMap(({ keys }) => keys),
      ({ kind }) => kind,
    );
    await Promise.all(
      [...byKind].map(async ([kind, keys]) => {
        const ids = [...new Set(keys.map(({ id }) => id))];
        const wantedRows = { kind: this.#context.catalog.get(kind), ids };
        const answers = await objects(this.#context, wantedRows, below);
        for (const [id, answer] of answers) found.set(`${kind}/${id}`, answer);
      }),
    );
    const answerOf = ({ kind, id }: ObjectKey): unknown => found.get(`${kind}/${id}`);
    for (const { into, key, keys, isList } of wanted) {
      const answers = keys.map(answerOf).filter((answer) => answer !== undefined);
      into[key] = isList ? answers : (answers[0] ?? null);
    }
  }
}
