import type { Command, Option } from 'commander';
import { personas } from '../../platform/authn/personas.ts';
import { CliError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import { plannable } from '../commands/plan.ts';
import { getKindInfo, type KindInfo } from '../kind-info.ts';
import { loadManifestInfo } from '../manifest-info.ts';
import type { Session } from '../session.ts';

interface Candidate {
  readonly word: string;
  readonly description: string;
}

interface Completion {
  readonly candidates: readonly Candidate[];
  readonly also: 'files' | 'folders' | 'nothing';
}

const nothing: Completion = { candidates: [], also: 'nothing' };
const offer = (candidates: readonly Candidate[]): Completion => ({ candidates, also: 'nothing' });

/** Answers the shell scripts with candidates for the last word. Never fails; requests to the service have a short timeout. */
export async function complete(program: Command, session: Session, words: readonly string[]): Promise<number> {
  const found = await candidatesOf(program, session, words).catch((error: unknown) => {
    if (error instanceof CliError) return nothing;
    throw error;
  });
  const current = words.at(-1) ?? '';
  const fitting = found.candidates.filter(({ word }) => word.startsWith(current));
  const lines = fitting.map(({ word, description }) => `${word}\t${description.split('\n')[0] ?? ''}\n`);
  await session.terminal.print(`${lines.join('')}:${found.also}\n`);
  return 0;
}

const takesValue = (option: Option): boolean => option.required || option.optional;

async function candidatesOf(program: Command, session: Session, words: readonly string[]): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  let command: Command | undefined;
  const positionals: string[] = [];
  let open: Option | undefined;
  for (const word of before) {
    const options = [...program.options, ...(command?.options ?? [])];
    if (open !== undefined) open = undefined;
    else if (word.startsWith('-')) {
      const option = options.find(({ short, long }) => word === short || word === long);
      open = option !== undefined && takesValue(option) ? option : undefined;
    } else {
      const found =
        positionals.length === 0 ? (command ?? program).commands.find((one) => one.name() === word) : undefined;
      if (found !== undefined) command = found;
      else positionals.push(word);
    }
  }
  if (open !== undefined) return valuesOf(open, session, current);
  if (current.startsWith('-')) {
    const options = [...(command?.options ?? []), ...program.options].filter(({ hidden }) => !hidden);
    return offer(options.flatMap(({ long, description }) => (long ? [{ word: long, description }] : [])));
  }
  if (command === undefined || command.commands.length > 0) {
    if (positionals.length > 0) return nothing;
    const shown = program.createHelp().visibleCommands(command ?? program);
    return offer(shown.map((one) => ({ word: one.name(), description: one.summary() || one.description() })));
  }
  return argumentsOf(command, session, positionals, current);
}

async function valuesOf(option: Option, session: Session, current: string): Promise<Completion> {
  if (option.argChoices !== undefined) return offer(option.argChoices.map((word) => ({ word, description: '' })));
  if (option.long === '--directory') return { candidates: [], also: 'folders' };
  if (option.long === '--filename' || option.long === '--variables' || option.long === '--patch-file')
    return { candidates: [], also: 'files' };
  if (option.long === '--context') return offer(await contextCandidates(session));
  if (option.long === '--as') return offer(personaCandidates);
  if (option.long === '--region') return offer(await names(await session.client(), 'Region', current));
  if (option.long === '--project') return offer(await names(await session.client(), 'Project', current));
  return nothing;
}

async function argumentsOf(
  command: Command,
  session: Session,
  positionals: readonly string[],
  current: string,
): Promise<Completion> {
  switch (command.name()) {
    case 'get':
    case 'describe':
    case 'label':
    case 'annotate':
    case 'patch':
    case 'edit':
    case 'wait':
    case 'history':
    case 'delete':
      return objectsOf(session, positionals, current);
    case 'publish':
    case 'roll-back':
    case 'compare':
      return revisionsOf(session, positionals, current);
    case 'can-i':
    case 'who-can':
      return positionals.length === 0 ? offer(verbCandidates) : objectsOf(session, positionals.slice(1), current);
    case 'explain':
      if (current.includes('.')) return offer(await membersOf(session, current));
      return offer(kindCandidates(await session.kinds(), ''));
    case 'export':
      return offer(kindCandidates(await session.kinds(), ''));
    case 'enable':
    case 'disable':
      return positionals.length === 0 ? offer(await names(await session.client(), 'Service', current)) : nothing;
    case 'deploy':
    case 'upgrade':
    case 'retire':
      return offer(await registryNames(session, command.name(), positionals, current));
    case 'plan':
      return positionals[0] === undefined
        ? offer(Object.entries(plannable).map(([word, description]) => ({ word, description })))
        : offer(await registryNames(session, positionals[0], positionals.slice(1), current));
    case 'report':
      return positionals.length === 0 ? offer(await names(await session.client(), 'Deployment', current)) : nothing;
    case 'trace':
      return positionals.length === 0 ? offer(await names(await session.client(), 'Port', current)) : nothing;
    case 'elevation':
      return positionals.length === 0 ? offer(await names(await session.client(), 'Rack', current)) : nothing;
    case 'impact':
    case 'depends-on':
      return objectsOf(session, positionals, current);
    case 'graph':
      return positionals.length === 0
        ? offer([{ word: 'services', description: 'what they import and use' }])
        : offer(await names(await session.client(), 'Service', current));
    case 'approve':
    case 'deny':
      return offer(await names(await session.client(), 'ServiceConsumer', current));
    case 'query':
      return { candidates: [], also: 'files' };
    case 'token':
      return positionals.length === 0 ? offer(personaCandidates) : nothing;
    case 'use-context':
    case 'set-context':
    case 'delete-context':
    case 'rename-context':
      return positionals.length === 0 ? offer(await contextCandidates(session)) : nothing;
    case 'completion':
      return offer((command.registeredArguments[0]?.argChoices ?? []).map((word) => ({ word, description: '' })));
    case 'help':
      return offer(
        (command.parent?.commands ?? []).map((one) => ({ word: one.name(), description: one.description() })),
      );
    default:
      return nothing;
  }
}

