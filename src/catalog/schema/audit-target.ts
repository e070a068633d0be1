import type { ReadVerb } from '../access/permissions.ts';
import type { RequestContext } from './context.ts';

/** What a field that reads is asked for, as the audit log records it. */
export interface AuditTarget {
  readonly verb: ReadVerb;
  /** Kinds of the objects; `AuditRecord` for the log itself. */
  readonly kinds: readonly string[];
  /** The one object that is asked for. */
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
  readonly namespace?: string | undefined;
  readonly project?: string | undefined;
  /** The permission that is asked about: who holds it is recorded whatever the kind of the object. */
  readonly permission?: string | undefined;
  /** The same of several. */
  readonly permissions?: readonly string[] | undefined;
  /** Conditions worth recording. */
  readonly where?: unknown;
  /** Uid of the one object that came back. */
  readonly foundUid?: (answer: unknown, context: RequestContext) => string | undefined;
  /** Uid of the scope whose log was read, when there was anything in it. */
  readonly foundScopeId?: (answer: unknown) => string | undefined;
}

type Arguments = Readonly<Record<string, unknown>>;
export type AuditTargetOf = (args: Arguments) => AuditTarget | undefined;

/** Says what a field is asked for; of one without, the log knows no more than the kinds in its selection. */
export const auditTarget = (of: AuditTargetOf): { readonly extensions: { readonly auditTarget: AuditTargetOf } } => ({
  extensions: { auditTarget: of },
});

/** Of a field whose reads are nobody else's business. */
export const notAudited = auditTarget(() => undefined);

/** The argument, if it is a text. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
