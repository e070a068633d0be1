import { parseArgs } from 'node:util';
import { cases } from './cases/index.ts';
import { type Size, sizes } from './sizes.ts';

export interface Options {
  readonly size: Size;
  readonly seconds: number;
  readonly rounds: number;
  readonly only: readonly string[];
  /** Of the sweep; all where none is named. */
  readonly lists: readonly string[];
  readonly asMarkdown: boolean;
}

const usage = `npm run bench -- [--size ${sizes.map(({ name }) => name).join('|')}] [--seconds 3] [--rounds 3] [--only CASE,CASE] [--lists LIST,LIST] [--markdown]

  --size      how much is in the database; it is loaded once and kept under .catalog/bench
  --seconds   length of a round of load
  --rounds    rounds of each load; the figures are medians
  --only      of these cases:
${Object.entries(cases)
  .map(([name, { title }]) => `              ${name.padEnd(16)} ${title}`)
  .join('\n')}
  --lists     of these lists of the sweep: objects,cables
  --markdown  print the tables as docs/speed.md has them
`;

/** Reads the command line; says how it is used, and ends, when it cannot be understood. */
export function readOptions(): Options {
  const fail = (problem: string): never => {
    console.error(`${problem}\n\n${usage}`);
    process.exit(2);
  };
  try {
    const { values } = parseArgs({
      options: {
        size: { type: 'string', default: 'full' },
        seconds: { type: 'string', default: '3' },
        rounds: { type: 'string', default: '3' },
        only: { type: 'string', default: Object.keys(cases).join(',') },
        lists: { type: 'string', default: '' },
        markdown: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const whole = (name: 'seconds' | 'rounds'): number => {
      const number = Number(values[name]);
      return Number.isInteger(number) && number > 0 ? number : fail(`--${name} is a whole number from 1 on`);
    };
    const size = sizes.find(({ name }) => name === values.size) ?? fail(`--size ${values.size} is not known`);
    const only = values.only.split(',');
    const lists = values.lists.split(',').filter((name) => name !== '');
    for (const name of only) if (!(name in cases)) fail(`--only ${name} is not known`);
    return { size, seconds: whole('seconds'), rounds: whole('rounds'), only, lists, asMarkdown: values.markdown };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
