import type { Ask } from '../../../catalog/root-query.ts';
import { merge } from '../rules/evaluate.ts';
import type { Registry } from '../rules/registry.ts';
import type { Fact } from '../rules/rule.ts';
import { type Loaded, loadFor, suffices } from './load-trial.ts';
import { isClear, Trial, type Verdict } from './trial.ts';

const MOST_STEPS = 100;

/** What brings a fact about. */
const toStep = ({ do: doing, order: _, isAny: __, ...members }: Fact): Fact => ({
  do: doing === 'Lower' ? 'Deploy' : doing,
  ...members,
});

/** Everything that findings miss; undefined when one of them says of nothing how to mend it. */
function missingOf({ unfit, findings }: Verdict): Fact[] | undefined {
  const broken = [...unfit, ...findings.filter(({ rule }) => rule.severity === 'error')];
  return broken.every(({ missing }) => missing.length > 0) ? broken.flatMap(({ missing }) => missing) : undefined;
}

/** What stands in the way after all steps that are known to lead on. */
interface Blocked {
  readonly blocked: Verdict;
  /** Ids of objects that there are only in the trial. */
  readonly own: ReadonlySet<string>;
}

interface Plan {
  /** What to do, in this order. */
  readonly done: readonly Fact[];
  /** What it was found in. */
  readonly registry: Registry;
}

/**
 * The steps before some changes, each accepted by itself, after which they are accepted: what is missing, what that is
 * missing, and so on; or what nothing mends. Undefined when there are none, as for what can only be done together, and when
 * there are more than anybody would follow. `first` is what is said of the changes alone, which is not clear.
 */
export async function plan(ask: Ask, wanted: readonly Fact[], first: Verdict): Promise<Plan | Blocked | undefined> {
  let prior: Fact[] = [];
  let own: ReadonlySet<string> = new Set();
  let loaded: Loaded | undefined;
  for (let verdict = first; ; ) {
    const missing = missingOf(verdict);
    if (missing === undefined) return { blocked: verdict, own };
    const next = merge([...missing, ...prior]);
    if (next.length > MOST_STEPS || isSame(next, prior)) return undefined;
    prior = next;
    const steps = prior.map(toStep);
    const changes = [...steps, ...wanted];
    if (loaded === undefined || !suffices(loaded, changes)) loaded = await loadFor(ask, changes, true);
    const { registry } = loaded;
    const trial = new Trial(registry);
    const unfit = trial.make(changes);
    verdict = { unfit, findings: trial.judge(trial.count, wanted) };
    trial.takeBack();
    own = trial.own;
    if (!isClear(verdict)) continue;
    const done = inOrder(trial, steps, wanted);
    trial.takeBack();
    return done && { done, registry };
  }
}

const isSame = (a: readonly Fact[], b: readonly Fact[]): boolean =>
  a.length === b.length && a.every((fact) => b.some((other) => JSON.stringify(other) === JSON.stringify(fact)));

/** Makes a change if it is accepted now. */
function isAccepted(trial: Trial, changes: readonly Fact[]): boolean {
  const before = trial.count;
  const unfit = trial.make(changes);
  const count = trial.count - before;
  if (isClear({ unfit, findings: trial.judge(count) })) return true;
  trial.takeBack(count);
  return false;
}

/** Each step is accepted after those before it; one that is not waits. */
function inOrder(trial: Trial, steps: readonly Fact[], wanted: readonly Fact[]): readonly Fact[] | undefined {
  const done: Fact[] = [];
  const waiting = [...steps];
  while (waiting.length > 0) {
    const place = waiting.findIndex((step) => isAccepted(trial, [step]));
    if (place === -1) return undefined;
    done.push(...waiting.splice(place, 1));
  }
  return isAccepted(trial, wanted) ? done : undefined;
}
