import { randomUUID } from 'node:crypto';
import type { FormattedExecutionResult } from 'graphql';
import type { LazyAbort } from '../lazy-abort.ts';
import { slicesUntil } from '../slices-in-time.ts';
import { type EncodedText, stringifyInSlices } from '../stringify-in-slices.ts';
import type { TimeSlices } from '../time-slices.ts';

/**
 * Texts of long results. The libraries of WebSocket and server-sent events stringify a message in one piece; a long
 * result is made text before that, with turns for others, and something short stands for it in the message.
 */
export interface LongTexts {
  /** The result, or what stands for it. Its text is made no further than until `gone` says that nobody waits for it. */
  inPlaceOf(
    result: FormattedExecutionResult,
    slices: TimeSlices,
    gone: LazyAbort,
  ): FormattedExecutionResult | Promise<FormattedExecutionResult>;
  /**
   * A message with the text of the result in its place, in the parts in which it is to be sent; none when nobody waits for
   * it any more.
   */
  filled(message: string): readonly (string | Buffer)[];
}

/** Nobody can guess it, so nobody's text looks like what stands for a result. */
const mark = randomUUID();
const place = new RegExp(`\\{"data":\\{"${mark}":(\\d+)\\}\\}`);

export function createLongTexts(): LongTexts {
  const texts = new Map<string, EncodedText | 'given up'>();
  let count = 0;
  return {
    inPlaceOf: (result, slices, gone) => {
      const made = stringifyInSlices(
        result,
        slicesUntil(() => gone, slices),
      );
      if (typeof made === 'string') return result;
      const keep = (text: EncodedText | 'given up'): FormattedExecutionResult => {
        texts.set(String(++count), text);
        return { data: { [mark]: count } };
      };
      return made.then(keep, (error: unknown) => {
        if (gone.isAborted) return keep('given up');
        throw error;
      });
    },
    filled: (message) => {
      const found = texts.size === 0 ? null : place.exec(message);
      const text = texts.get(found?.[1] ?? '');
      if (found === null || text === undefined) return [message];
      texts.delete(found[1] ?? '');
      if (text === 'given up') return [];
      return [message.slice(0, found.index), ...text, message.slice(found.index + found[0].length)];
    },
  };
}
