import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { Bench, Case } from '../case.ts';
import { headersOf } from '../load/ask.ts';
import { preciseCpuOf } from '../load/proc.ts';
import { digits } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { done, progress } from '../progress.ts';
import type { Caller } from '../world/people.ts';

const AIM_MS = 100;
/** A question that took longer is asked again: the least counts, since the first time its plan is made. */
const TRIES = 3;
/** What took so long is not asked again. */
const HOPELESS_MS = 2_000;
const callers: readonly Caller[] = ['bench-admin', 'one-grant'];

const schema = buildSchema(readFileSync(new URL('../../graphql/schema.graphql', import.meta.url), 'utf8'));

/** What stands for a value of each type; text that names something of which there is one. */
const samples: Readonly<Record<string, string>> = {
  String: '"s7-r2"',
  Int: '1',
  Float: '10',
  BigInt: '"1"',
  Boolean: 'true',
  DateTime: '"2026-01-01T00:00:00Z"',
};

const topology = 'topology.inventory.miloapis.com';
const selectors = [
  `${topology}/rack=s7-r2`,
  `${topology}/site=s7`,
  `${topology}/region=r1`,
  `${topology}/site-type=Edge`,
  `${topology}/cluster=s7`,
  `${topology}/rack in (s7-r2,s3-r1)`,
  `${topology}/site!=s7`,
  `!${topology}/rack`,
  'resourcemanager.miloapis.com/organization-name=o7',
  'resourcemanager.miloapis.com/project-name=p7',
  'env=prod',
  'zone in (z1,z2),env!=prod',
];

function sampleOf(type: GraphQLInputType): string | undefined {
  if (isNonNullType(type)) return sampleOf(type.ofType);
  if (isListType(type)) {
    const one = sampleOf(type.ofType);
    return one && `[${one}]`;
  }
  return isEnumType(type) ? type.getValues()[0]?.name : samples[String(type)];
}

