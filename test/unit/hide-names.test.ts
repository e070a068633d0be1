import { expect, test } from 'vitest';
import { createHider, HIDDEN, hideIn } from '../../src/platform/hide-names.ts';
import type { Violation } from '../../src/platform/violation.ts';
import { random } from '../mutations/random.ts';

const NOTHING: readonly string[] = [];

test('of many names those are hidden that one by one would be, wherever they stand', () => {
  const { pick, upTo } = random(7);
  const letters = ['a', 'b', 'a.b', 'a-b', 'b.', 'x:', 'ä'];
  const between = [' ', '.', '-', ', ', '. ', '.-', "'", ' Kind/', '_'];
  // Longer names first, and those last that have other letters than words.
  const odd = (name: string): boolean => /[:ä]/.test(name);
  for (let round = 0; round < 2_000; round++) {
    const names = Array.from({ length: 1 + upTo(4) }, () => `${pick(letters)}${pick(['', '1', '.c'])}`);
    const text = Array.from({ length: 1 + upTo(8) }, () => pick([...names, ...letters]) + pick(between)).join('');
    const violation: Violation = { rule: 'R', message: text, value: { at: [text] }, accepted: text };
    expect(createHider(names)(violation, NOTHING), `${names} in ${text}`).toEqual(
      hideIn(
        violation,
        names.toSorted((a, b) => Number(odd(a)) - Number(odd(b)) || b.length - a.length),
      ),
    );
  }
});

test('no more names are looked for than a text can have', () => {
  const looked: string[] = [];
  const names = Array.from({ length: 10_000 }, (_, at) => `hidden-${at}`);
  const hide = createHider(names);
  const replace = RegExp.prototype[Symbol.replace];
  RegExp.prototype[Symbol.replace] = function (this: RegExp, ...rest: [string, string]) {
    if (this.source.includes('hidden')) looked.push(this.source);
    return Reflect.apply(replace, this, rest);
  } as typeof replace;
  try {
    const message = 'Rack/hidden-7 has a unit that hidden-9999 takes';
    expect(hide({ rule: 'R', message }, NOTHING).message).toBe(`${HIDDEN} has a unit that ${HIDDEN} takes`);
  } finally {
    RegExp.prototype[Symbol.replace] = replace;
  }
  expect(looked).toHaveLength(2);
});
