import { Worker } from 'node:worker_threads';
import { letThreadsHaveLimits } from '../../platform/heap-limits.ts';
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
/** So long a thread may take for one document. */
const LONGEST_MS = 10_000;
/** Of a thread; the parser's tree is many times the text. */
const HEAP_MB = 1_024;

interface Waiting {
  readonly part: Part;
  readonly resolve: (read: ReadPart) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  /** The first is the one that is being parsed. */
  readonly waiting: Waiting[];
  /** Ends the thread when that takes too long. */
  late?: NodeJS.Timeout;
}

const tooComplex = ({ above }: Part): ReadPart => ({
  roots: [],
  documents: [],
  violations: [
    {
      rule: 'DOCUMENT_TOO_COMPLEX',
      message: 'the document takes more time or memory to be read than it may',
      accepted: 'a simpler document, or several',
      line: above + 1,
      column: 1,
    },
  ],
});

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

/** What is too large is refused before it is parsed. */
const isLong = ({ text }: Part): boolean => text.length > LONGEST_AT_ONCE && text.length <= LARGEST_DOCUMENT;

/** Small documents are parsed at once, large ones in a thread, which lives as long as there are any. */
export function createParseApart({ heapMb = HEAP_MB, longestMs = LONGEST_MS } = {}): ParseApart {
  let thread: Thread | undefined;
  let idle: NodeJS.Timeout | undefined;

  const start = (): Thread => {
    letThreadsHaveLimits();
    const worker = new Worker(new URL('./parse-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    const one: Thread = { worker, waiting: [] };
    worker.unref();
    worker.on('message', (read: ReadPart) => {
      one.waiting.shift()?.resolve(read);
      goOn(one);
    });
    const end = (error: unknown): void =>
      giveUp(one, ({ part, resolve, reject }) => (isOutOfMemory(error) ? resolve(tooComplex(part)) : reject(error)));
    worker.on('error', end);
    worker.on('exit', () => end(new Error('the thread that parses manifests has ended')));
    return one;
  };
  /** The thread has ended, or is to end, because of the first part; those behind it begin anew in another one. */
  const giveUp = (one: Thread, tell: (first: Waiting) => void): void => {
    if (thread === one) thread = undefined;
    clearTimeout(one.late);
    const [first, ...others] = one.waiting.splice(0);
    if (first !== undefined) tell(first);
    for (const other of others) parse(other);
  };
  const goOn = (one: Thread): void => {
    clearTimeout(one.late);
    if (one.waiting.length > 0) {
      one.late = setTimeout(() => {
        giveUp(one, ({ part, resolve }) => resolve(tooComplex(part)));
        void one.worker.terminate();
      }, longestMs);
      return;
    }
    clearTimeout(idle);
    one.worker.unref();
    idle = setTimeout(() => {
      if (thread === one) thread = undefined;
      void one.worker.terminate();
    }, IDLE_MS).unref();
  };
  const parse = (waiting: Waiting): void => {
    clearTimeout(idle);
    thread ??= start();
    thread.worker.ref();
    thread.waiting.push(waiting);
    thread.worker.postMessage(waiting.part);
    if (thread.waiting.length === 1) goOn(thread);
  };
  const readApart = (part: Part): Promise<ReadPart> =>
    new Promise((resolve, reject) => parse({ part, resolve, reject }));

  return async function* (file) {
    const placed = { left: MOST_PLACED };
    for (const part of partsOfFile(file)) {
      yield isLong(part) ? parsedFile(await readApart(part), file.source) : parsePart(part, file.source, placed);
    }
  };
}
