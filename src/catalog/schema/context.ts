import type DataLoader from 'dataloader';
import type { GraphQLResolveInfo, SelectionSetNode } from 'graphql';
import type { Credential } from '../../platform/authn/authenticator.ts';
import type { Access } from '../access/access.ts';
import type { Author } from '../access/caller.ts';
import type { HistoryReads } from '../history/history-reads.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { Cursors } from '../read/cursor.ts';
import { planList } from '../read/list.ts';
import type { Answer, PlanContext } from '../read/plan.ts';
import type { Reader } from '../read/reader.ts';
import type { WritePipeline } from '../write/pipeline.ts';

/** Limits of a read, from the settings. */
export type ReadLimits = PlanContext['limits'];

/** An object that is wanted by id, for one selection. */
export interface WantedObject {
  readonly kind: KindModel;
  readonly uid: string;
  readonly info: GraphQLResolveInfo;
}

/** What every resolver may use; made anew for each request. */
export interface RequestContext {
  readonly catalog: Catalog;
  /** Who asks, and in which request. */
  readonly author: Author;
  /** What the caller's token says; null without one. */
  readonly credential: Credential | null;
  readonly access: Access;
  /** The caller's rights at this moment, for what outlives a request. */
  readonly accessNow: () => Promise<Access>;
  readonly history: HistoryReads;
  readonly reader: Reader;
  readonly cursors: Cursors;
  readonly limits: ReadLimits;
  readonly pipeline: WritePipeline;
  /** Objects by id where there is no list to plan from; each key set goes through the planner. */
  readonly objects: DataLoader<WantedObject, Answer | null>;
}

export const planContext = (context: RequestContext, info: GraphQLResolveInfo): PlanContext => ({
  operation: info,
  access: context.access,
  caller: context.author.caller,
  cursors: context.cursors,
  limits: context.limits,
  planList,
});

export const selectionSets = (info: GraphQLResolveInfo): SelectionSetNode[] =>
  info.fieldNodes.flatMap((node) => node.selectionSet ?? []);
