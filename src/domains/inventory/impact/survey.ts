import type { AskValue } from '../../../catalog/walk.ts';
import { Facts } from './facts.ts';
import { Lockstep } from './lockstep.ts';
import { Tracer } from './traced-paths.ts';

/** What is found out about the plant for all that one request asks: each fact is loaded once, for all tasks that wait for it. */
export class Survey {
  readonly facts: Facts;
  readonly tracer: Tracer;
  readonly #lockstep = new Lockstep();

  constructor(ask: AskValue) {
    this.facts = new Facts(ask);
    this.tracer = new Tracer(this.facts, this.#lockstep);
  }

  /** Runs tasks that ask of this survey side by side; outside of them nothing is loaded. */
  run<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
    return this.#lockstep.run(tasks);
  }

  /** Runs both parts of a task side by side. */
  readonly beside: Lockstep['beside'] = (one, other) => this.#lockstep.beside(one, other);

  /** Waits until these are loaded. */
  readonly need: Lockstep['need'] = (load, keys) => this.#lockstep.need(load, keys);
}
