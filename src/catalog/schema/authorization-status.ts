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
    description: 'A relation as OpenFGA has it.',
    fields: (t) => ({
      object: t.exposeString('object', { description: 'Its object.' }),
      relation: t.exposeString('relation', { description: 'Its relation.' }),
      user: t.exposeString('user', { description: 'Its user.' }),
      error: t.string({
        nullable: true,
        description: 'Why OpenFGA refuses it, for one that failed.',
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
    description: 'Every tuple of OpenFGA against what PostgreSQL says; of differences the first 100.',
    fields: (t) => ({
      tuples: t.exposeInt('tuples', { description: 'How many tuples there should be.' }),
      differences: t.int({
        description: 'How many are missing, foreign or refused.',
        resolve: ({ missing, foreign, failed }) => missing.length + foreign.length + failed.length,
      }),
      missing: t.field(tuples('missing', 'Not in OpenFGA though they should be.')),
      foreign: t.field(tuples('foreign', 'In OpenFGA though they should not be.')),
      failed: t.field(tuples('failed', 'Refused by OpenFGA for what they are.')),
    }),
  });
  builder.queryField('authorizationStatus', (t) =>
    t.field({
      type: status,
      description: 'Compares everything that OpenFGA holds with what PostgreSQL says; for the platform’s staff.',
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
        'Fills a new store of OpenFGA from PostgreSQL and puts it in force in one step; for the platform’s staff.',
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
