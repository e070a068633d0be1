import { parseJson, stringifyJson } from '../catalog/manifests/json.ts';
import { sendApply } from './apply-request.ts';
import { CliError, usageError } from './cli-error.ts';
import { applied, refused } from './commands/apply.ts';
import { placeIn } from './kind-info.ts';
import { listPages, namedObjects } from './objects.ts';
import type { Session } from './session.ts';
import type { Target } from './targets.ts';

/** A manifest as it is worked on; its `resourceVersion` makes sure that nobody else's change is lost. */
export interface Manifest {
  readonly [member: string]: unknown;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
}

export interface ChangeOptions {
  readonly namespace?: string;
  readonly project?: string;
  readonly selector?: string;
  readonly all?: true;
  readonly validateOnly?: true;
}

/** The objects that a command names, by name, by label or all of a kind; all that are named have to be there. */
async function objectsToChange(
  session: Session,
  targets: readonly Target[],
  options: ChangeOptions,
): Promise<readonly { readonly source: string; readonly manifest: Manifest }[]> {
  const { selector, all } = options;
  const client = await session.client();
  const found: { source: string; manifest: Manifest }[] = [];
  for (const target of targets) {
    const { kind, names } = target;
    if (names === undefined && selector === undefined && all !== true)
      throw usageError(`say which ${kind.plural}: by name, by -l, or --all`);
    const list = { ...placeIn(kind, options), selector, format: 'JSON', isBare: false, isOwn: true } as const;
    const missing: string[] = [];
    const pages =
      names === undefined
        ? listPages(client, target, list)
        : namedObjects(client, { kind, names }, list, ({ message }) => missing.push(message));
    for await (const page of pages)
      for (const { name, manifest } of page)
        found.push({ source: `${kind.singular}/${name}`, manifest: parseJson(manifest) as Manifest });
    if (missing.length > 0) throw new CliError(missing.join('; '));
  }
  return found;
}

/** Changes each object that a command names, all of them or none; 1 when something is refused. */
export async function changeObjects(
  session: Session,
  targets: readonly Target[],
  options: ChangeOptions,
  change: (manifest: Manifest) => unknown,
): Promise<number> {
  const { terminal } = session;
  const isTrial = options.validateOnly === true;
  const objects = await objectsToChange(session, targets, options);
  if (objects.length === 0) {
    terminal.note('No objects found.');
    return 0;
  }
  const files = objects.map(({ source, manifest }) => ({ source, content: stringifyJson(change(manifest)) }));
  const payload = await sendApply(await session.client(), files, { validateOnly: isTrial });
  if (payload.userErrors.length > 0) {
    // Nobody has seen the text in which a line and a column would be.
    const userErrors = payload.userErrors.map((error) => ({ ...error, source: null }));
    return refused({ ...payload, userErrors }, [], terminal);
  }
  return applied(payload, isTrial, terminal);
}
