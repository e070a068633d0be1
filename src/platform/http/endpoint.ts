import type { ApolloServer, BaseContext } from '@apollo/server';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import type { CompleteIntrospection } from '../graphql/complete-introspection.ts';
import type { Admitted, Asked } from '../graphql/documents.ts';
import type { LazyAbort } from '../lazy-abort.ts';
import type { OperationScope } from './delivery.ts';
import type { PackAnswer } from './kept-answer.ts';
import type { Answer } from './refusal.ts';
import type { Asker } from './request.ts';

/** GraphQL as the transports see it: one way in for all of them. */
export interface Endpoint<Context extends BaseContext> {
  readonly schema: GraphQLSchema;
  readonly apollo: ApolloServer<Context>;
  /** The text of a result, or nothing when it is long and goes to the delivery of the operation. */
  textOf(result: FormattedExecutionResult): Promise<string>;
  readonly introspection: CompleteIntrospection;
  /** Makes a long answer that is kept smaller, as its client takes it. */
  readonly pack: PackAnswer;
  /** A request whose document its caller may ask; else throws. */
  admit(asked: Asked, context: Context): Admitted;
  /** Throws when it is a subscription that nobody could have a place for, before anybody looks at who asks. */
  requirePlace(asked: Asked): void;
  /** Runs what is done for a client before any operation of its own, such as to find out who it is. */
  inTime<T>(gone: LazyAbort, work: () => Promise<T>): Promise<T>;
  /** Runs `work` as one operation, in time: what fails inside is reported under its id, and delivered as its scope says. */
  inScope<T>(scope: OperationScope, work: () => Promise<T>): Promise<T>;
  /** Waits for its caller's turn to read something that no GraphQL document asks for; it is told under that name. */
  beginRead(name: string, context: Context): Promise<void>;
  /** The context of one request. A CatalogError refuses it as a whole. */
  contextOf(asker: Asker): Promise<Context>;
  /** Runs `work` with that context, in its caller's share of the service. */
  inContext<T>(asker: Asker, work: (context: Context) => Promise<T>): Promise<T>;
  /** Runs a request with its own context; may add to the extensions of its answer. */
  execute(asker: Asker, run: (context: Context) => Promise<Answer>): Promise<Answer>;
}
