import type { Ask } from '../../../catalog/root-query.ts';
import { merge } from '../rules/evaluate.ts';
import type { Fact } from '../rules/rule.ts';
import { judgeChanges, type Known, load, type Verdict } from './state.ts';

const MOST_STEPS = 100;

/** Whether nothing stands in the way. */
export const isClear = ({ unfit, findings }: Verdict): boolean =>
  unfit.length === 0 && findings.every(({ rule }) => rule.severity === 'warning');

/** What brings a fact about. */
const toStep = ({ do: doing, order: _, ...members }: Fact): Fact => ({
  do: doing === 'Lower' ? 'Deploy' : doing,
  ...members,
});

/** Everything that findings miss; undefined when one of them says of nothing how to mend it. */
function missingOf({ unfit, findings }: Verdict): Fact[] | undefined {
  const broken = [...unfit, ...findings.filter(({ rule }) => rule.severity === 'error')];
  return broken.every(({ missing }) => missing.length > 0) ? broken.flatMap(({ missing }) => missing) : undefined;
}

/**
 * The steps before some changes, each accepted by itself, after which they are accepted: what is missing, what that is
 * missing, and so on, the last found first. Undefined when there are none, as for what can only be done together. `first` is
 * what is said of the changes alone, which is not clear.
 */
export async function plan(ask: Ask, wanted: readonly Fact[], first: Verdict): Promise<readonly Fact[] | undefined> {
  let prior: Fact[] = [];
  for (let verdict = first; ; ) {
    const missing = missingOf(verdict);
    if (missing === undefined) return undefined;
    // What is found later is needed by what was found before, and goes first.
    const next = merge([...merge(missing), ...prior]);
    if (next.length > MOST_STEPS || isSame(next, prior)) return undefined;
    prior = next;
    const steps = prior.map(toStep);
    const known = await load(ask, [...steps, ...wanted]);
    verdict = await judgeChanges(ask, known, { prior: steps, wanted, judged: [...steps, ...wanted] });
    if (isClear(verdict)) return inOrder(ask, known, steps, wanted);
  }
}

const isSame = (a: readonly Fact[], b: readonly Fact[]): boolean =>
  a.length === b.length && a.every((fact) => b.some((other) => JSON.stringify(other) === JSON.stringify(fact)));

/** Each step is accepted after those before it; one that is not waits. */
async function inOrder(
  ask: Ask,
  known: Known,
  steps: readonly Fact[],
  wanted: readonly Fact[],
): Promise<readonly Fact[] | undefined> {
  const done: Fact[] = [];
  const waiting = [...steps];
  while (waiting.length > 0) {
    let place = 0;
    for (; place < waiting.length; place += 1) {
      const step = waiting[place];
      if (step === undefined) return undefined;
      const verdict = await judgeChanges(ask, known, { prior: done, wanted: [step], judged: [step] });
      if (isClear(verdict)) break;
    }
    const [step] = waiting.splice(place, 1);
    if (step === undefined) return undefined;
    done.push(step);
  }
  const last = await judgeChanges(ask, known, { prior: done, wanted, judged: wanted });
  return isClear(last) ? done : undefined;
}
