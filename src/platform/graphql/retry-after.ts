import type { BaseContext } from '@apollo/server';
import type { OperationStep } from './operation-steps.ts';

/** Says in the header `retry-after`, too, when to come back; the longest time when several errors say one. */
export const retryAfter = <Context extends BaseContext>(): OperationStep<Context> => ({
  willSendResponse: ({ response }) => {
    if (response.body.kind !== 'single') return;
    const { errors } = response.body.singleResult;
    if (errors === undefined) return;
    const seconds = errors.map(({ extensions }) => extensions?.retryAfterSeconds);
    const delays = seconds.filter((one) => typeof one === 'number');
    if (delays.length > 0) response.http.headers.set('retry-after', String(Math.max(...delays)));
  },
});
