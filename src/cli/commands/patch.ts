import { readFile } from 'node:fs/promises';
import { applyPatch, type Operation } from 'rfc6902';
import { parse } from 'yaml';
import { type ChangeOptions, changeObjects } from '../change-objects.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Session } from '../session.ts';
import { findTargets } from '../targets.ts';

export interface PatchOptions extends ChangeOptions {
  readonly type: 'merge' | 'json';
  readonly patch?: string;
  readonly patchFile?: string;
}

/** `catalog patch`: changes parts of objects: by a JSON merge patch (RFC 7386) or a JSON patch (RFC 6902). */
export async function patch(session: Session, words: readonly string[], options: PatchOptions): Promise<number> {
  const given = await readPatch(options);
  if (options.type === 'merge' && !isMapping(given))
    throw usageError('a merge patch is a mapping', `for example -p '{"spec": {"cage": "C2"}}'`);
  if (options.type === 'merge')
    return changeObjects(session, await findTargets(session, words), options, (manifest) => merged(manifest, given));
  if (!Array.isArray(given)) throw usageError('a JSON patch is a list of operations', `for example ${EXAMPLE}`);
  const wrong = given.findIndex((one) => !isOperation(one));
  if (wrong !== -1)
    throw usageError(
      `operation ${wrong + 1} of the patch is none`,
      `it has "op" and a "path" that begins with /, for example ${EXAMPLE}`,
    );
  return changeObjects(session, await findTargets(session, words), options, (manifest) =>
    patched(manifest, given as Operation[]),
  );
}

const EXAMPLE = `-p '[{"op": "replace", "path": "/spec/cage", "value": "C2"}]'`;

async function readPatch({ patch: text, patchFile }: PatchOptions): Promise<unknown> {
  if ((text === undefined) === (patchFile === undefined))
    throw usageError('give the patch as -p TEXT or as --patch-file FILE');
  const read = async (file: string): Promise<string> =>
    readFile(file, 'utf8').catch((error: Error) => {
      throw new CliError(`the patch cannot be read: ${error.message}`);
    });
  try {
    return parse(text ?? (await read(patchFile ?? '')), wholeNumber, { intAsBigInt: true }) as unknown;
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw usageError(`the patch is neither JSON nor YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** As manifests have them, with which a patch compares: BigInt only beyond 2^53. */
const wholeNumber = (_key: unknown, value: unknown): unknown =>
  typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPointer = (value: unknown): boolean => typeof value === 'string' && /^(\/|$)/.test(value);

const isOperation = (value: unknown): boolean =>
  isMapping(value) &&
  typeof value.op === 'string' &&
  isPointer(value.path) &&
  (value.from === undefined || isPointer(value.from));

/** RFC 7386: members of the patch replace those of the value, and null takes them away. */
function merged(value: unknown, change: unknown): unknown {
  if (!isMapping(change)) return change;
  const next = new Map(Object.entries(isMapping(value) ? value : {}));
  for (const [name, inner] of Object.entries(change)) {
    if (inner === null) next.delete(name);
    else next.set(name, merged(next.get(name), inner));
  }
  return Object.fromEntries(next);
}

function patched(manifest: { readonly metadata: { readonly name: string } }, operations: Operation[]): unknown {
  const next = structuredClone(manifest);
  const wrong = applyPatch(next, operations).flatMap((error, at) =>
    error === null ? [] : [`operation ${at + 1}: ${error.message}`],
  );
  if (wrong.length > 0) throw new CliError(`the patch does not fit ${manifest.metadata.name}: ${wrong.join('; ')}`);
  return next;
}
