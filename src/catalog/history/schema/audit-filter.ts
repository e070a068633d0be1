import { InvalidInputError } from '../../../platform/errors.ts';
import type { Catalog } from '../../model.ts';
import { readConditions } from '../../read/conditions.ts';
import { uidOf } from '../../read/id.ts';
import type { Builder } from '../../schema/builder.ts';
import { getKindByName } from '../../schema/kinds-by-name.ts';
import { type AuditFilter, type AuditReads, auditReads } from '../audit-log.ts';
import type { AuditOutcomeType } from './audit-outcome-type.ts';

/** Verbs of reads: a filter that names one of them includes reads. */
const readVerbs = ['get', 'list', 'watch'];

const readMeanings = {
  EXCLUDED: 'Only writes.',
  INCLUDED: 'Writes and reads.',
  ONLY: 'Only reads.',
} as const satisfies Record<AuditReads, string>;

/** The argument `where` of `auditRecords`. */
export function addAuditFilter(builder: Builder, outcome: AuditOutcomeType) {
  const resource = builder.inputType('AuditResourceInput', {
    description: 'Selects the object that a record is about. The object need not exist any more.',
    fields: (t) => ({
      kind: t.string({ description: 'Kind of the object, also as its plural or short name.' }),
      name: t.string({ description: 'Name of the object.' }),
      id: t.id({ description: 'Opaque id or UUID of the object.' }),
    }),
  });
  const actor = builder.inputType('AuditActorInput', {
    description: 'Selects who made the request.',
    fields: (t) => ({
      id: t.id({ description: 'Opaque id or UUID of the user or service account.' }),
      name: t.string({ description: 'Name of the user or service account at the time of the request.' }),
    }),
  });
  const reads = builder.enumType('AuditReads', {
    description: 'Whether records of reads are returned.',
    values: Object.fromEntries(auditReads.map((name) => [name, { description: readMeanings[name] }])),
  });
  return builder.inputType('AuditRecordWhere', {
    description: 'Conditions on records of the audit log. A record is returned when it meets all of them.',
    fields: (t) => ({
      resource: t.field({ type: resource, description: 'The object that the record is about.' }),
      actor: t.field({ type: actor, description: 'Who made the request.' }),
      scope: t.id({
        description:
          'Opaque id or UUID of an organization, folder, project, service, region, site, rack or provider: only records of objects in it or below it.',
      }),
      requestId: t.string({ description: 'Only records of the request with this id.' }),
      verbs: t.stringList({
        description: '`create`, `update`, `delete` or the name of an action; for reads `get`, `list` or `watch`.',
      }),
      reads: t.field({
        type: reads,
        description:
          'Whether records of reads are returned. Default: only if `verbs` names a verb of reads. The log records reads of users, groups, roles, bindings and memberships, of who holds a permission, of the audit log itself, and every read that was denied.',
      }),
      outcomes: t.field({ type: [outcome], description: 'Only records with one of these outcomes.' }),
      from: t.field({ type: 'DateTime', description: 'Only requests received at this time or later.' }),
      to: t.field({ type: 'DateTime', description: 'Only requests received before this time.' }),
    }),
  });
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const list = (value: unknown): readonly string[] | undefined => (Array.isArray(value) ? value.map(String) : undefined);
const namesReads = (verbs: unknown): boolean => list(verbs)?.some((verb) => readVerbs.includes(verb)) === true;

/** The filter for the argument `where`. Throws InvalidInputError for an unknown kind, a bad id or an empty range. */
export function readAuditFilter(catalog: Catalog, given: unknown): AuditFilter {
  const { resource, actor, scope, requestId, verbs, reads, outcomes, from, to } = readConditions(given);
  const { kind, name, id } = readConditions(resource, 'where.resource');
  const { name: actorName, id: actorId } = readConditions(actor, 'where.actor');
  if (typeof from === 'string' && typeof to === 'string' && Date.parse(from) > Date.parse(to)) {
    const message = 'from is after to';
    throw new InvalidInputError(message, { violations: [{ rule: 'RANGE', path: 'where.from', message }] });
  }
  return {
    kind: typeof kind === 'string' ? getKindByName(catalog, kind, 'where.resource.kind') : undefined,
    name: text(name),
    uid: typeof id === 'string' ? uidOf(id, 'where.resource.id') : undefined,
    actorId: typeof actorId === 'string' ? uidOf(actorId, 'where.actor.id') : undefined,
    actorName: text(actorName),
    scopeId: typeof scope === 'string' ? uidOf(scope, 'where.scope') : undefined,
    requestId: text(requestId),
    verbs: list(verbs),
    reads: auditReads.find((one) => one === reads) ?? (namesReads(verbs) ? 'INCLUDED' : 'EXCLUDED'),
    outcomes: list(outcomes),
    from: text(from),
    to: text(to),
  };
}