/** The members of manifests that a path is on its way to: `rack.spec.h` → `rack.spec.heightU`. */
async function membersOf(session: Session, current: string): Promise<Candidate[]> {
  const [word = ''] = current.split('.');
  const { members } = await loadManifestInfo(await session.client(), getKindInfo(await session.kinds(), word));
  const depth = current.split('.').length;
  return members
    .filter(({ path }) => path.split('.').length === depth - 1)
    .map(({ path, description }) => ({ word: `${word}.${path}`, description }));
}

/** What the words of `deploy`, `upgrade`, `retire` and of plans are names of. */
async function registryNames(
  session: Session,
  what: string,
  positionals: readonly string[],
  current: string,
): Promise<readonly Candidate[]> {
  const kinds: Readonly<Record<string, readonly string[]>> = {
    deploy: ['Service', 'Region'],
    primary: ['Service', 'Region'],
    upgrade: ['Service'],
    retire: ['Service'],
    import: ['ServiceVersion', 'ServiceVersion'],
    publish: ['ServiceVersion'],
    open: ['Region'],
    close: ['Region'],
  };
  const kind = kinds[what]?.[positionals.length];
  return kind === undefined ? [] : names(await session.client(), kind, current);
}

/** `KIND`, `KIND,KIND`, `KIND NAME…`, `KIND/NAME…`. */
async function objectsOf(session: Session, positionals: readonly string[], current: string): Promise<Completion> {
  const kinds = await session.kinds();
  const slash = current.indexOf('/');
  if (slash > 0) {
    const word = current.slice(0, slash);
    const found = await names(await session.client(), getKindInfo(kinds, word).kind, current.slice(slash + 1));
    return offer(found.map((one) => ({ ...one, word: `${word}/${one.word}` })));
  }
  const [first] = positionals;
  if (first === undefined || first.includes('/')) {
    const comma = current.lastIndexOf(',') + 1;
    return offer(kindCandidates(kinds, current.slice(0, comma)));
  }
  const found = await names(await session.client(), getKindInfo(kinds, first).kind, current);
  return offer(found.filter(({ word }) => !positionals.includes(word)));
}

/** `NAME…`, `serviceconfiguration/NAME…` or `service/NAME`. */
async function revisionsOf(session: Session, positionals: readonly string[], current: string): Promise<Completion> {
  if (current.includes('/')) return objectsOf(session, [], current);
  const found = await names(await session.client(), 'ServiceConfiguration', current);
  return offer(found.filter(({ word }) => !positionals.includes(word)));
}

const contextCandidates = async ({ contextFile }: Session): Promise<Candidate[]> =>
  (await contextFile.read()).all.map(({ name, server }) => ({ word: name, description: server }));

const personaCandidates: readonly Candidate[] = personas.map(({ name, title }) => ({ word: name, description: title }));

const verbCandidates: readonly Candidate[] = ['get', 'list', 'watch', 'create', 'update', 'delete'].map((word) => ({
  word,
  description: '',
}));

const kindCandidates = (kinds: readonly KindInfo[], prefix: string): Candidate[] =>
  kinds.map(({ plural, description }) => ({ word: `${prefix}${plural}`, description }));

const NAMES = `query CatalogNames($kind: String!, $prefix: String!) {
  objects(kinds: [$kind], first: 100, where: { name: { startsWith: $prefix } }) { nodes { name } } }`;

async function names(client: Client, kind: string, prefix: string): Promise<Candidate[]> {
  const { objects } = await client.execute<{ objects: { nodes: { name: string }[] } }>(NAMES, { kind, prefix });
  return [...new Set(objects.nodes.map(({ name }) => name))].map((word) => ({ word, description: kind }));
}
