/** HTTP statuses of errors that concern a request as a whole. */
const statuses: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};

const codes = new Map(Object.entries(statuses).map(([code, status]) => [status, code]));
codes.set(400, 'BAD_REQUEST'); // Nothing is known yet of what the caller wants.

/** The status of an error of the catalog; of a defect when the code is none of them. */
export const statusOf = (code: string): number => statuses[code] ?? 500;

/** The code of what the HTTP server itself refuses with a status. */
export const codeOf = (status: number): string => codes.get(status) ?? 'BAD_REQUEST';
