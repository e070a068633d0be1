import { ForbiddenError } from '../../platform/errors.ts';
import type { Tuple } from '../../platform/openfga/client.ts';
import { isStaff, type Rights } from '../access/rights.ts';
import type { Differences } from '../access/verify.ts';
import { auditTarget } from './audit-target.ts';
import { authorOf } from './author.ts';
import type { Builder } from './builder.ts';

const MOST_SHOWN = 100;

function requireStaff(rights: Rights): void {
  if (!isStaff(rights)) throw new ForbiddenError('this takes the right to give roles on the whole platform');
}

/** `authorizationStatus` and `rebuildAuthorization`: whether OpenFGA holds what PostgreSQL says. */
export function addAuthorization(builder: Builder): void {
  const tuple = builder.objectRef<Tuple & { readonly error?: string }>('AuthorizationTuple').implement({
    description: 'A tuple of OpenFGA: a user has a relation to an object.',
    fields: (t) => ({
      object: t.exposeString('object', { description: 'Object of the tuple.' }),
      relation: t.exposeString('relation', { description: 'Relation of the tuple.' }),
      user: t.exposeString('user', { description: 'User of the tuple.' }),
      error: t.string({
        nullable: true,
        description: 'Why OpenFGA refuses the tuple; null for a tuple that it does not refuse.',
        resolve: ({ error }) => error ?? null,
      }),
    }),
  });
  const tuples = (name: 'missing' | 'foreign' | 'failed', description: string) => ({
    type: [tuple] as [typeof tuple],
    description,
    resolve: (differences: Differences) => differences[name].slice(0, MOST_SHOWN),
  });
  const status = builder.objectRef<Differences>('AuthorizationStatus').implement({
    description:
      'Comparison of the tuples that OpenFGA holds with those that it should hold according to PostgreSQL. At most 100 differences of each sort are listed.',
    fields: (t) => ({
      tuples: t.exposeInt('tuples', { description: 'Number of tuples that there should be.' }),
      differences: t.int({
        description: 'Number of differences: tuples that are missing, foreign or failed.',
        resolve: ({ missing, foreign, failed }) => missing.length + foreign.length + failed.length,
      }),
      missing: t.field(tuples('missing', 'Tuples that should be in OpenFGA and are not.')),
      foreign: t.field(tuples('foreign', 'Tuples that are in OpenFGA and should not be.')),
      failed: t.field(tuples('failed', 'Tuples that OpenFGA refuses to store.')),
    }),
  });
  builder.queryField('authorizationStatus', (t) =>
    t.field({
      type: status,
      description:
        'Compares everything that OpenFGA holds with what it should hold according to PostgreSQL. For platform staff only.',
      ...auditTarget(() => ({ verb: 'list', kinds: ['PolicyBinding'] })), // Tuples say what bindings say.
      resolve: (_root, _args, { rights, authorization }) => {
        requireStaff(rights);
        return authorization.verify();
      },
    }),
  );
  builder.mutationField('rebuildAuthorization', (t) =>
    t.field({
      type: status,
      description:
        'Fills a new store of OpenFGA from PostgreSQL and then replaces the present store with it in one step. For platform staff only.',
      resolve: async (_root, _args, context, info) => {
        const { rights, authorization, recorder } = context;
        requireStaff(rights);
        await authorization.rebuild();
        await recorder.act(authorOf(context, info), info.fieldName);
        return authorization.verify();
      },
    }),
  );
}