/** Conditions on each member of a `where`, by every operator; of what is referred to, on one of its members. */
function conditionsOf(where: GraphQLInputObjectType, depth = 0): string[] {
  const members = Object.values(where.getFields()).filter(({ name }) => !['and', 'or', 'not'].includes(name));
  return members.flatMap(({ name, type }): string[] => {
    const inner = getNamedType(type);
    if (!isInputObjectType(inner)) {
      const value = sampleOf(type);
      return value === undefined ? [] : [`{${name}: ${value}}`];
    }
    if (inner.name.endsWith('Filter'))
      return Object.values(inner.getFields()).flatMap((operator) => {
        const value = sampleOf(operator.type);
        return value === undefined ? [] : [`{${name}: {${operator.name}: ${value}}}`];
      });
    if (depth === 2) return [];
    const below = conditionsOf(inner, depth + 1);
    const named = below.filter((one) => /^\{name: \{(eq|startsWith)/.test(one) || /^\{(some|none): /.test(one));
    return (named.length > 0 ? named : below.slice(0, 2)).map((one) => `{${name}: ${one}}`);
  });
}

const isList = ({ type, args }: GraphQLField<unknown, unknown>): boolean =>
  getNamedType(type).name.endsWith('Connection') &&
  args.some(({ name }) => name === 'first') &&
  !args.some(isRequiredArgument);

const nodeOf = ({ type }: GraphQLField<unknown, unknown>) => {
  const connection = getNamedType(type);
  const nodes = isObjectType(connection) ? connection.getFields().nodes : undefined;
  return nodes && getNamedType(nodes.type);
};

/** Every way to ask for a list: pages, orders, conditions, labels, and the lists below its objects. */
function questionsOf(field: GraphQLField<unknown, unknown>): string[] {
  const { name, args } = field;
  const argument = (wanted: string) => args.find((one) => one.name === wanted)?.type;
  const order = argument('orderBy') && getNamedType(argument('orderBy') as GraphQLInputType);
  const where = argument('where') && getNamedType(argument('where') as GraphQLInputType);
  const page = '{ nodes { __typename } }';
  const counted = '{ totalCount nodes { __typename } }';
  const node = nodeOf(field);
  const below = isObjectType(node) ? Object.values(node.getFields()).filter(isList) : [];
  return [
    `{ ${name}(first: 100) ${counted} }`,
    ...(argument('last') === undefined ? [] : [`{ ${name}(last: 100) ${page} }`]),
    ...(isEnumType(order)
      ? order.getValues().map((value) => `{ ${name}(first: 100, orderBy: [${value.name}]) ${page} }`)
      : []),
    ...(isInputObjectType(where)
      ? conditionsOf(where).map((one) => `{ ${name}(first: 100, where: ${one}) ${counted} }`)
      : []),
    ...(argument('labelSelector') === undefined
      ? []
      : selectors.map((one) => `{ ${name}(first: 100, labelSelector: ${JSON.stringify(one)}) ${counted} }`)),
    ...below.map((one) => `{ ${name}(first: 1) { nodes { ${one.name}(first: 25) ${counted} } } }`),
  ];
}

const lists = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(isList);

export const sweep: Case = {
  title: 'every list by every filter, order, label and page, of two callers',
  writes: false,
  documents: lists.flatMap(questionsOf),
  run: async (bench) => {
    const slow: string[][] = [];
    const refused: string[][] = [];
    let count = 0;
    const asked = lists.filter(({ name }) => bench.lists.length === 0 || bench.lists.includes(name));
    for (const field of asked) {
      progress(`sweep: ${field.name}`);
      for (const query of questionsOf(field)) {
        const answers = [];
        for (const caller of callers) answers.push(await leastOf(bench, caller, query));
        count++;
        const problems = new Set(answers.flatMap(({ problem }) => problem ?? []));
        if (problems.size > 0) refused.push([query, [...problems].join('; ')]);
        if (answers.every(({ ms }) => ms <= AIM_MS)) continue;
        slow.push([query, ...answers.flatMap(({ ms, cpu }) => [digits(ms), digits(cpu)])]);
        done(`sweep: ${answers.map(({ ms, cpu }) => `${digits(ms)} (CPU ${digits(cpu)})`).join(' and ')} ms: ${query}`);
      }
    }
    slow.sort((a, b) => Number(b[1]?.replaceAll(',', '')) - Number(a[1]?.replaceAll(',', '')));
    return [
      {
        title: `The sweep: ${count} questions, each of the administrator and of a caller with one grant; over ${AIM_MS} ms: ${slow.length}`,
        columns: ['question', 'administrator ms', 'CPU', 'with 1 grant ms', 'CPU'],
        rows: slow,
      },
      { title: 'Refused', columns: ['question', 'why'], rows: refused },
    ];
  },
};

interface Least {
  readonly ms: number;
  /** What the service and PostgreSQL computed meanwhile: that does not depend on what else the machine does. */
  readonly cpu: number;
  readonly problem?: string | undefined;
}

async function leastOf({ catalog, postgresPid, tokens }: Bench, caller: Caller, query: string): Promise<Least> {
  let ms = Number.POSITIVE_INFINITY;
  let cpu = Number.POSITIVE_INFINITY;
  const cpuSoFar = (): number => preciseCpuOf(catalog.pid) + preciseCpuOf(postgresPid);
  let problem: string | undefined;
  for (let time = 0; time < TRIES && ms > AIM_MS && (time === 0 || ms < HOPELESS_MS); time++) {
    const before = cpuSoFar();
    const took = await timed(async () => {
      const response = await fetch(catalog.url, {
        method: 'POST',
        headers: headersOf(tokens[caller]),
        body: JSON.stringify({ query }),
      });
      const { errors } = (await response.json()) as { errors?: readonly { message: string }[] };
      problem = errors?.[0]?.message;
    });
    cpu = Math.min(cpu, cpuSoFar() - before);
    ms = Math.min(ms, took);
  }
  return { ms, cpu, problem };
}
