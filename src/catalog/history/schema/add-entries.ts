import type { Catalog } from '../../model.ts';
import { auditTarget } from '../../schema/audit-target.ts';
import type { Builder } from '../../schema/builder.ts';
import { addConnection } from '../../schema/connection-type.ts';
import type { DynamicArguments, DynamicTypes } from '../../schema/dynamic-types.ts';
import type { Inputs } from '../../schema/inputs.ts';
import { createKindInputs } from '../../schema/kind-inputs.ts';
import { pageArguments } from '../../schema/page-arguments.ts';
import { planned, plannedList } from '../../schema/planned.ts';
import { createReadGiven } from '../../schema/read-given.ts';
import { written } from '../../schema/written/written.ts';
import type { FeedTypes } from './change-event-type.ts';
import { addEntryOfState } from './entry-of-state.ts';
import type { MomentType } from './moment-input.ts';
import { lookUp, readEntries } from './read-entries.ts';

/** The fields of Query that give records with a natural key, of now and of the past, and those of past states. */
export function addEntries(
  builder: Builder,
  types: DynamicTypes,
  catalog: Catalog,
  inputs: Inputs,
  { state }: Pick<FeedTypes, 'state'> & MomentType,
): void {
  const asOf: DynamicArguments = {
    asOf: { type: 'MomentInput', description: 'The moment whose state is wanted. Default: now.' },
  };
  for (const query of catalog.queries) {
    if (query.gives !== 'entries') continue;
    const { name, description, args = {}, record, byKey, price } = query;
    const own = createKindInputs(types, catalog, inputs).members(args, 'new');
    const readGiven = createReadGiven(args);
    const audited = written(auditTarget(() => ({ verb: 'list', kinds: query.ofState.kinds })));
    addConnection(
      types,
      record.name,
      `One page of a list of ${record.name}, with where it stands in the history.`,
      plannedList,
      {
        position: {
          type: 'BigInt',
          description:
            'Position of the last change that the page contains. Pages with the same position are of one state; `asOf: {position:}` reads it again.',
          resolve: planned,
        },
      },
    );
    types.query({
      [name]: {
        type: `${record.name}Connection`,
        description,
        args: { ...own, ...asOf, ...pageArguments() },
        extensions: { ...audited.extensions, price },
        resolve: (_root, given, context, info) => readEntries(context, info, query, given, readGiven(given)),
      },
      [byKey.name]: {
        type: [record.name],
        nullable: 'items',
        description: byKey.description,
        args: {
          ...own,
          [byKey.argument]: {
            type: ['String'],
            required: true,
            description:
              'The keys, at most as many as a page of a list may hold. One that is given twice is answered twice.',
          },
          ...asOf,
        },
        extensions: { ...audited.extensions, sizedBy: byKey.argument, price },
        resolve: (_root, given, context, info) => lookUp(context, info, query, given, readGiven(given)),
      },
    });
    addEntryOfState(builder, state, catalog, query);
  }
}
