import { sql } from '../../../platform/db/sql.ts';
import { InvalidInputError } from '../../../platform/errors.ts';
import type { Violation } from '../../../platform/violation.ts';
import type { Catalog } from '../../model.ts';
import type { FollowingKind } from '../../read/feed-progress.ts';
import type { Builder } from '../../schema/builder.ts';
import type { RequestContext } from '../../schema/context.ts';
import { typeNamed } from '../../schema/dynamic-types.ts';
import { isStorable } from '../../values/names.ts';
import { onPresentRights } from '../present-rights.ts';
import { type FeedFailure, findConsumer, reportProgress } from '../progress/report-progress.ts';
import { followingIn } from './progress-fields.ts';

/** Failures that are named in one report. */
const MOST_FAILURES = 100;
const LONGEST_REASON = 500;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Reported {
  readonly consumerId?: string;
  readonly isRecorded: boolean;
  readonly violations: readonly Violation[];
}

interface ReportInput {
  readonly name: string;
  readonly cursor: string;
  readonly failures?: readonly FeedFailure[] | null;
  readonly failureCount?: number | null;
}

const refused = (rule: string, member: string, message: string, accepted?: string): Reported => ({
  isRecorded: false,
  violations: [
    { rule, message, path: member, inputPath: ['input', member], ...(accepted !== undefined && { accepted }) },
  ],
});

function brokenBy({ failures, failureCount }: ReportInput): Reported | undefined {
  const named = failures ?? [];
  if (named.length > MOST_FAILURES) {
    const message = `a report names at most ${MOST_FAILURES} failures; failureCount says how many there are`;
    return refused('TOO_MANY', 'failures', message, `at most ${MOST_FAILURES}`);
  }
  if (named.some(({ uid }) => !UUID.test(uid))) {
    return refused('INVALID_VALUE', 'failures', 'a uid is a UUID, as events of the feed have it', 'a UUID');
  }
  if (named.some(({ reason }) => reason === '' || reason.length > LONGEST_REASON || !isStorable(reason))) {
    const accepted = `1 to ${LONGEST_REASON} characters, without NUL`;
    return refused('INVALID_VALUE', 'failures', `a reason takes ${accepted}`, accepted);
  }
  if (typeof failureCount === 'number' && failureCount < named.length) {
    const message = `failureCount counts all failures: ${named.length} are named`;
    return refused('INVALID_VALUE', 'failureCount', message, `${named.length} or more`);
  }
  return undefined;
}

/** Who reports, for what: the service account of the consumer, and nobody else. */
async function consumerOf(context: RequestContext, following: FollowingKind, name: string): Promise<Reported> {
  const { caller } = context.author;
  const principalId = caller.kind === 'ServiceAccount' ? caller.principalId : null;
  const found = await onPresentRights(context, ({ access }) => {
    const visible = access.condition(following.kind, sql`t`, 'get');
    return findConsumer(context.database, following, name, principalId, visible);
  });
  if (found?.is_own === true) return { consumerId: found.id, isRecorded: false, violations: [] };
  return found?.is_visible === true
    ? refused('FORBIDDEN', 'name', `only the service account of ${name} reports its progress`)
    : refused('NOT_FOUND', 'name', `there is no ${following.kind.kind} ${name}`);
}

async function report(context: RequestContext, following: FollowingKind, input: ReportInput): Promise<Reported> {
  const broken = brokenBy(input);
  if (broken !== undefined) return broken;
  const consumer = await consumerOf(context, following, input.name);
  if (consumer.consumerId === undefined) return consumer;
  const place = await context.history.feed.placeOf(input.cursor);
  if (place === undefined) {
    const message = 'the cursor is one of the present state, which has not been read to its end';
    return refused('STATE_INCOMPLETE', 'cursor', message, 'a cursor from the end of the present state on');
  }
  const failures = (input.failures ?? []).map(({ uid, reason }) => ({ uid, reason }));
  const failureCount = input.failureCount ?? failures.length;
  const told = { place, failures, failureCount };
  return { ...consumer, isRecorded: await reportProgress(context.database, following, consumer.consumerId, told) };
}

const ofCursor = ({ data }: InvalidInputError): readonly Violation[] =>
  (data.violations as readonly Violation[]).map((one) => ({ ...one, inputPath: ['input', 'cursor'] }));

/** `reportFeedProgress`: a consumer says how far it has got. */
export function addProgressReport(builder: Builder, catalog: Catalog): void {
  const following = followingIn(catalog);
  if (following === undefined) return;
  const { kind } = following;
  const failure = builder.inputType('FeedFailureInput', {
    description: 'An object that a consumer could not process.',
    fields: (t) => ({
      uid: t.string({ required: true, description: 'UUID of the object, as events of the feed have it.' }),
      reason: t.string({ required: true, description: 'Why, for people: 1 to 500 characters.' }),
    }),
  });
  const input = builder.inputType('ReportFeedProgressInput', {
    description: 'How far a consumer of the change feed has got, and what it could not process.',
    fields: (t) => ({
      name: t.string({ required: true, description: `Name of the ${kind.kind}. You are its service account.` }),
      cursor: t.string({
        required: true,
        description: 'Cursor of the last message that has been processed, of `changes` with any `where`.',
      }),
      failures: t.field({
        type: [failure],
        description: 'Objects that could not be processed, at most 100. What is not named any more has been processed.',
      }),
      failureCount: t.int({ description: 'How many there are in all. Default: as many as are named.' }),
    }),
  });
  const payload = builder.objectRef<Reported>('ReportFeedProgressPayload').implement({
    description: 'The result of a report of progress.',
    fields: (t) => ({
      [kind.field]: t.field({
        type: typeNamed(kind.type),
        nullable: true,
        description: 'The consumer as it is now; null when the report was refused, and when you may not read it.',
        resolve: ({ consumerId }, _args, context, info) =>
          consumerId === undefined ? null : context.objects.load({ kind, uid: consumerId, info }),
      }),
      isRecorded: t.exposeBoolean('isRecorded', {
        description: 'Whether it was recorded. False when it was refused, and when a later position had been reported.',
      }),
      userErrors: t.field({
        type: [typeNamed('UserError')],
        description: 'Why the report was refused; empty when it was not.',
        resolve: ({ violations }) => [...violations],
      }),
    }),
  });
  builder.mutationField('reportFeedProgress', (t) =>
    t.field({
      type: payload,
      description:
        'States how far a consumer of the change feed has got. Its service account alone may. Reports are no changes: they are in no history, and nobody who follows the feed is told. A position never goes back; the same one again renews the report.',
      args: { input: t.arg({ type: input, required: true, description: 'What is reported.' }) },
      resolve: async (_root, args, context) => {
        try {
          return await report(context, following, args.input as ReportInput);
        } catch (error) {
          if (!(error instanceof InvalidInputError)) throw error;
          return { isRecorded: false, violations: ofCursor(error) };
        }
      },
    }),
  );
}
