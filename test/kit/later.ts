import { withClient } from '../../scripts/schema-state.ts';
import type { TestApp } from './app.ts';

/** As if a minute had passed since links ended: until then no token of their identities is taken. */
export const aMinuteLater = ({ databaseUrl }: Pick<TestApp, 'databaseUrl'>): Promise<void> =>
  withClient(databaseUrl, async (client) => {
    await client.query("update ended_identity set ended_at = ended_at - interval '1 minute'");
  });
