import { randomUUID } from 'node:crypto';
import type { FormattedExecutionResult } from 'graphql';
import { type EncodedText, stringifyInSlices } from '../stringify-in-slices.ts';
import type { TimeSlices } from '../time-slices.ts';

/**
 * Texts of long results. The libraries of WebSocket and server-sent events stringify a message in one piece; a long
 * result is made text before that, with turns for others, and something short stands for it in the message.
 */
export interface LongTexts {
  /** The result, or what stands for it. */
  inPlaceOf(
    result: FormattedExecutionResult,
    slices: TimeSlices,
  ): FormattedExecutionResult | Promise<FormattedExecutionResult>;
  /** A message with the text of the result in its place, in the parts in which it is to be sent. */
  filled(message: string): readonly [string | Buffer, ...(string | Buffer)[]];
}

/** Nobody can guess it, so nobody's text looks like what stands for a result. */
const mark = randomUUID();
const place = new RegExp(`\\{"data":\\{"${mark}":(\\d+)\\}\\}`);

export function createLongTexts(): LongTexts {
  const texts = new Map<string, EncodedText>();
  let count = 0;
  return {
    inPlaceOf: (result, slices) => {
      const made = stringifyInSlices(result, slices);
      if (typeof made === 'string') return result;
      return made.then((text) => {
        texts.set(String(++count), text);
        return { data: { [mark]: count } };
      });
    },
    filled: (message) => {
      const found = texts.size === 0 ? null : place.exec(message);
      const text = texts.get(found?.[1] ?? '');
      if (found === null || text === undefined) return [message];
      texts.delete(found[1] ?? '');
      return [message.slice(0, found.index), ...text, message.slice(found.index + found[0].length)];
    },
  };
}
