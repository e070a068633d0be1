import type { Builder } from '../../schema/builder.ts';
import type { AuditRecord } from '../audit-log.ts';

/** The type of `AuditRecord.source`. */
export const addAuditSource = (builder: Builder) =>
  builder.objectRef<NonNullable<AuditRecord['source']>>('AuditSource').implement({
    description: 'The client that sent a request.',
    fields: (t) => ({
      address: t.string({
        nullable: true,
        description:
          'IP address of the client. Null for addresses of private networks and of this machine. For requests through a proxy it is known only when the service trusts that proxy (`CATALOG_TRUSTED_PROXIES`).',
        resolve: ({ address }) => address ?? null,
      }),
      userAgent: t.string({
        nullable: true,
        description: 'The `User-Agent` header, at most 256 characters.',
        resolve: ({ userAgent }) => userAgent ?? null,
      }),
    }),
  });

/** The type of `AuditRecord.scope`. */
export const addAuditScope = (builder: Builder) =>
  builder.objectRef<NonNullable<AuditRecord['scope']>>('AuditScope').implement({
    description: 'The scope that an object was in at the time of the request, with its name at that time.',
    fields: (t) => ({
      kind: t.exposeString('kind', {
        description: 'Kind of the scope: `Organization`, `Project`, `Site` and so on, or `Platform`.',
      }),
      name: t.string({
        nullable: true,
        description:
          'Name of the scope. Null when it is not known, or when you may read the record only because you made the request.',
        resolve: ({ name }) => name,
      }),
      uid: t.exposeString('id', { description: 'UUID of the scope.' }),
    }),
  });
