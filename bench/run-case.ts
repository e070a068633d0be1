/** The process that one case runs in, so that the load it makes takes no time of the service's own. */
import type { Bench } from './case.ts';
import { cases } from './cases/index.ts';

process.once('message', ({ name, bench }: { readonly name: string; readonly bench: Bench }) => {
  Promise.resolve(cases[name]?.run(bench)).then(
    (tables) => process.send?.(tables ?? [], () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
