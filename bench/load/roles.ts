import type { Bench } from '../case.ts';
import { ask } from './ask.ts';

const documentFor = (mutation: 'bindRole' | 'unbindRole', input: string): string =>
  `mutation ($site: String!, $user: String!) { ${mutation}(input: {role: {namespace: "milo-system", name: "site-viewer"}, ${input}}) { changed userErrors { message } } }`;
const ofWhom = 'subject: {user: {name: $user}}, resource: {site: {name: $site}}';

const bindDocument = documentFor('bindRole', ofWhom);
const unbindDocument = documentFor('unbindRole', ofWhom);
export const roleDocuments = [bindDocument, unbindDocument];

/** Gives the outsider the right to see a site, or takes it away. */
export async function setOutsiderSees(bench: Bench, site: string, sees: boolean): Promise<void> {
  const body = { query: sees ? bindDocument : unbindDocument, variables: { user: 'outsider', site } };
  type Answer = Readonly<Record<string, { readonly changed: boolean; readonly userErrors: readonly object[] }>>;
  const answer = await ask<Answer>({ url: bench.catalog.url, token: bench.tokens['bench-admin'], body });
  for (const { changed, userErrors } of Object.values(answer)) {
    if (!changed) throw new Error(`no role was given or taken: ${JSON.stringify(userErrors)}`);
  }
}
