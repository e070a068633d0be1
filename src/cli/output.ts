import { InvalidArgumentError } from 'commander';

export const outputFormats = ['table', 'wide', 'yaml', 'json', 'name'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** What `get -o` takes: a format, or what is to be printed of each object. */
export interface Output {
  readonly format: OutputFormat | 'elevation' | 'jsonpath' | 'custom-columns';
  /** What stands behind the `=`. */
  readonly text?: string;
}

/** Words to complete `-o` with. */
export const outputWords = [...outputFormats, 'elevation', 'jsonpath=', 'custom-columns='] as const;

const accepted = `Accepted: ${outputFormats.join(', ')}, elevation (of racks), jsonpath={…}, custom-columns=NAME:.path,….`;

/** `wide`, `jsonpath={.metadata.name}`, `custom-columns=NAME:.metadata.name,SITE:.spec.siteRef.name`. */
export function readOutput(word: string): Output {
  const [, name = word, text] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
  if (name.startsWith('go-template'))
    throw new InvalidArgumentError(
      'Templates of Go are not read; jsonpath={…} prints parts of objects, or -o json with jq.',
    );
  if (name === 'jsonpath' || name === 'custom-columns') {
    if (text === undefined || text === '')
      throw new InvalidArgumentError(`What is to be printed is missing. ${accepted}`);
    return { format: name, text };
  }
  if (word === 'elevation') return { format: word };
  const format = outputFormats.find((one) => one === word);
  if (format === undefined) throw new InvalidArgumentError(accepted);
  return { format };
}

/** Whether people read it, and are told what it leaves out. */
export const isForPeople = ({ format }: Output): boolean =>
  format === 'table' || format === 'wide' || format === 'name';
