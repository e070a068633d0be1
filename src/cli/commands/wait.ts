import { parseJson } from '../../catalog/manifests/json.ts';
import { type Change, changes } from '../changes.ts';
import { CliError, usageError } from '../cli-error.ts';
import { plainText, readPath } from '../json-path.ts';
import type { Session } from '../session.ts';
import { findTargets } from '../targets.ts';

export interface WaitOptions {
  readonly for: string;
  readonly namespace?: string;
  readonly project?: string;
}

/** What is waited for: that objects are there, that they are gone, or that their manifests say something. */
type Condition = 'create' | 'delete' | ((manifest: unknown) => boolean);

const ACCEPTED = `accepted: create, delete, condition=Ready, condition=Ready=False, jsonpath='{.spec.phase}'=Published`;

/** `condition=Ready` is `jsonpath='{.status.conditions[?(@.type=="Ready")].status}'=True`. */
function readCondition(text: string): Condition {
  if (text === 'create' || text === 'delete') return text;
  const [, type, status = 'True'] = /^condition=([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  const [, path, value] =
    type === undefined
      ? (/^jsonpath=(\{.*\}|[^{][^=]*)=(.*)$/s.exec(text) ?? [])
      : [undefined, `.status.conditions[?(@.type=="${type}")].status`, status];
  if (path === undefined || value === undefined) throw usageError(`'${text}' cannot be waited for`, ACCEPTED);
  const valuesOf = readPath(path);
  return (manifest) => valuesOf(manifest).some((one) => plainText(one) === value);
}

/** `catalog wait`: ends when what is waited for is so of all objects that were named; 1 when it is not so in time. */
export async function wait(session: Session, words: readonly string[], options: WaitOptions): Promise<number> {
  const { terminal } = session;
  const condition = readCondition(options.for);
  const targets = await findTargets(session, words);
  const left = new Map<string, string>(
    targets.flatMap(({ kind, names }) => {
      if (names === undefined) throw usageError(`say which ${kind.plural} are waited for, by name`);
      return names.map((name) => [`${kind.kind}/${name}`, `${kind.singular}/${name}`] as const);
    }),
  );
  const where = {
    kinds: [...new Set(targets.map(({ kind }) => kind.kind))],
    names: [...new Set(targets.flatMap(({ names = [] }) => names))],
  };
  // By kind and name, and of several that are called alike by uid: what is waited for is to be so of all of them.
  const found = new Map<string, Map<string, boolean>>([...left.keys()].map((key) => [key, new Map()]));
  const isSo = (object: Change['object']): boolean =>
    typeof condition === 'string' || condition(parseJson(object?.manifest ?? ''));
  const settle = async (): Promise<void> => {
    const waited = [...left].map(([key, name]) => ({ key, name, own: [...(found.get(key)?.values() ?? [])] }));
    const absent = waited.filter(({ own }) => own.length === 0);
    if (typeof condition !== 'string' && absent.length > 0)
      throw new CliError(`${absent.map(({ name }) => name).join(', ')} not found`);
    const settled = condition === 'delete' ? absent : waited.filter(({ own }) => own.length > 0 && own.every(Boolean));
    for (const { key, name } of settled) {
      left.delete(key);
      if (terminal.isQuiet) continue;
      await terminal.print(`${name} ${typeof condition === 'string' ? `${condition}d` : 'condition met'}\n`);
    }
  };
  const wanted = { where, format: 'JSON', initial: true } as const;
  const late = session.timeoutMs === 0 ? undefined : AbortSignal.timeout(session.timeoutMs);
  let isComplete = false;
  for await (const change of changes(await session.client(), wanted, terminal.note, late)) {
    const { type, kind, uid, object } = change;
    // What is there is told first; until then nothing is known of what is not.
    if (type === 'RESET') {
      isComplete = false;
      for (const own of found.values()) own.clear();
    } else if (type === 'BOOKMARK') isComplete = true;
    else if (object !== null && isIn(options, object)) {
      const own = found.get(`${kind}/${object.name}`);
      if (type === 'DELETED') own?.delete(uid ?? '');
      else own?.set(uid ?? '', isSo(object));
    }
    if (isComplete) await settle();
    if (left.size === 0) return 0;
  }
  throw new CliError(`${[...left.values()].join(', ')}: not so within ${session.timeoutMs / 1_000} s`, {
    advice: ['--timeout 0 waits for as long as it takes'],
  });
}

const isIn = ({ namespace, project }: WaitOptions, object: NonNullable<Change['object']>): boolean =>
  (namespace === undefined || object.namespace === null || object.namespace === namespace) &&
  (project === undefined || object.project === null || object.project === project);
