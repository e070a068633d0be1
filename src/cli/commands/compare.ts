import { CliError, usageError } from '../cli-error.ts';
import { getComparison, printComparisons, type ReportFormat } from '../comparison.ts';
import { configurationName, knownRevisions, listRevisions } from '../revisions.ts';
import type { Session } from '../session.ts';
import { oneTarget } from '../targets.ts';

export interface CompareOptions {
  readonly output: ReportFormat;
  /** Numbers of two revisions of the service that the words name. */
  readonly revisions?: readonly [number, number];
}

/** `catalog compare A B`: what publishing B in place of A changes, or of what is in force; 1 when it is not allowed. */
export async function compare(
  session: Session,
  words: readonly string[],
  { output, revisions }: CompareOptions,
): Promise<number> {
  const [earlier, later] =
    revisions === undefined ? await twoNames(session, words) : await namesOf(session, words, revisions);
  const report = await getComparison(await session.client(), later, earlier);
  await printComparisons([{ name: later, report }], session.terminal, output);
  return report.isAllowed ? 0 : 1;
}

async function twoNames(session: Session, words: readonly string[]): Promise<readonly [string | undefined, string]> {
  const [from = '', to, another] = words;
  if (another !== undefined) throw usageError('no more than two revisions are compared');
  if (to !== undefined) return [await configurationName(session, [from]), await configurationName(session, [to])];
  if ((await kindOf(session, from)) === 'Service') {
    throw usageError('say which of its revisions', `for example \`catalog compare --revisions 1,2 ${from}\``);
  }
  return [undefined, await configurationName(session, words)];
}

/** The kind of `KIND/NAME`. */
const kindOf = async (session: Session, word: string): Promise<string | undefined> =>
  word.includes('/') ? (await oneTarget(session, [word])).kind.kind : undefined;

async function namesOf(
  session: Session,
  words: readonly string[],
  numbers: readonly [number, number],
): Promise<readonly [string, string]> {
  const { kind, name } = await oneTarget(session, words);
  if (kind.kind !== 'Service' || name === undefined) {
    throw usageError(
      `'${words.join(' ')}' is not a service`,
      'for example `catalog compare --revisions 2,3 service/compute`',
    );
  }
  const listed = await listRevisions(session, name);
  const named = (number: number): string => {
    const found = listed.find(({ revisionNumber }) => revisionNumber === number);
    if (found !== undefined) return found.name;
    throw new CliError(`there is no revision ${number} of service '${name}'`, { advice: knownRevisions(listed) });
  };
  return [named(numbers[0]), named(numbers[1])];
}
