import { stringifyJson } from '../catalog/manifests/json.ts';
import { stringifyYaml } from '../catalog/manifests/stringify.ts';
import { changeLine } from './change-line.ts';
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
}

/** What publishing a revision changes, as the service says it. */
export interface Comparison {
  readonly from: { readonly name: string } | null;
  readonly to: { readonly name: string } | null;
  readonly isAllowed: boolean;
  readonly changeCount: number;
  readonly refusedCount: number;
  readonly entitledProjectCount: number;
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

export type ReportFormat = 'text' | 'json' | 'yaml';

/** Prints it: one line for each change, what refuses it below, and what it comes to. */
export async function printComparison(report: Comparison, terminal: Terminal, format: ReportFormat): Promise<void> {
  if (format === 'json') return terminal.print(`${stringifyJson(report, 2)}\n`);
  if (format === 'yaml') return terminal.print(stringifyYaml([report]));
  const { from, to, changes, refusals, changeCount, refusedCount, entitledProjectCount } = report;
  const head = `serviceconfiguration/${to?.name ?? '<hidden>'} compared with ${from?.name ?? 'nothing'}`;
  const lines = [
    `${terminal.paint('bold', head)}\n`,
    ...changes.flatMap((change) => [changeLine(change, terminal), ...notes(change, terminal)]),
    ...(changeCount > changes.length ? [`  and ${changeCount - changes.length} more\n`] : []),
    ...refusals.map(({ rule, field, message }) => refusedLine(rule, `${field ?? ''} ${message}`.trim(), terminal)),
  ];
  const refused = refusedCount + refusals.length;
  const uses = `${count(entitledProjectCount, 'project')} ${entitledProjectCount === 1 ? 'uses' : 'use'} the service`;
  const outcome = refused === 0 ? 'all allowed' : `${refused} not allowed`;
  return terminal.print(`${lines.join('')}${count(changeCount, 'change')}, ${outcome}; ${uses}\n`);
}

const refusedLine = (rule: string, text: string, terminal: Terminal): string =>
  `${terminal.paint('red', `    not allowed: ${rule}`)}: ${text}\n`;

const notes = ({ rule, message, advice }: ComparedChange, terminal: Terminal): string[] => [
  ...(rule === null ? [] : [refusedLine(rule, message ?? '', terminal)]),
  ...(advice === null ? [] : [`    ${advice}\n`]),
];
