/** Errors of answers that the test has not looked at so far, with what was asked. */
const unread = new Set<string>();

interface Asked {
  readonly query: string;
  readonly variables: object;
  readonly response: Response;
}

/** An answer whose errors fail the test, unless it looks at them. */
export function watchErrors<T extends { readonly errors?: readonly unknown[] }>(answer: T, asked: Asked): T {
  const { errors } = answer;
  if (errors === undefined) return answer;
  const { status, headers } = asked.response;
  const told = [
    `errors that the test does not look at (status ${status}, request ${headers.get('x-request-id')}):`,
    ...errors.map((error) => JSON.stringify(error)),
    asked.query,
    JSON.stringify(asked.variables).slice(0, 2_000),
  ].join('\n');
  unread.add(told);
  return {
    ...answer,
    get errors() {
      unread.delete(told);
      return errors;
    },
  };
}

/** Fails when a test has not looked at the errors of an answer. */
export function failOnUnread(): void {
  const all = [...unread];
  unread.clear();
  if (all.length > 0) throw new Error(all.join('\n\n'));
}
