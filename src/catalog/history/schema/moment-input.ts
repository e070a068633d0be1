import type { Builder } from '../../schema/builder.ts';
import type { Moment } from '../as-of.ts';

/** The type `MomentInput`. */
export const addMomentInput = (builder: Builder) =>
  builder.inputType('MomentInput', {
    description: 'A moment in the history of the catalog: a time or a position, not both.',
    fields: (t) => ({
      time: t.field({
        type: 'DateTime',
        description: 'The state after everything that was committed up to this time.',
      }),
      position: t.field({
        type: 'BigInt',
        description: 'The state after the transaction that contains the change with this position.',
      }),
    }),
  });

export interface MomentType {
  readonly at: ReturnType<typeof addMomentInput>;
}

export const toMoment = (given: unknown): Moment => {
  const { time, position } = given as Readonly<Record<string, unknown>>;
  return {
    time: typeof time === 'string' ? time : undefined,
    position: typeof position === 'bigint' ? position : undefined,
  };
};
