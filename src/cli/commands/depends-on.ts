import { stringifyJson } from '../../catalog/manifests/json.ts';
import { CliError, usageError } from '../cli-error.ts';
import { type Dependencies, dependencyLists, dependsText } from '../depends-text.ts';
import { askListed } from '../impact-text.ts';
import type { Session } from '../session.ts';
import { oneTarget } from '../targets.ts';

export interface DependsOnOptions {
  readonly output: 'text' | 'json';
  readonly most?: number;
}

const DOCUMENT = `query CatalogDependsOn($of: String!, $most: Int) {
  dependsOn(of: $of, most: $most) {
    isCapped ${['singlePoints', ...Object.keys(dependencyLists)].map((list) => askListed(list)).join(' ')}
  }
}`;

/** `catalog depends-on KIND/NAME`: what something stands on, and which of it is a single point of failure. */
export async function dependsOn(
  session: Session,
  words: readonly string[],
  { output, most }: DependsOnOptions,
): Promise<number> {
  const { kind, name } = await oneTarget(session, words);
  if (name === undefined) throw usageError(`say which of the ${kind.plural}: by name`);
  const { execute } = await session.client();
  const of = `${kind.kind}/${name}`;
  const variables = { of, ...(most !== undefined && { most }) };
  const found = (await execute<{ dependsOn: Dependencies | null }>(DOCUMENT, variables)).dependsOn;
  if (found === null) throw new CliError(`${of} does not exist, is not visible to you, or stands on nothing`);
  await session.terminal.print(output === 'json' ? `${stringifyJson(found, 2)}\n` : dependsText(found));
  return 0;
}
