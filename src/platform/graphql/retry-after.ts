import type { ApolloServerPlugin, BaseContext } from '@apollo/server';

/** Says in the header `retry-after`, too, when to come back; the longest time when several errors say one. */
export const retryAfter = <Context extends BaseContext>(): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ response }) => {
      if (response.body.kind !== 'single') return;
      const { errors = [] } = response.body.singleResult;
      const seconds = errors.map(({ extensions }) => extensions?.retryAfterSeconds);
      const delays = seconds.filter((one) => typeof one === 'number');
      if (delays.length > 0) response.http.headers.set('retry-after', String(Math.max(...delays)));
    },
  }),
});
