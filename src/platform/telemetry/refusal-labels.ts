/** Codes of which the reason is told: how much is refused because of limits, outages and tokens. */
const withReason = new Set(['RATE_LIMITED', 'UNAVAILABLE', 'UNAUTHENTICATED']);

interface Extensions {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly rule?: unknown;
}

/** The labels of an error as a caller sees it: its code and, for some codes, its reason. */
export function refusalLabels({ code, reason, rule }: Extensions = {}): {
  readonly code: string;
  readonly reason: string;
} {
  const name = typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
  const why = withReason.has(name) ? (reason ?? rule) : undefined;
  return { code: name, reason: typeof why === 'string' && /^[A-Z_]{1,40}$/.test(why) ? why : '' };
}
