/** Codes of which the reason is told: how much is refused because of limits, outages and tokens. */
const withReason = new Set(['RATE_LIMITED', 'UNAVAILABLE', 'UNAUTHENTICATED']);

interface Extensions {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly rule?: unknown;
  readonly violations?: unknown;
}

/** Words of ours and nothing that a caller sends: they stand in logs and in labels of metrics. */
const isWord = (value: unknown): value is string => typeof value === 'string' && /^[A-Z_]{1,40}$/.test(value);

/** Why an operation is refused, in a word: the reason of its error, or the first rule that was broken. */
export function refusalReason({ reason, rule, violations }: Extensions = {}): string | undefined {
  const [first]: readonly unknown[] = Array.isArray(violations) ? violations : [];
  const broken = typeof first === 'object' && first !== null && 'rule' in first ? first.rule : undefined;
  return [reason, rule, broken].find(isWord);
}

/** The labels of an error as a caller sees it: its code and, for some codes, its reason. */
export function refusalLabels({ code, reason, rule }: Extensions = {}): {
  readonly code: string;
  readonly reason: string;
} {
  const name = typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
  const why = withReason.has(name) ? (reason ?? rule) : undefined;
  return { code: name, reason: isWord(why) ? why : '' };
}
