import { hint } from '../../catalog/values/nearest.ts';
import { CliError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import type { KindInfo } from '../kind-info.ts';
import { type FieldInfo, innermost, loadType, type TypeInfo, type TypeReference } from '../schema-types.ts';
import type { Session } from '../session.ts';
import { readPath, section, wrap } from './explain-text.ts';

/** `catalog explain rack.site --graphql`: the schema's documentation of a kind or field. */
export async function explainGraph(session: Session, word: string): Promise<number> {
  const client = await session.client();
  const known = await session.kinds();
  const { kind, path: given } = readPath(known, word);
  // Manifests have a `spec`; in the graph its fields are the object's own.
  const path = given[0] === 'spec' ? given.slice(1) : given;
  let type = await loadType(client, kind.type);
  let field: FieldInfo | undefined;
  for (const [index, step] of path.entries()) {
    field = fieldNamed(type, step, [kind.singular, ...path.slice(0, index)].join('.'));
    type = await elementType(client, field.type);
  }
  await session.terminal.print(field === undefined ? kindText(kind, type) : fieldText(kind, path, field, type));
  return 0;
}

/** What a field leads to; behind a connection the objects in it. */
async function elementType(client: Client, reference: TypeReference): Promise<TypeInfo> {
  const type = await loadType(client, innermost(reference));
  const nodes = type.name.endsWith('Connection') ? type.fields?.find(({ name }) => name === 'nodes') : undefined;
  return nodes === undefined ? type : loadType(client, innermost(nodes.type));
}

function fieldNamed({ name: typeName, fields }: TypeInfo, step: string, path: string): FieldInfo {
  const names = (fields ?? []).map(({ name }) => name);
  // `siteRef` in manifests is `site` in the graph.
  const wanted = step.replace(/Ref$/, '');
  const found = fields?.find(({ name }) => name === step || name === wanted || name === step.replace(/Refs$/, 's'));
  if (found !== undefined) return found;
  throw new CliError(`${path} (${typeName}) has no field '${step}'${hint(step, names)}`, {
    advice: names.length > 0 ? [`it has: ${names.join(', ')}`] : [],
  });
}

function typeText({ kind, name, ofType }: TypeReference): string {
  if (kind === 'NON_NULL' && ofType) return `${typeText(ofType)}!`;
  if (kind === 'LIST' && ofType) return `[${typeText(ofType)}]`;
  return name ?? '';
}

const membersText = ({ fields, enumValues }: TypeInfo): string => {
  const shownFields = (fields ?? []).map((field) => {
    const deprecated = field.deprecationReason === null ? '' : ` (deprecated: ${field.deprecationReason})`;
    return `  ${field.name}\t${typeText(field.type)}${deprecated}\n${wrap(field.description ?? '', '    ')}`;
  });
  const values = (enumValues ?? []).map(({ name, description }) => `  ${name}\n${wrap(description ?? '', '    ')}`);
  return section('FIELDS', shownFields.join('\n')) + section('VALUES', values.join('\n'));
};

const head = ({ kind, groups, version }: KindInfo): string =>
  `KIND:        ${kind}\nAPIVERSION:  ${groups.map((group) => `${group}/${version}`).join(', ')}\n`;

const kindText = (kind: KindInfo, type: TypeInfo): string =>
  `${head(kind)}QUERY:       ${kind.field}, ${kind.listField}\n${section('DESCRIPTION', wrap(kind.description, '  '))}${membersText(type)}`;

function fieldText(kind: KindInfo, path: readonly string[], field: FieldInfo, type: TypeInfo): string {
  const args = field.args.map((one) => `  ${one.name}\t${typeText(one.type)}\n${wrap(one.description ?? '', '    ')}`);
  const about = type.description === null || type.kind === 'SCALAR' ? '' : wrap(type.description, '  ');
  return `${head(kind)}FIELD:       ${path.join('.')} <${typeText(field.type)}>\n${section(
    'DESCRIPTION',
    wrap(field.description ?? '', '  '),
  )}${section('ARGUMENTS', args.join('\n'))}${section(`TYPE ${type.name}`, about)}${membersText(type)}`;
}
