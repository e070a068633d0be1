import { expect, test } from 'vitest';
import { createRowSplitter } from '../../src/platform/db/row-bytes.ts';
import { RowQuery, RowStatement } from '../../src/platform/db/row-query.ts';
import { RowSet } from '../../src/platform/db/row-set.ts';
import { random } from '../authz/random-world.ts';

/* The messages of a server come in chunks that end anywhere, one after another in the same bytes. */

function message(letter: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(letter);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function rowOf(cells: readonly (string | null)[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(cells.length);
  const parts = cells.flatMap((cell) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(cell === null ? -1 : Buffer.byteLength(cell));
    return cell === null ? [length] : [length, Buffer.from(cell)];
  });
  return message('D', Buffer.concat([count, ...parts]));
}

/** Gives a stream in chunks, none of which is there any more when the next one comes. */
function cut(stream: Buffer, split: (chunk: Buffer) => void, lengthOf: () => number): void {
  const bytes = Buffer.alloc(65_536);
  for (let at = 0; at < stream.length; ) {
    const length = stream.copy(bytes, 0, at, at + lengthOf());
    split(bytes.subarray(0, length));
    bytes.fill('gone');
    at += length;
  }
}

test('rows and all other messages come out whole, however they are cut', () => {
  const next = random(7);
  for (let round = 0; round < 300; round++) {
    const cells = Array.from({ length: 1 + Math.floor(next() * 6) }, () =>
      Array.from({ length: 1 + Math.floor(next() * 4) }, () =>
        next() < 0.2 ? null : 'ü"x'.repeat(Math.floor(next() * (next() < 0.1 ? 3_000 : 4))),
      ),
    );
    const others = [
      message('T', Buffer.from('names')),
      message('C', Buffer.from('SELECT 3\0')),
      message('Z', Buffer.from('I')),
    ];
    const [first = Buffer.alloc(0), ...last] = others;
    const stream = Buffer.concat([first, ...cells.map(rowOf), ...last]);
    const rows = new RowSet();
    const rest: Buffer[] = [];
    const split = createRowSplitter(
      () => ({ takeRow: (chunk, at) => rows.add(chunk, at) }),
      (bytes) => rest.push(Buffer.from(bytes)),
    );
    cut(stream, split, () => 1 + Math.floor(next() * (next() < 0.5 ? 6 : 2_000)));
    expect(Buffer.concat(rest).equals(Buffer.concat(others))).toBe(true);
    const read = Array.from({ length: rows.length }, (_, row) => {
      rows.goTo(row);
      return Array.from(rows.ends, (_end, cell) => rows.text(cell));
    });
    expect(read).toEqual(cells);
  }
});

test('rows go to the statement that is being answered, however the answers are cut', () => {
  const next = random(11);
  for (let round = 0; round < 300; round++) {
    const asked = Array.from({ length: 1 + Math.floor(next() * 8) }, (_, index) => ({
      rows: new RowSet(),
      cells: Array.from(
        { length: Math.floor(next() * 4) },
        (_row, row) => `${index}.${row}${'x'.repeat(next() * 300)}`,
      ),
    }));
    const statements = asked.map(({ rows }) => new RowStatement('', [], (chunk, at) => rows.add(chunk, at)));
    const query = new RowQuery(statements, () => undefined);
    const split = createRowSplitter(
      () => query,
      (bytes) => {
        for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1))
          if (bytes.toString('latin1', at, at + 1) === 'C') query.handleCommandComplete();
      },
    );
    const stream = Buffer.concat([
      ...asked.flatMap(({ cells }) => [
        message('2', Buffer.alloc(0)),
        ...cells.map((cell) => rowOf([cell])),
        message('C', Buffer.from('SELECT\0')),
      ]),
      message('Z', Buffer.from('I')),
    ]);
    cut(stream, split, () => 1 + Math.floor(next() * (next() < 0.5 ? 6 : 800)));
    for (const { rows, cells } of asked) {
      const read = Array.from({ length: rows.length }, (_, row) => {
        rows.goTo(row);
        return rows.text(0);
      });
      expect(read).toEqual(cells);
    }
  }
});

test('while nobody wants rows as bytes, they go on with everything else', () => {
  const rest: Buffer[] = [];
  const split = createRowSplitter(
    () => undefined,
    (bytes) => rest.push(bytes),
  );
  const stream = Buffer.concat([rowOf(['a', null]), message('Z', Buffer.from('I'))]);
  split(stream.subarray(0, 9));
  split(stream.subarray(9));
  expect(Buffer.concat(rest).equals(stream)).toBe(true);
});

test('a message whose length cannot be is refused', () => {
  const split = createRowSplitter(
    () => undefined,
    () => undefined,
  );
  expect(() => split(Buffer.from([0x44, 0xff, 0xff, 0xff, 0xff]))).toThrow('a message of -1 bytes cannot be');
});
