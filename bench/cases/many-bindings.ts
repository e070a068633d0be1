import type { Case } from '../case.ts';
import { apply, applyDocument } from '../load/apply.ts';
import { ask } from '../load/ask.ts';
import { digits } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { bindings } from '../world/people.ts';

const GIVEN_UP_AFTER_MS = 60_000;
const MOST = 1_250;
/** The first of them on a service that has just been started. */
const ROUNDS = 3;
const document = 'query ($name: String!) { project(name: $name) { name } }';

/** Many bindings in one batch, until the last of them holds; the same again with as many others. */
export const manyBindings: Case = {
  title: 'bindings in one batch, until they hold',
  writes: true,
  documents: [document, applyDocument],
  run: async ({ catalog, tokens, size }) => {
    const count = Math.min(MOST, Math.floor(size.projects / ROUNDS));
    const projects = Array.from({ length: count * ROUNDS }, (_, index) => `p${index}`);
    const all = [
      ...bindings(
        'outsider',
        projects.map((name) => ['project-auditor', 'Project', name] as const),
      ),
    ].flat();
    const sees = async (name: string | undefined): Promise<boolean> => {
      const body = { query: document, variables: { name } };
      const answer = await ask<{ project: object | null }>({ url: catalog.url, token: tokens.outsider, body });
      return answer.project !== null;
    };
    const rows: string[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [from, to] = [round * count, (round + 1) * count];
      const applied = await apply(catalog, tokens['bench-admin'], all.slice(from, to));
      const until = performance.now() + GIVEN_UP_AFTER_MS;
      const inForce = await timed(async () => {
        while (!(await sees(projects[to - 1])))
          if (performance.now() > until) throw new Error('the bindings do not come into force');
      });
      const what = `${count.toLocaleString('en')}${round === 0 ? ', the service just started' : ''}`;
      rows.push([what, digits(applied), digits(inForce), digits(applied + inForce)]);
    }
    const columns = ['bindings', 'applied after ms', 'then in force after ms', 'together ms'];
    return [{ title: 'Bindings in one batch', columns, rows }];
  },
};
