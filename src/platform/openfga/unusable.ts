/** There is no OpenFGA that can be used; its message says why, for the one who started the service. */
export class OpenFgaUnusableError extends Error {}
