import { parseJson, stringifyJson } from '../catalog/manifests/json.ts';
import { type ApplyPayload, countsText, sendApply } from './apply-request.ts';
import { CliError, usageError } from './cli-error.ts';
import { printResults, refused } from './commands/apply.ts';
import { listPages } from './objects.ts';
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
export async function objectsToChange(
  session: Session,
  targets: readonly Target[],
  { selector, namespace, project, all }: ChangeOptions,
): Promise<readonly { readonly source: string; readonly manifest: Manifest }[]> {
  const client = await session.client();
  const found: { source: string; manifest: Manifest }[] = [];
  for (const target of targets) {
    const { kind, names } = target;
    if (names === undefined && selector === undefined && all !== true)
      throw usageError(`say which ${kind.plural}: by name, by -l, or --all`);
    const place = {
      namespace: kind.namespaced ? namespace : undefined,
      project: kind.inProject ? project : undefined,
    };
    const list = { ...place, selector, format: 'JSON', isBare: false, isOwn: true } as const;
    const before = found.length;
    for await (const page of listPages(client, target, list))
      for (const { name, manifest } of page)
        found.push({ source: `${kind.singular}/${name}`, manifest: parseJson(manifest) as Manifest });
    const there = new Set(found.slice(before).map(({ manifest }) => manifest.metadata.name));
    const missing = (names ?? [])
      .filter((name) => !there.has(name))
      .map((name) => `${kind.singular} '${name}' not found`);
    if (missing.length > 0) throw new CliError(missing.join('; '));
  }
  return found;
}

/** Applies manifests that were worked on, all of them or none. */
export async function applyChanged(
  session: Session,
  changed: readonly { readonly source: string; readonly manifest: unknown }[],
  validateOnly: boolean,
): Promise<ApplyPayload> {
  const files = changed.map(({ source, manifest }) => ({ source, content: stringifyJson(manifest) }));
  return sendApply(await session.client(), files, { validateOnly });
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
  const changed = objects.map(({ source, manifest }) => ({ source, manifest: change(manifest) }));
  const payload = await applyChanged(session, changed, isTrial);
  if (payload.userErrors.length > 0) {
    // Nobody has seen the text in which a line and a column would be.
    const userErrors = payload.userErrors.map((error) => ({ ...error, source: null }));
    return refused({ ...payload, userErrors }, [], terminal);
  }
  if (!terminal.isQuiet) {
    await printResults(payload, isTrial, terminal);
    terminal.note(`${countsText(payload.counts)}${isTrial ? '; only validated, nothing was written' : ''}`);
  }
  return 0;
}
