import type { FormattedExecutionResult } from 'graphql';
import { carried } from '../carried.ts';
import { type EncodedText, stringifyInSlices } from '../stringify-in-slices.ts';
import type { TimeSlices } from '../time-slices.ts';
import type { Delivery } from './delivery.ts';

/**
 * Makes the text of an operation's one result, for Apollo Server. A long one goes to the operation's delivery instead,
 * encoded in slices; what Apollo Server answers is empty then.
 */
export function createAnswerText(slicesNow: () => TimeSlices): (result: FormattedExecutionResult) => Promise<string> {
  const textOf = (result: FormattedExecutionResult, delivery: Delivery | undefined): Promise<string> => {
    if (delivery?.takesStream) delivery.result = result;
    if (delivery?.makesText) return Promise.resolve('');
    const text = stringifyInSlices(result, slicesNow());
    return typeof text === 'string' ? Promise.resolve(`${text}\n`) : deliver(text, delivery);
  };
  const withMore = async (
    result: FormattedExecutionResult,
    delivery: Delivery,
    more: Delivery['moreExtensions'],
  ): Promise<string> => {
    const extensions = (await more?.()) ?? {};
    const isSame = Object.keys(extensions).length === 0;
    return textOf(isSame ? result : { ...result, extensions: { ...result.extensions, ...extensions } }, delivery);
  };
  return (result) => {
    const delivery = carried().operation?.delivery;
    const more = delivery?.moreExtensions;
    return delivery === undefined || more === undefined ? textOf(result, delivery) : withMore(result, delivery, more);
  };
}

async function deliver(encoding: Promise<EncodedText>, delivery: Delivery | undefined): Promise<string> {
  const text = await encoding;
  if (delivery === undefined) return `${Buffer.concat(text).toString()}\n`;
  delivery.longText = [...text, Buffer.from('\n')];
  return '';
}
