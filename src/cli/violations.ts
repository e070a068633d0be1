import type { Terminal } from './terminal.ts';

/** A broken rule as `apply` and `delete` report it. */
export interface UserError {
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  readonly subject: string | null;
  readonly value: string | null;
  readonly accepted: string | null;
  readonly source: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** What would have to be the case. */
  readonly missing?: readonly { readonly object: string; readonly field: string | null; readonly needed: string }[];
}

export const USER_ERROR_FIELDS =
  'code message field subject value accepted source line column missing { object field needed }';

/** Whether a text has these words, and not as a part of longer ones: `mail/Box` does not stand in `mail/Boxes`. */
function stands(words: string, text: string): boolean {
  const literal = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w./-])${literal}(?![\\w/-]|\\.\\w)`).test(text);
}

/** `UNKNOWN_FIELD spec.heigthU: unknown field 'heigthU'; did you mean 'heightU'?` */
export function reasonText({ code, message, field, accepted }: UserError): string {
  const where = field === null || field === '' ? '' : ` ${field}`;
  const isSaid = accepted === null || stands(accepted, message) || message.includes('did you mean');
  return `${code}${where}: ${message}${isSaid ? '' : ` (accepted: ${accepted})`}`;
}

/** `a.yaml:12:5: Rack/a14 refused: UNKNOWN_FIELD spec.heigthU: unknown field 'heigthU'; did you mean 'heightU'?` */
export function violationLine(error: UserError, terminal: Terminal): string {
  const { subject, source, line, column } = error;
  const place = source === null ? '' : `${[source, line, column].filter((part) => part !== null).join(':')}: `;
  const who = subject === null ? '' : `${subject} `;
  return `${place}${who}${terminal.paint('red', 'refused', 'stderr')}: ${reasonText(error)}`;
}

/** What may be a mistake in what was accepted. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

export const warningLines = (warnings: readonly Warning[]): string[] =>
  warnings.map(({ code, message }) => `warning: ${code}: ${message}`);

/** Warnings that came with an answer. */
export function noteWarnings(warnings: readonly Warning[], terminal: Terminal): void {
  for (const line of warningLines(warnings)) terminal.note(line);
}

/** All of them, in the order of the files and of the places in them. */
export function noteViolations(errors: readonly UserError[], sources: readonly string[], terminal: Terminal): void {
  const rank = ({ source }: UserError): number => (source === null ? sources.length : sources.indexOf(source));
  const sorted = errors.toSorted(
    (a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  for (const error of sorted) {
    terminal.note(violationLine(error, terminal));
    for (const { object, field: path, needed } of error.missing ?? []) {
      terminal.note(`  missing: ${object}: ${path === null ? '' : `${path} `}${needed}`);
    }
  }
}
