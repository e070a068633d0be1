/** There is no OpenFGA that can be used; its message says why, for the one who started the service. */
export class OpenFgaUnusableError extends Error {}

/** It is not there, or its own database is not: a moment later it may be. */
export class OpenFgaUnreachableError extends OpenFgaUnusableError {}
