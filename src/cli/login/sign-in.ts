import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { withLock } from '../contexts/file-lock.ts';
import { readIfThere, writePrivately } from '../contexts/private-file.ts';
import { withFile } from '../contexts/refused-file.ts';

/** What a sign-in has given: kept for the next commands, for their owner's eyes only. */
export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  /** Who signed in, as the provider names them. */
  readonly subject?: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** In milliseconds since the epoch; absent when the provider does not say. */
  readonly expiresAt?: number;
}

/** The sign-ins of contexts, one file each. */
export interface SignIns {
  read(context: string): Promise<SignIn | undefined>;
  write(context: string, signIn: SignIn): Promise<void>;
  remove(context: string): Promise<void>;
  /** Runs what may use up the refresh token: one command at a time. */
  exclusively<Result>(context: string, run: () => Promise<Result>): Promise<Result>;
}

export function openSignIns(folder: string): SignIns {
  const pathOf = (context: string): string => join(folder, 'sign-ins', `${context}.json`);
  return {
    read: async (context) => {
      const text = await readIfThere(pathOf(context));
      if (text === undefined) return undefined;
      try {
        return asSignIn(JSON.parse(text));
      } catch {
        throw new CliError(`${pathOf(context)} cannot be read`, {
          advice: [`sign in again: catalog login --context ${context}`],
        });
      }
    },
    write: (context, signIn) => writePrivately(pathOf(context), `${JSON.stringify(signIn, undefined, 2)}\n`),
    remove: (context) => withFile(pathOf(context), 'written', () => rm(pathOf(context), { force: true })),
    exclusively: (context, run) => withLock(`${pathOf(context)}.lock`, run),
  };
}

function asSignIn(value: unknown): SignIn {
  const { issuer, clientId, accessToken } = value as Partial<Record<keyof SignIn, unknown>>;
  if ([issuer, clientId, accessToken].every((one) => typeof one === 'string')) return value as SignIn;
  throw new Error('incomplete');
}
