/** Names of operations as labels of metrics: so many at most, whatever clients call theirs. */
export interface OperationNames {
  /** The name itself, or `other` when there are enough; a stranger's name counts only if somebody else has it too. */
  labelOf(name: string | undefined, isStranger: boolean): string;
}

const LONGEST_NAME = 64;

/** A name as it may stand in a log or a label. */
export const shortName = (name: string): string => name.slice(0, LONGEST_NAME);

export function createOperationNames(most: number): OperationNames {
  const known = new Set<string>();
  return {
    labelOf: (name, isStranger) => {
      if (name === undefined) return 'unnamed';
      const short = shortName(name);
      if (known.has(short)) return short;
      if (isStranger || known.size >= most) return 'other';
      known.add(short);
      return short;
    },
  };
}
