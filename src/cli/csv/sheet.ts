/** One column of a spreadsheet: where its values go in a manifest, and what people call it. */
export interface SheetColumn {
  /** What it is called in exports and mapping files. */
  readonly heading: string;
  /** Path in the manifest: `spec.siteRef.name`, `spec.endpoints[0].name`. */
  readonly path: string;
  /** What else people call it; case, spaces and punctuation do not matter. */
  readonly also?: readonly string[];
  readonly isNumber?: true;
  /** It holds yes or no. */
  readonly isYesOrNo?: true;
  /** The words that it may hold, whatever their case. */
  readonly words?: readonly string[];
  /** Without it a row says nothing. */
  readonly isRequired?: true;
  /** Objects of these kinds alone have it. */
  readonly kinds?: readonly string[];
  /** It is a part of what the column of this path says: in a row without that, a default of it is meant for others. */
  readonly partOf?: string;
  /** It goes into no manifest: it helps to find the port that another column names. */
  readonly isAside?: true;
}

/** A port that a row may name by what is written on the device: paths of the columns. */
export interface PortOnDevice {
  /** Name of the port; with a device beside it, its name on the device. */
  readonly port: string;
  readonly device: string;
  readonly kind: string;
  /** Path that is `Port` where it is a port and nothing else. */
  readonly isPortBy?: string;
}

/** What a row says, by path. */
export type Cell = string | number | bigint | boolean;
export type Row = ReadonlyMap<string, Cell>;

/** A form of spreadsheet: rows are objects of some kinds. */
export interface Sheet {
  readonly name: string;
  readonly description: string;
  /** The kinds of its objects, as they are listed for an export. */
  readonly kinds: readonly string[];
  readonly columns: readonly SheetColumn[];
  /** Ports that a row refers to. */
  readonly ports?: readonly PortOnDevice[];
  /** Name of the object, where no column says it. */
  readonly nameOf?: (row: Row) => string | undefined;
  /** The group in which the manifest of a row is written. */
  readonly groupOf: (kind: string, row: Row) => string;
  /** Its rows say something more of objects that the catalog has. */
  readonly isOfExisting?: true;
  /** Objects that do not fit into a row of it, when it is exported. */
  readonly leavesOut?: (manifest: Manifest) => boolean;
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Headings are the same whatever their case, spaces and punctuation. */
export const plain = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');

/** Every row of a sheet asks the same of the same few columns. */
export const onceFor = <Key, Value>(workOut: (key: Key) => Value): ((key: Key) => Value) => {
  const known = new Map<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key) ?? { value: workOut(key) };
    known.set(key, found);
    return found.value;
  };
};

/** What follows is the key of a label, with dots of its own: `metadata.labels.example.com/tier`. */
export const LABELS = 'metadata.labels.';

/** `spec.endpoints[0].name` → `spec`, `endpoints`, 0, `name`. */
const stepsOf = onceFor((path: string): readonly (string | number)[] =>
  path.startsWith(LABELS)
    ? ['metadata', 'labels', path.slice(LABELS.length)]
    : path.split(/[.[\]]+/).flatMap((step) => (step === '' ? [] : [/^\d+$/.test(step) ? Number(step) : step])),
);

interface Container {
  [step: string | number]: unknown;
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** Puts a value where a path says. */
export function putAt(target: object, path: string, value: unknown): void {
  const steps = stepsOf(path);
  let here = target as Container;
  for (const [index, step] of steps.entries()) {
    if (index === steps.length - 1) here[step] = value;
    else {
      const next = here[step] ?? (typeof steps[index + 1] === 'number' ? [] : {});
      here[step] = next;
      here = next as Container;
    }
  }
}

export const valueAt = (from: unknown, path: string): unknown =>
  stepsOf(path).reduce<unknown>((here, step) => (isContainer(here) ? here[step] : undefined), from);
