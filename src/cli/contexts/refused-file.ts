import { CliError } from '../cli-error.ts';

/** The operating system does not let a file of contexts or sign-ins be read or written. */
export class RefusedFileError extends CliError {}

/** `EROFS: read-only file system, open '/a'` → `read-only file system`. */
const reasonOf = ({ message }: Error): string => /^\w+: ([^,]+)/.exec(message)?.[1] ?? message;

/** Does something with a file, or says which one cannot be had so, and why: the folder is read-only, the disk is full. */
export async function withFile<Result>(
  path: string,
  use: 'read' | 'written',
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new RefusedFileError(`${path} cannot be ${use}: ${reasonOf(error)}`, {
      advice: ['CATALOG_CONFIG_DIR names another folder for contexts and sign-ins'],
    });
  }
}
