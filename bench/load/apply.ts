import type { Target } from '../case.ts';
import { ask } from './ask.ts';

export const applyDocument =
  'mutation ($content: String!) { apply(input: {manifests: [{content: $content}]}) { applied userErrors { code message subject } } }';

interface Answer {
  readonly apply: { readonly applied: boolean; readonly userErrors: readonly object[] };
}

/** Applies manifests as any client does, over HTTP, in one transaction; milliseconds it took. */
export async function apply({ url }: Target, token: string, documents: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const body = { query: applyDocument, variables: { content: documents.join('\n---\n') } };
  const { apply: answer } = await ask<Answer>({ url, token, body });
  if (!answer.applied) throw new Error(`not applied: ${JSON.stringify(answer.userErrors.slice(0, 3))}`);
  return performance.now() - startedAt;
}
