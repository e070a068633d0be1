import { Worker } from 'node:worker_threads';
import { LARGEST_DOCUMENT, LONGEST_AT_ONCE } from './limits.ts';
import {
  type ManifestFile,
  MOST_PLACED,
  type ParsedFile,
  parsedFile,
  parsePart,
  partsOfFile,
  type ReadPart,
} from './parse.ts';
import type { Part } from './parts.ts';

/** Reads files of manifests bit by bit, in their order; parsing holds nobody else up. */
export type ParseApart = (file: ManifestFile) => AsyncGenerator<ParsedFile>;

/** A thread that nothing has been asked of for so long is ended. */
const IDLE_MS = 30_000;
/** Of a thread; the parser's tree is many times the text. */
const HEAP_MB = 1_024;

interface Waiting {
  readonly resolve: (read: ReadPart) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Waiting[];
}

/** What is too large is refused before it is parsed. */
const isLong = ({ text }: Part): boolean => text.length > LONGEST_AT_ONCE && text.length <= LARGEST_DOCUMENT;

/** Small documents are parsed at once, large ones in a thread, which lives as long as there are any. */
export function createParseApart(): ParseApart {
  let thread: Thread | undefined;
  let idle: NodeJS.Timeout | undefined;

  const start = (): Thread => {
    const worker = new Worker(new URL('./parse-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    const one: Thread = { worker, waiting: [] };
    worker.unref();
    worker.on('message', (read: ReadPart) => {
      one.waiting.shift()?.resolve(read);
      rest(one);
    });
    const end = (error: unknown): void => {
      if (thread === one) thread = undefined;
      for (const { reject } of one.waiting.splice(0)) reject(error);
    };
    worker.on('error', end);
    worker.on('exit', () => end(new Error('the thread that parses manifests has ended')));
    return one;
  };
  const rest = (one: Thread): void => {
    clearTimeout(idle);
    if (one.waiting.length > 0) return;
    one.worker.unref();
    idle = setTimeout(() => {
      if (thread === one) thread = undefined;
      void one.worker.terminate();
    }, IDLE_MS).unref();
  };
  const readApart = (part: Part): Promise<ReadPart> =>
    new Promise((resolve, reject) => {
      clearTimeout(idle);
      thread ??= start();
      thread.worker.ref();
      thread.waiting.push({ resolve, reject });
      thread.worker.postMessage(part);
    });

  return async function* (file) {
    const placed = { left: MOST_PLACED };
    for (const part of partsOfFile(file)) {
      yield isLong(part) ? parsedFile(await readApart(part), file.source) : parsePart(part, file.source, placed);
    }
  };
}
