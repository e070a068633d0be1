import type { Builder } from '../../schema/builder.ts';
import type { Moment } from '../as-of.ts';

/** `MomentInput`: an instant or a position. */
export const addMomentInput = (builder: Builder) =>
  builder.inputType('MomentInput', {
    description: 'A moment of the catalog: either an instant or a position.',
    fields: (t) => ({
      time: t.field({ type: 'DateTime', description: 'Everything that was committed until this instant.' }),
      position: t.field({
        type: 'BigInt',
        description:
          'Everything that was committed until the change of this position; of a transaction all or nothing.',
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
