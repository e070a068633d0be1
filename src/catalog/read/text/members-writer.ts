import { fixed, type TextOut } from './text-out.ts';

/** Writes something of what is at hand; a promise where others have their turn meanwhile. */
export type WriteOf<At> = (out: TextOut, at: At) => Promise<void> | undefined;

export interface Member<At> {
  readonly key: string;
  readonly write: WriteOf<At>;
}

const closed = fixed('}');
const empty = fixed('{}');

/** Writes a JSON object: its members one after another, each with its key. */
export function membersWriter<At>(members: readonly Member<At>[]): WriteOf<At> {
  const prefixes = members.map(({ key }, index) => fixed(`${index === 0 ? '{' : ','}${JSON.stringify(key)}:`));
  const end = members.length === 0 ? empty : closed;
  // What goes on later is no closure of the loop: each turn of it would make one more object, for each member of each row.
  const goOn = (wait: Promise<void>, index: number, out: TextOut, at: At): Promise<void> =>
    wait.then(() => from(index, out, at));
  const from = (first: number, out: TextOut, at: At): Promise<void> | undefined => {
    for (let index = first; index < members.length; index++) {
      const prefix = prefixes[index];
      if (prefix !== undefined) out.raw(prefix);
      const wait = members[index]?.write(out, at);
      if (wait !== undefined) return goOn(wait, index + 1, out, at);
    }
    out.raw(end);
    return undefined;
  };
  return (out, at) => from(0, out, at);
}

/** Writes the same whatever is at hand. */
export function always(value: unknown): (out: TextOut) => undefined {
  const bytes = fixed(JSON.stringify(value));
  return (out) => {
    out.raw(bytes);
  };
}
