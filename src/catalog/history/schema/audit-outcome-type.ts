import type { Builder } from '../../schema/builder.ts';
import { auditOutcomes } from '../record-audit.ts';

const meanings = {
  SUCCESS: 'The request was carried out.',
  DENIED: 'The actor lacked a permission.',
  INVALID: 'The request broke a rule.',
  CONFLICT: 'The request conflicted with the current state or with another writer.',
  ERROR: 'The request failed because of an error inside the service.',
} as const;

export type AuditOutcomeType = ReturnType<typeof addAuditOutcome>;

export const addAuditOutcome = (builder: Builder) =>
  builder.enumType('AuditOutcome', {
    description: 'The outcome of a request for one object.',
    values: Object.fromEntries(auditOutcomes.map((name) => [name, { description: meanings[name] }])),
  });
