import { int, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

/** A quarter of an hour: as long as a restart with its present state may take. */
const DEFAULT_LAG_SECONDS = 900;

/** A kind of this catalog: who follows its changes, and how late that may be. */
export const feedConsumer = defineKind({
  domain: 'metering',
  group: 'catalog.miloapis.com',
  kind: 'FeedConsumer',
  plural: 'feedconsumers',
  description:
    'A service that follows the changes of the catalog, such as billing or quota. Its service account reports how far it has got and what it could not process (`reportFeedProgress`), so that everyone sees which consumer is behind.',
  scope: { home: ['serviceAccountRef'] },
  followsFeed: { reporter: 'serviceAccountRef', longestLag: 'maxLagSeconds' },
  spec: {
    serviceAccountRef: ref('ServiceAccount', {
      form: 'subject',
      required: true,
      immutable: 'always',
      owned: true,
      description: 'The service account of the consumer: it alone reports progress.',
      inverse: { name: 'feedConsumers', description: 'The consumers of the change feed that report as this account.' },
    }),
    description: text({ max: 1024, description: 'What the consumer does with the changes, for people.' }),
    maxLagSeconds: int({
      min: 1,
      max: 31_536_000,
      default: DEFAULT_LAG_SECONDS,
      description: 'How old a change may become before it has been processed: beyond that the consumer is behind.',
    }),
  },
  printer: [
    { name: 'ACCOUNT', path: 'spec.serviceAccountRef.name' },
    { name: 'STATE', path: 'status.progress.state' },
    { name: 'LAG SECONDS', path: 'status.progress.lagSeconds' },
    { name: 'LAG CHANGES', path: 'status.progress.lagChanges' },
    { name: 'FAILURES', path: 'status.progress.failureCount' },
    { name: 'REPORTED', path: 'status.progress.reportedAt', wide: true },
  ],
});
