import { stringifyJson } from '../catalog/manifests/json.ts';
import { stringifyYaml } from '../catalog/manifests/stringify.ts';
import { andMore } from '../catalog/values/listed.ts';
import { type ChangedField, changeLine } from './change-line.ts';
import { CliError } from './cli-error.ts';
import type { Client } from './client.ts';
import { type ComparedChange, comparisonTable } from './comparison-table.ts';
import { count } from './sizes.ts';
import type { Terminal } from './terminal.ts';

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

export const COMPARISON_FIELDS = `from { name } to { name } isAllowed changeCount refusedCount entitledProjectCount entitledProjects
  changes { path section key kind before after isAllowed rule field message advice meters meterCount quotaLimits quotaLimitCount charges chargeCount }
  refusals { rule field message }`;
const COMPARISON = `query CatalogComparison($from: String, $to: String!) {
  serviceConfigurationComparison(from: $from, to: $to) { ${COMPARISON_FIELDS} } }`;

/** Compares a revision with another one, or with the one in force. */
export async function getComparison(client: Client, to: string, from: string | undefined): Promise<Comparison> {
  const answer = await client.execute<{ serviceConfigurationComparison: Comparison | null }>(COMPARISON, { from, to });
  if (answer.serviceConfigurationComparison !== null) return answer.serviceConfigurationComparison;
  if (from === undefined) throw new CliError(`revision '${to}' does not exist or is not visible to you`);
  throw new CliError(`'${from}' and '${to}' are not two revisions of one service that are visible to you`);
}

/** So many names of what a change touches are printed. */
const MOST_NAMES = 3;
/** So many characters of a value. */
const LONGEST_VALUE = 60;

export type ReportFormat = 'text' | 'table' | 'json' | 'yaml';

export interface PublishOptions {
  readonly dryRun?: true;
  /** By default text for one revision, and a table for files. */
  readonly output?: ReportFormat;
}

/** A report with the name of its revision, which the service may not have stored. */
export interface NamedComparison {
  readonly name: string;
  readonly report: Comparison;
}

/** Prints reports, each after the other; as JSON or YAML, what the service has said. */
export async function printComparisons(
  reports: readonly NamedComparison[],
  terminal: Terminal,
  format: ReportFormat,
): Promise<void> {
  if (format === 'yaml') return terminal.print(stringifyYaml(reports.map(({ report }) => report)));
  for (const { name, report } of reports) {
    if (format === 'json') await terminal.print(`${stringifyJson(report, 2)}\n`);
    else await terminal.print(described(name, report, format, terminal));
  }
}

/** What each change is, below it what refuses it and what it touches, and what all comes to. */
function described(name: string, report: Comparison, format: 'text' | 'table', terminal: Terminal): string {
  const { from, changes, refusals, changeCount, refusedCount } = report;
  const head = `serviceconfiguration/${name} compared with ${from?.name ?? 'nothing'}`;
  const lines = [
    `${terminal.paint('bold', head)}\n`,
    format === 'table'
      ? comparisonTable(changes)
      : changes.flatMap((change) => [changeLine(shortened(change), terminal), ...notes(change, terminal)]).join(''),
    ...(changeCount > changes.length ? [`  ${andMore(changeCount - changes.length)}\n`] : []),
    ...refusals.map(({ rule, field, message }) => refusedLine(rule, `${field ?? ''} ${message}`.trim(), terminal)),
  ];
  const refused = refusedCount + refusals.length;
  const outcome = refused === 0 ? 'all allowed' : `${refused} not allowed`;
  return `${lines.join('')}${count(changeCount, 'change')}, ${outcome}; ${users(report)}\n`;
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
