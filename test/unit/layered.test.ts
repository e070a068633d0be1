import { expect, test } from 'vitest';
import { layered } from '../../src/platform/pictures/layered.ts';
import { random } from '../mutations/random.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Points of a path of M and C, close to each other. */
function alongOf(path: string): Point[] {
  const [start = '', ...curves] = path.split('C');
  const [x = 0, y = 0] = start.replace('M', '').trim().split(' ').map(Number);
  const points: Point[] = [{ x, y }];
  for (const curve of curves) {
    const { x: fromX, y: fromY } = points.at(-1) ?? { x: 0, y: 0 };
    const [ax = 0, ay = 0, bx = 0, by = 0, toX = 0, toY = 0] = curve.trim().split(' ').map(Number);
    for (let step = 1; step <= 20; step += 1) {
      const t = step / 20;
      const mixed = (from: number, a: number, b: number, to: number): number =>
        (1 - t) ** 3 * from + 3 * t * (1 - t) ** 2 * a + 3 * t ** 2 * (1 - t) * b + t ** 3 * to;
      points.push({ x: mixed(fromX, ax, bx, toX), y: mixed(fromY, ay, by, toY) });
    }
  }
  return points;
}

/** Its last curve has no length. */
const endsAtOnce = (path: string): boolean => {
  const [before = '', last = ''] = path.split('C').slice(-2);
  const end = (text: string): string => text.replace('M', '').trim().split(' ').slice(-2).join(' ');
  return end(before) === end(last);
};

test.each(['down', 'right'] as const)('no line of a layered picture passes through a box: %s', (direction) => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= 25; seed += 1) {
    const chance = random(seed);
    const count = 3 + chance.upTo(20);
    const sizes = new Map(
      Array.from({ length: count }, (_, index) => [`b${index}`, { width: 60 + chance.upTo(260), height: 40 }]),
    );
    const edges = Array.from({ length: count * 2 }, () => {
      const [a, b] = [chance.upTo(count), chance.upTo(count)];
      return { from: `b${Math.min(a, b)}`, to: `b${Math.max(a, b)}` };
    }).filter(({ from, to }) => from !== to);
    const { boxes, lines, width, height } = layered(sizes, edges, direction);
    for (const { edge, path } of lines) {
      const line = `seed ${seed}: ${edge.from} to ${edge.to}`;
      if (endsAtOnce(path)) wrong.push(`${line} has no direction at its end`);
      for (const { x, y } of alongOf(path)) {
        for (const [name, box] of boxes)
          if (Math.abs(x - box.x) < box.width / 2 - 1 && Math.abs(y - box.y) < box.height / 2 - 1)
            wrong.push(`${line} through ${name}`);
        if (x < 0 || y < 0 || x > width || y > height) wrong.push(`${line} outside`);
      }
    }
  }
  expect([...new Set(wrong)]).toEqual([]);
});
