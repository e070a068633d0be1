import { randomFillSync } from 'node:crypto';

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;
const POOL_BYTES = 8_192;
const NO_TRACE = '0'.repeat(TRACE_BYTES * 2);
const NO_SPAN = '0'.repeat(SPAN_BYTES * 2);

/** Makes ids of traces and spans. */
export interface TraceIds {
  generateTraceId(): string;
  generateSpanId(): string;
  /** The next trace gets this id, which was made for it before. */
  setNextTrace(id: string): void;
}

/** Random bytes are drawn for some hundred ids at once, since drawing takes longer than writing an id. */
export function createTraceIds(): TraceIds {
  const pool = Buffer.alloc(POOL_BYTES);
  let at = POOL_BYTES;
  let forNextTrace: string | undefined;
  const draw = (bytes: number, invalid: string): string => {
    if (at + bytes > POOL_BYTES) {
      randomFillSync(pool);
      at = 0;
    }
    const id = pool.toString('hex', at, at + bytes);
    at += bytes;
    return id === invalid ? draw(bytes, invalid) : id;
  };
  return {
    generateTraceId: () => {
      const id = forNextTrace ?? draw(TRACE_BYTES, NO_TRACE);
      forNextTrace = undefined;
      return id;
    },
    generateSpanId: () => draw(SPAN_BYTES, NO_SPAN),
    setNextTrace: (id) => {
      forNextTrace = id;
    },
  };
}
