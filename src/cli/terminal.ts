import { styleText } from 'node:util';

type Style = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

/** Where a command's output goes: results to stdout, everything about them to stderr. */
export interface Terminal {
  /** Writes to stdout; waits while the reader is slower. */
  print(text: string): Promise<void>;
  /** A line on stderr. */
  note(line: string): void;
  /** A line on stderr that only `--verbose` shows. */
  detail(line: string): void;
  /** Shows progress, on a terminal only; undefined removes it. */
  progress(text: string | undefined): void;
  /** Coloured where the output is a terminal. */
  paint(style: Style, text: string, stream?: 'stdout' | 'stderr'): string;
  readonly isQuiet: boolean;
}

export interface TerminalOptions {
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  readonly isPlain: boolean;
}

/** Progress is not shown for work that ends sooner. */
const PATIENCE_MS = 400;

export function createTerminal(
  { isQuiet, isVerbose, isPlain }: TerminalOptions,
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
): Terminal {
  let shown = '';
  let startedAt = 0;
  const clear = (): void => {
    if (shown !== '') stderr.write('\r\u001b[K');
    shown = '';
  };
  const note = (line: string): void => {
    clear();
    stderr.write(`${line}\n`);
  };
  return {
    isQuiet,
    note,
    detail: (line) => {
      if (isVerbose) note(line);
    },
    print: async (text) => {
      if (stdout.isTTY) clear();
      if (!stdout.write(text)) await new Promise((resolve) => stdout.once('drain', resolve));
    },
    progress: (text) => {
      if (text === undefined) {
        clear();
        startedAt = 0;
        return;
      }
      if (!stderr.isTTY || isQuiet) return;
      startedAt ||= performance.now();
      if (performance.now() - startedAt < PATIENCE_MS) return;
      const line = text.slice(0, Math.max(20, (stderr.columns || 80) - 1));
      if (line === shown) return;
      stderr.write(`\r\u001b[K${line}`);
      shown = line;
    },
    paint: (style, text, stream = 'stdout') =>
      isPlain || !(stream === 'stdout' ? stdout : stderr).isTTY
        ? text
        : styleText(style, text, { validateStream: false }),
  };
}
