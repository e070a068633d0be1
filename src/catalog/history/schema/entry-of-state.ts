import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { sql } from '../../../platform/db/sql.ts';
import type { Catalog } from '../../model.ts';
import type { Found } from '../../read/rows-plan.ts';
import type { EntriesQuery } from '../../root-query.ts';
import type { Builder } from '../../schema/builder.ts';
import { planContext, type RequestContext, readWithAccess, selectionSets } from '../../schema/context.ts';
import { typeNamed } from '../../schema/dynamic-types.ts';
import { thenOf } from '../entries.ts';
import type { KindState } from '../state-sql.ts';
import type { FeedTypes } from './change-event-type.ts';

/** The field of past states that gives the record of each: those of one page of a feed by one statement. */
export function addEntryOfState(
  builder: Builder,
  state: FeedTypes['state'],
  catalog: Catalog,
  query: EntriesQuery,
): void {
  const { name, kinds, description } = query.ofState;
  type Loader = DataLoader<KindState, Found | null>;
  const loaders = new WeakMap<RequestContext, Map<GraphQLResolveInfo['fieldNodes'], Loader>>();
  const loaderOf = (context: RequestContext, info: GraphQLResolveInfo): Loader => {
    const ofRequest = loaders.get(context) ?? new Map<GraphQLResolveInfo['fieldNodes'], Loader>();
    loaders.set(context, ofRequest);
    const loader = ofRequest.get(info.fieldNodes) ?? new DataLoader((states) => loadStates(context, info, states));
    ofRequest.set(info.fieldNodes, loader);
    return loader;
  };
  const loadStates = async (context: RequestContext, info: GraphQLResolveInfo, states: readonly KindState[]) => {
    const wanted = states.map(({ state: { id, revision } }) => ({ id, revision: BigInt(revision) }));
    const found = await readWithAccess(context, (access) => {
      const rows = query.past({}, thenOf(catalog, access, wanted), () => sql``, false);
      return context.reader.recordsAt(
        planContext(context, info, access),
        {
          typeName: query.record.name,
          rows: sql`select e.*, e.key as ord from (${rows}) e`,
          columns: [sql`t.id::text || ' ' || t.revision`],
        },
        [selectionSets(info)],
      );
    });
    const byState = new Map(found.rows.map(({ columns: [key], answers: [answer] }) => [key, answer]));
    return states.map(({ state: { id, revision } }) => byState.get(`${id} ${revision}`) ?? null);
  };
  builder.objectField(state, name, (t) =>
    t.field({
      type: typeNamed(query.record.name),
      nullable: true,
      description,
      resolve: (one, _args, context, info) =>
        kinds.includes(one.kind.kind) ? loaderOf(context, info).load(one) : null,
    }),
  );
}
