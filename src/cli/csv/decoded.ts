import { TextDecoder } from 'node:util';
import { CliError } from '../cli-error.ts';

const unicode: readonly (readonly [mark: string, encoding: string])[] = [
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

/** The text of a file: UTF-8, or UTF-16 with its mark, as spreadsheet programs save it. */
export async function* decoded(input: AsyncIterable<Buffer | string>, path: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  const decode = (chunk?: Buffer): string => {
    try {
      return decoder?.decode(chunk, { stream: chunk !== undefined }) ?? '';
    } catch {
      throw new CliError(`${path} is not in UTF-8`, { advice: ['save it as CSV in UTF-8'] });
    }
  };
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    const mark = bytes.subarray(0, 2).toString('hex');
    decoder ??= new TextDecoder(unicode.find(([sign]) => sign === mark)?.[1] ?? 'utf-8', { fatal: true });
    yield decode(bytes);
  }
  yield decode();
}
