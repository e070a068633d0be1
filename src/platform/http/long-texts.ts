import { randomUUID } from 'node:crypto';
import type { FormattedExecutionResult } from 'graphql';
import { stringifyInSlices } from '../stringify-in-slices.ts';
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
  /** A message with the text of the result in its place. */
  filled(message: string): string;
}

/** Nobody can guess it, so nobody's text looks like what stands for a result. */
const mark = randomUUID();
const place = new RegExp(`\\{"data":\\{"${mark}":(\\d+)\\}\\}`);

export function createLongTexts(): LongTexts {
  const texts = new Map<string, string>();
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
      if (texts.size === 0) return message;
      return message.replace(place, (whole, number: string) => {
        const text = texts.get(number);
        texts.delete(number);
        return text ?? whole;
      });
    },
  };
}
