import type DataLoader from 'dataloader';
import { type GraphQLResolveInfo, OperationTypeNode, type SelectionSetNode } from 'graphql';
import type { Queryable } from '../../platform/db/database.ts';
import { UnavailableError } from '../../platform/errors.ts';
import type { LazyAbort } from '../../platform/lazy-abort.ts';
import type { TimeSlices } from '../../platform/time-slices.ts';
import { type Access, AccessChangedError } from '../access/access.ts';
import type { AuthorizationStore } from '../access/authorization-store.ts';
import type { Rights } from '../access/rights.ts';
import type { Author } from '../author.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { Cursors } from '../read/cursor.ts';
import { planList } from '../read/list.ts';
import type { PlanContext } from '../read/plan-types.ts';
import type { Reader } from '../read/reader.ts';
import { type RowBudget, unlimited } from '../read/row-budget.ts';
import type { Found } from '../read/rows-plan.ts';
import type { WritePipeline } from '../write/pipeline.ts';

/** Limits of a read, from the settings. */
export type ReadLimits = PlanContext['limits'];

/** An object that is wanted by id, for one selection. */
export interface WantedObject {
  readonly kind: KindModel;
  readonly uid: string;
  readonly info: GraphQLResolveInfo;
}

/** Records what a request did or tried, beside the changes of objects. */
export interface ActRecorder {
  act(by: Author, verb: string): Promise<void>;
  fail(by: Author, verb: string, error: unknown): Promise<void>;
}

/**
 * What every resolver may use; made anew for each request. Extensions of the schema add members of their own by merging
 * with this interface.
 */
export interface RequestContext {
  readonly catalog: Catalog;
  /** Who asks, and in which request. */
  readonly author: Author;
  /** What the caller may do. */
  readonly rights: Rights;
  /** Aborted when nobody waits for the answer any longer. */
  readonly gone: LazyAbort;
  /** When the caller's token expires, in seconds since the epoch. */
  readonly expiresAt?: number;
  readonly database: Queryable;
  readonly recorder: ActRecorder;
  readonly reader: Reader;
  readonly cursors: Cursors;
  readonly limits: ReadLimits;
  /** Long work gives way to others between its pieces. */
  readonly slices: TimeSlices;
  /** Of the objects that the operation may read. */
  readonly budget: RowBudget;
  /** Told where the page ends that the operation asks for, if somebody wants to know (`PlanContext`). */
  readonly pageEnds?: PlanContext['pageEnds'];
  /**
   * For an operation that the same caller is expected to ask for next: it counts for itself, and is given up where the audit log would
   * record what it reads.
   */
  readonly forNext: () => RequestContext;
  readonly pipeline: WritePipeline;
  readonly authorization: AuthorizationStore;
  /** Objects by id where there is no list to plan from; each key set goes through the planner. */
  readonly objects: DataLoader<WantedObject, Found | null>;
  /** Uids of planned objects, which show only what was selected. */
  readonly uids: WeakMap<Found, string>;
}

/** How often a read is repeated because the access version rose while it ran. */
const MOST_RENEWALS = 8;

/** Reads with the caller's access; again with what holds by then, when it moved meanwhile. */
export async function readWithAccess<T>(
  context: { readonly rights: Pick<Rights, 'access' | 'renew'> },
  read: (access: Access) => Promise<T>,
): Promise<T> {
  for (let renewed = 0; ; renewed++) {
    const { access } = context.rights;
    try {
      return await read(access);
    } catch (error) {
      if (!(error instanceof AccessChangedError)) throw error;
      if (renewed === MOST_RENEWALS) {
        throw new UnavailableError('rights change faster than they can be read; try again', {
          reason: 'RIGHTS_CHANGING',
          retryable: true,
        });
      }
      await context.rights.renew(access);
    }
  }
}

export const planContext = (
  context: Pick<RequestContext, 'catalog' | 'author' | 'cursors' | 'limits' | 'slices' | 'budget' | 'pageEnds'>,
  info: GraphQLResolveInfo,
  access: Access,
): PlanContext => ({
  operation: info,
  catalog: context.catalog,
  access,
  caller: context.author.caller,
  cursors: context.cursors,
  slices: context.slices,
  limits: context.limits,
  // What a subscription reads is limited for each event, by the greatest possible cost.
  budget: info.operation.operation === OperationTypeNode.SUBSCRIPTION ? unlimited : context.budget,
  pageEnds: context.pageEnds,
  planList,
});

export const selectionSetsOf = (nodes: GraphQLResolveInfo['fieldNodes']): SelectionSetNode[] =>
  nodes.flatMap((node) => node.selectionSet ?? []);

export const selectionSets = (info: GraphQLResolveInfo): SelectionSetNode[] => selectionSetsOf(info.fieldNodes);
