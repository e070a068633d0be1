import type { FormattedExecutionResult } from 'graphql';
import { carried } from '../carried.ts';
import { stringifyInSlices } from '../stringify-in-slices.ts';
import type { TimeSlices } from '../time-slices.ts';

/**
 * Makes the text of an operation's one result, for Apollo Server. A long one goes to the operation's delivery instead,
 * encoded in slices; what Apollo Server answers is empty then.
 */
export const createAnswerText =
  (slicesNow: () => TimeSlices) =>
  async (complete: FormattedExecutionResult): Promise<string> => {
    const delivery = carried().operation?.delivery;
    const more = await delivery?.moreExtensions?.();
    const isSame = more === undefined || Object.keys(more).length === 0;
    const result = isSame ? complete : { ...complete, extensions: { ...complete.extensions, ...more } };
    const text = await stringifyInSlices(result, slicesNow());
    if (delivery?.takesStream) delivery.result = result;
    if (typeof text === 'string') return `${text}\n`;
    if (delivery === undefined) return `${Buffer.concat(text).toString()}\n`;
    delivery.longText = [...text, Buffer.from('\n')];
    return '';
  };
