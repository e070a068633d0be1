import { sendApply } from '../apply-request.ts';
import { CliError, usageError } from '../cli-error.ts';
import { placeIn } from '../kind-info.ts';
import { namedObjects } from '../objects.ts';
import { openEditedFile } from '../open-editor.ts';
import type { Session } from '../session.ts';
import { oneTarget, type Target } from '../targets.ts';
import { reasonText, type UserError, violationLine } from '../violations.ts';
import { applied } from './apply.ts';

export interface EditOptions {
  readonly namespace?: string;
  readonly project?: string;
}

/**
 * `catalog edit KIND/NAME`: opens the manifest in an editor and applies what was saved. What is refused is opened again with
 * the reasons above it, until it is applied or saved without a change.
 */
export async function edit(session: Session, words: readonly string[], options: EditOptions): Promise<number> {
  const { terminal } = session;
  const { kind, name } = await oneTarget(session, words);
  if (name === undefined) throw usageError('say which one', `for example catalog edit ${kind.singular}/NAME`);
  const original = await manifestOf(session, { kind, names: [name] }, options);
  const file = await openEditedFile(session.editor, `${kind.singular}-${name.replaceAll('/', '-')}.yaml`);
  let reasons: readonly UserError[] = [];
  for (let text = original; ; ) {
    const next = withoutHead(await file.edit(`${headOf(reasons)}${text}`));
    if (next === text || next === original || next.trim() === '') break;
    const files = [{ source: file.path, content: next }];
    const payload = await sendApply(await session.client(), files, { validateOnly: false, ...options }).catch(
      (error: unknown) => {
        terminal.note(`what you saved is in ${file.path}`);
        throw error;
      },
    );
    if (payload.userErrors.length === 0) {
      await file.remove();
      return applied(payload, false, terminal);
    }
    reasons = payload.userErrors;
    for (const reason of reasons) terminal.note(violationLine({ ...reason, source: null }, terminal));
    text = next;
  }
  const isGivenUp = reasons.length > 0;
  if (!isGivenUp) await file.remove();
  terminal.note(isGivenUp ? `nothing was written; what you saved is in ${file.path}` : 'nothing was changed');
  return isGivenUp ? 1 : 0;
}

/** With its `resourceVersion`, so that nobody else's change is lost. */
async function manifestOf(
  session: Session,
  target: Target & { readonly names: readonly string[] },
  options: EditOptions,
): Promise<string> {
  const { kind, names } = target;
  const list = { ...placeIn(kind, options), format: 'YAML', isBare: false } as const;
  const isMissing = (error: CliError): never => {
    throw error;
  };
  const found = [];
  for await (const page of namedObjects(await session.client(), target, list, isMissing)) found.push(...page);
  const [one, another] = found;
  if (one !== undefined && another === undefined) return one.manifest;
  throw new CliError(`several ${kind.plural} are called '${names.join()}'`, {
    advice: ['say which by --namespace or --project'],
  });
}

function headOf(reasons: readonly UserError[]): string {
  const lines =
    reasons.length === 0
      ? ['Save what you want to have applied. Save it unchanged or empty to leave all as it is.']
      : ['This was refused. Change it and save again; save it unchanged to give up.', ...reasons.map(reasonText)];
  const comments = lines.flatMap((line) => line.split('\n')).map((line) => `# ${line}\n`);
  return `${comments.join('')}#\n`;
}

const withoutHead = (text: string): string => text.replace(/^(?:#.*\n)+/, '');
