/** Ends a command with a message for the person who typed it. Anything else that is thrown is a defect. */
export class CliError extends Error {
  /** 1: it could not be done; 2: it was typed wrongly. */
  readonly exitCode: number;
  /** Lines below the message: what to do about it. */
  readonly advice: readonly string[];

  constructor(message: string, options: { readonly advice?: readonly string[]; readonly exitCode?: number } = {}) {
    super(message);
    this.name = 'CliError';
    this.exitCode = options.exitCode ?? 1;
    this.advice = options.advice ?? [];
  }
}

/** The command was typed wrongly. */
export const usageError = (message: string, ...advice: string[]): CliError =>
  new CliError(message, { advice, exitCode: 2 });

/** Runs a command whose exit code is its answer: 2 when there is none. */
export async function answering(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CliError) throw new CliError(error.message, { advice: error.advice, exitCode: 2 });
    throw error;
  }
}
