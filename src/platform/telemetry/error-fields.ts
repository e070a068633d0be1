const LONGEST_STACK = 8_192;
const LONGEST_MESSAGE = 1_024;
const MOST_CAUSES = 4;

/**
 * An error as it is logged: what it says and where it came from. Nothing else that it carries: the database adds the
 * values of rows, HTTP clients add headers with tokens.
 */
export function errorFields(error: unknown, depth = 0): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: String(error).slice(0, LONGEST_MESSAGE) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const frames = error.stack?.slice(error.stack.indexOf('\n    at ')) ?? '';
  return {
    type: error.name,
    message: withoutValues(error.message, code).slice(0, LONGEST_MESSAGE),
    ...(code !== undefined && { code }),
    stack: frames.trimStart().slice(0, LONGEST_STACK),
    ...(error.cause !== undefined && depth < MOST_CAUSES && { cause: errorFields(error.cause, depth + 1) }),
  };
}

/** Errors about values, of PostgreSQL: what their messages quote is the value, in whatever language they are. */
const DATA_EXCEPTION = /^22/;

/** PostgreSQL and JSON.parse quote what they cannot read, BigInt says it, which may be what a caller sent. */
function withoutValues(message: string, code = ''): string {
  if (DATA_EXCEPTION.test(code)) return message.replace(/"[\s\S]*"/, '"…"');
  return message
    .replace(/(, )"[\s\S]*"(?:\.\.\.)?( is not valid JSON)/, '$1"…"$2')
    .replace(/^(Cannot convert )[\s\S]*( to a BigInt)$/, '$1"…"$2');
}
