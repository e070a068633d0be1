import { CliError, usageError } from '../cli-error.ts';
import { getComparison, printComparisons, type ReportFormat } from '../comparison.ts';
import { configurationName, listRevisions } from '../revisions.ts';
import type { Session } from '../session.ts';
import { oneTarget } from '../targets.ts';

export interface CompareOptions {
  readonly output: ReportFormat;
  /** Numbers of two revisions of the service that the words name. */
  readonly revisions?: readonly [number, number];
}

/** `catalog compare A B`: what publishing B in place of A changes; 1 when it is not allowed. */
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

async function twoNames(session: Session, words: readonly string[]): Promise<readonly [string, string]> {
  const [from, to, another] = words;
  if (from !== undefined && to !== undefined && another === undefined) {
    return [await configurationName(session, [from]), await configurationName(session, [to])];
  }
  throw usageError(
    'two revisions are compared',
    'for example `catalog compare serviceconfiguration/a-1 serviceconfiguration/a-2`',
  );
}

async function namesOf(
  session: Session,
  words: readonly string[],
  numbers: readonly [number, number],
): Promise<readonly [string, string]> {
  const { kind, name } = oneTarget(await session.kinds(), words);
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
    const known = listed.map((one) => `${one.revisionNumber}: ${one.name} (${one.phase.toLowerCase()})`);
    throw new CliError(`there is no revision ${number} of service '${name}'`, { advice: known });
  };
  return [named(numbers[0]), named(numbers[1])];
}
