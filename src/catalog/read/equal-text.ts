/** A text that is the same for equal values: as JSON, in which a 64-bit number and what is not there differ from every other value. */
export function equalText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(equalText).join()}]`;
      return `{${Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${equalText(member)}`)}}`;
    default:
      return String(value);
  }
}
