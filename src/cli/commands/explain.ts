import { hint } from '../../catalog/values/nearest.ts';
import { CliError } from '../cli-error.ts';
import type { KindInfo } from '../kind-info.ts';
import { loadManifestInfo, type ManifestInfo, type Member } from '../manifest-info.ts';
import type { Session } from '../session.ts';
import { explainGraph } from './explain-graph.ts';
import { readPath, section, wrap } from './explain-text.ts';

export interface ExplainOptions {
  readonly graphql?: true;
  readonly recursive?: true;
}

/** `catalog explain rack.spec.siteRef`: what a manifest of a kind may say, and what `apply` takes there. */
export async function explain(session: Session, word: string, options: ExplainOptions): Promise<number> {
  if (options.graphql === true) return explainGraph(session, word);
  const { kind, path } = readPath(await session.kinds(), word);
  const manifest = await loadManifestInfo(await session.client(), kind);
  const isRecursive = options.recursive === true;
  await session.terminal.print(
    path.length === 0
      ? kindText(kind, manifest, isRecursive)
      : memberText(kind, manifest, getMember(kind, manifest, path), isRecursive),
  );
  return 0;
}

/** The member at a path; `spec` may be left out. */
function getMember({ singular }: KindInfo, { members }: ManifestInfo, path: readonly string[]): Member {
  const wanted = path.join('.');
  const found = members.find((one) => one.path === wanted) ?? members.find((one) => one.path === `spec.${wanted}`);
  if (found !== undefined) return found;
  const known = path.findLastIndex((_step, index) => {
    const above = path.slice(0, index).join('.');
    return members.some((one) => one.path === above || one.path === `spec.${above}`);
  });
  const above = path.slice(0, Math.max(known, 0)).join('.');
  const around = members.some((one) => one.path === above) || above === '' ? above : `spec.${above}`;
  const inside = around === '' ? childrenOf(members, 'spec') : childrenOf(members, around);
  const step = path[Math.max(known, 0)] ?? '';
  const names = inside.map(nameOf);
  throw new CliError(`manifests have no ${[singular, wanted].join('.')}${hint(step, names)}`, {
    advice: [
      names.length > 0 ? `${around || 'spec'} has: ${names.join(', ')}` : `${around} has nothing inside`,
      'catalog explain --graphql explains fields of the graph',
    ],
  });
}

const nameOf = ({ path }: Member): string => path.slice(path.lastIndexOf('.') + 1);

const childrenOf = (members: readonly Member[], path: string): Member[] =>
  members.filter((one) => one.path.startsWith(`${path}.`) && !one.path.slice(path.length + 1).includes('.'));

/** `<list of objects> -required- -immutable-`. */
const typeText = ({ type, required, immutable }: Member): string =>
  [
    `<${type}>`,
    ...(required ? ['-required-'] : []),
    ...(immutable === 'ALWAYS' ? ['-immutable-'] : immutable === 'PUBLISHED' ? ['-immutable once published-'] : []),
  ].join(' ');

function factsOf({ accepted, default: fallback, values }: Member): string[] {
  const isPlain = values.every(({ meaning }) => meaning === '');
  return [
    ...(fallback === null ? [] : [`default: ${fallback}`]),
    ...(accepted === null ? [] : [`accepted: ${accepted}`]),
    ...(values.length === 0 || !isPlain ? [] : [`accepted: ${values.map(({ value }) => value).join(', ')}`]),
  ];
}

function shortText(member: Member): string {
  const { values } = member;
  const facts = factsOf(member);
  const isNamed = values.length > 0 && facts.every((fact) => !fact.startsWith('accepted'));
  const named = isNamed ? [`accepted: ${values.map(({ value }) => value).join(', ')}`] : [];
  return [
    `  ${nameOf(member)}\t${typeText(member)}`,
    wrap(member.description, '    '),
    ...[...facts, ...named].map((fact) => wrap(fact, '    ')),
  ].join('\n');
}

/** Everything below a path, a line each. */
function treeText(members: readonly Member[], path: string): string {
  const below = members.filter((one) => path === '' || one.path.startsWith(`${path}.`));
  const depth = path === '' ? 0 : path.split('.').length;
  return below
    .map((one) => `${'  '.repeat(one.path.split('.').length - depth)}${nameOf(one)}\t${typeText(one)}`)
    .join('\n');
}

const head = ({ kind }: KindInfo, { shapes }: ManifestInfo): string =>
  [
    `KIND:        ${kind}`,
    ...shapes.map(({ apiVersion }, index) => `${index === 0 ? 'APIVERSION:' : '           '}  ${apiVersion}`),
    '',
  ].join('\n');

function kindText(kind: KindInfo, manifest: ManifestInfo, isRecursive: boolean): string {
  const { members, shapes } = manifest;
  const differences = shapes.flatMap(({ apiVersion, difference }) =>
    difference === null ? [] : [`  ${apiVersion}\n${wrap(difference, '    ')}`],
  );
  const shown = ['metadata', 'spec'].map((part) =>
    section(part.toUpperCase(), childrenOf(members, part).map(shortText).join('\n')),
  );
  return `${head(kind, manifest)}${section('DESCRIPTION', wrap(kind.description, '  '))}${section(
    'IN OTHER GROUPS',
    differences.join('\n'),
  )}${isRecursive ? section('FIELDS', treeText(members, '')) : shown.join('')}`;
}

function memberText(kind: KindInfo, manifest: ManifestInfo, member: Member, isRecursive: boolean): string {
  const { members } = manifest;
  const { path, description, values } = member;
  const meanings = values.filter(({ meaning }) => meaning !== '');
  const inside = isRecursive ? treeText(members, path) : childrenOf(members, path).map(shortText).join('\n');
  return `${head(kind, manifest)}FIELD:       ${path} ${typeText(member)}\n${section(
    'DESCRIPTION',
    [wrap(description, '  '), ...factsOf(member).map((fact) => wrap(fact, '  '))].join('\n'),
  )}${section('VALUES', meanings.map(({ value, meaning }) => `  ${value}\n${wrap(meaning, '    ')}`).join('\n'))}${section(
    'FIELDS',
    inside,
  )}`;
}
