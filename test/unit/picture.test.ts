import { expect, test } from 'vitest';
import { fitted, widthOf } from '../../src/platform/pictures/picture.ts';

test.each([
  ['rack-a01', 100, 'rack-a01'],
  ['a-rather-long-name', 100, 'a-rath…-name'],
  ['a-rather-long-name', 92, 'a-rat…-name'],
  ['ab', 10, ''],
  ['kept for 資料中心運營團隊', 400, 'kept for 資料中心運營團隊'],
  ['kept for 資料中心運營團隊', 140, 'kept f…中心運營團隊'],
])('what of a text there is room for, by the width of its letters: %s in %i', (text, room, shown) => {
  expect(fitted(text, room)).toBe(shown);
  expect(widthOf(shown)).toBeLessThanOrEqual(Math.max(room, 0));
});
