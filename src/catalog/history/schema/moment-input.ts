import type { Builder } from '../../schema/builder.ts';
import type { Moment } from '../as-of.ts';

/** `MomentInput`: an instant or a position. */
export const addMomentInput = (builder: Builder) =>
  builder.inputType('MomentInput', {
    description: 'A moment of the catalog: either an instant or a position.',
    fields: (t) => ({
      time: t.field({
        type: 'DateTime',
        description: 'The catalog after everything that was committed until this instant.',
      }),
      position: t.field({
        type: 'BigInt',
        description: 'The catalog after the change of this position, and after all changes of the same transaction.',
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
