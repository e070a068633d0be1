import { stringifyJson } from '../catalog/manifests/json.ts';
import { stringifyYaml } from '../catalog/manifests/stringify.ts';
import { type ChangedField, changeLine } from './change-line.ts';
import { CliError } from './cli-error.ts';
import type { Client } from './client.ts';
import { count } from './sizes.ts';
import type { Terminal } from './terminal.ts';

interface ComparedChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly rule: string | null;
  readonly message: string | null;
  readonly advice: string | null;
  /** The first of them, by name, and how many there are. */
  readonly meters: readonly string[];
  readonly meterCount: number;
  readonly quotaLimits: readonly string[];
  readonly quotaLimitCount: number;
  readonly charges: readonly string[];
  readonly chargeCount: number;
}

/** What publishing a revision changes, as the service says it. */
export interface Comparison {
  readonly from: { readonly name: string } | null;
  readonly to: { readonly name: string } | null;
  readonly isAllowed: boolean;
  readonly changeCount: number;
  readonly refusedCount: number;
  readonly entitledProjectCount: number;
  readonly entitledProjects: readonly string[];
  readonly changes: readonly ComparedChange[];
  readonly refusals: readonly { readonly rule: string; readonly field: string | null; readonly message: string }[];
}

const COMPARISON = `query CatalogComparison($from: String, $to: String!) {
  serviceConfigurationComparison(from: $from, to: $to) {
    from { name } to { name } isAllowed changeCount refusedCount entitledProjectCount entitledProjects
    changes { path section key kind before after isAllowed rule message advice meters meterCount quotaLimits quotaLimitCount charges chargeCount }
    refusals { rule field message } } }`;

/** Compares a revision with an earlier one, or with the one in force. */
export async function getComparison(client: Client, to: string, from?: string): Promise<Comparison> {
  const answer = await client.execute<{ serviceConfigurationComparison: Comparison | null }>(COMPARISON, { from, to });
  if (answer.serviceConfigurationComparison !== null) return answer.serviceConfigurationComparison;
  const what = from === undefined ? `serviceconfiguration '${to}' does` : `'${from}' and '${to}' do`;
  const advice = from === undefined ? [] : ['two revisions of one service are compared'];
  throw new CliError(
    `${what} not exist or is not visible to you`.replace('do not exist or is', 'do not exist or are'),
    {
      advice,
    },
  );
}

/** So many names of what a change touches are printed. */
const MOST_NAMES = 3;
/** So many characters of a value. */
const LONGEST_VALUE = 60;

export type ReportFormat = 'text' | 'json' | 'yaml';

/** Prints it: one line for each change, below it what refuses it and what it touches, and what it comes to. */
export async function printComparison(report: Comparison, terminal: Terminal, format: ReportFormat): Promise<void> {
  if (format === 'json') return terminal.print(`${stringifyJson(report, 2)}\n`);
  if (format === 'yaml') return terminal.print(stringifyYaml([report]));
  const { from, to, changes, refusals, changeCount, refusedCount } = report;
  const head = `serviceconfiguration/${to?.name ?? '<hidden>'} compared with ${from?.name ?? 'nothing'}`;
  const lines = [
    `${terminal.paint('bold', head)}\n`,
    ...changes.flatMap((change) => [changeLine(shortened(change), terminal), ...notes(change, terminal)]),
    ...(changeCount > changes.length ? [`  and ${changeCount - changes.length} more\n`] : []),
    ...refusals.map(({ rule, field, message }) => refusedLine(rule, `${field ?? ''} ${message}`.trim(), terminal)),
  ];
  const refused = refusedCount + refusals.length;
  const outcome = refused === 0 ? 'all allowed' : `${refused} not allowed`;
  return terminal.print(`${lines.join('')}${count(changeCount, 'change')}, ${outcome}; ${users(report)}\n`);
}

/** Whole entries are long: one line each. */
const shortened = ({ path, before, after }: ComparedChange): ChangedField => ({
  path,
  before: short(before),
  after: short(after),
});
const short = (json: string | null): string | null =>
  json === null || json.length <= LONGEST_VALUE ? json : `${json.slice(0, LONGEST_VALUE - 1)}…`;

const refusedLine = (rule: string, text: string, terminal: Terminal): string =>
  `${terminal.paint('red', `    not allowed: ${rule}`)}: ${text}\n`;

const notes = (change: ComparedChange, terminal: Terminal): string[] => {
  const { rule, message, advice } = change;
  const touched = [
    named('meter', change.meterCount, change.meters),
    named('quota limit', change.quotaLimitCount, change.quotaLimits),
    named('charge', change.chargeCount, change.charges),
  ].filter((text) => text !== '');
  return [
    ...(rule === null ? [] : [refusedLine(rule, message ?? '', terminal)]),
    ...(touched.length === 0 ? [] : [`    touches ${touched.join(', ')}\n`]),
    ...(advice === null ? [] : [`    ${advice}\n`]),
  ];
};

/** `2 meters (a, b)`, `12 meters (a, b, c, …)`; nothing when there is none. */
const named = (noun: string, total: number, names: readonly string[]): string =>
  total === 0 ? '' : `${count(total, noun)} (${firstOf(total, names)})`;

const firstOf = (total: number, names: readonly string[]): string =>
  [...names.slice(0, MOST_NAMES), ...(total > MOST_NAMES ? ['…'] : [])].join(', ');

function users({ entitledProjectCount: total, entitledProjects: names }: Comparison): string {
  if (total === 0) return 'no project uses the service';
  return `${count(total, 'project')} ${total === 1 ? 'uses' : 'use'} the service: ${firstOf(total, names)}`;
}
