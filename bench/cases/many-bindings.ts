import type { Case } from '../case.ts';
import { apply, applyDocument } from '../load/apply.ts';
import { ask } from '../load/ask.ts';
import { digits } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { bindings } from '../world/people.ts';

const GIVEN_UP_AFTER_MS = 60_000;
const MOST = 1_250;
const document = 'query ($name: String!) { project(name: $name) { name } }';

/** Many bindings in one batch, until the last of them holds. */
export const manyBindings: Case = {
  title: 'bindings in one batch, until they hold',
  writes: true,
  documents: [document, applyDocument],
  run: async ({ catalog, tokens, size }) => {
    const count = Math.min(MOST, size.projects);
    const grants = Array.from({ length: count }, (_, index) => ['project-auditor', 'Project', `p${index}`] as const);
    const applied = await apply(catalog, tokens['bench-admin'], [...bindings('outsider', grants)].flat());
    const until = performance.now() + GIVEN_UP_AFTER_MS;
    const sees = async (): Promise<boolean> => {
      const body = { query: document, variables: { name: `p${count - 1}` } };
      const answer = await ask<{ project: object | null }>({ url: catalog.url, token: tokens.outsider, body });
      return answer.project !== null;
    };
    const inForce = await timed(async () => {
      while (!(await sees())) if (performance.now() > until) throw new Error('the bindings do not come into force');
    });
    const rows = [[count.toLocaleString('en'), digits(applied), digits(inForce)]];
    const columns = ['bindings', 'applied after ms', 'then in force after ms'];
    return [{ title: 'Bindings in one batch', columns, rows }];
  },
};
