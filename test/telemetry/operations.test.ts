import { readFile } from 'node:fs/promises';
import { parser } from '@prometheus-io/lezer-promql';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Instrument, instruments } from '../../src/platform/telemetry/instruments.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

const page = (name: string): Promise<string> =>
  readFile(new URL(`../../docs/operations/${name}`, import.meta.url), 'utf8');
const rules = (
  parse(await page('alerts.yaml')) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] }
).groups.flatMap(({ rules: own }) => own);
const panels = (JSON.parse(await page('dashboard.json')) as Dashboard).panels;

const registry = new Registry();
collectDefaultMetrics({ register: registry });
/** Labels of each series by its name; of the process's own metrics those are not known here. */
const series = new Map<string, readonly string[] | undefined>([['up', undefined]]);
for (const { name } of registry.getMetricsAsArray()) series.set(name, undefined);
for (const [name, { type, labels }] of Object.entries<Instrument>(instruments)) {
  const own = Object.keys(labels);
  if (type === 'histogram')
    for (const part of ['bucket', 'sum', 'count']) series.set(`${name}_${part}`, [...own, 'le']);
  else series.set(name, own);
}

/** Adds what Prometheus itself adds to every series. */
const ofPrometheus = ['instance', 'job'];

/** What is wrong with an expression: its grammar, series that nobody shows, labels that none of its series has. */
function problemsIn(expression: string): string[] {
  // Grafana puts a duration there.
  const text = expression.replaceAll('$__rate_interval', '5m');
  const problems: string[] = [];
  const used: string[] = [];
  const labels: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, type, from, to }) => {
      const part = text.slice(from, to);
      if (type.isError) problems.push(`grammar at ${from}: ${text}`);
      if (name === 'Identifier') used.push(part);
      if (name === 'LabelName') labels.push(part);
    },
  });
  if (used.length === 0) problems.push(`no series: ${text}`);
  for (const one of used) if (!series.has(one)) problems.push(`no such metric: ${one}`);
  const known = used.flatMap((one) => series.get(one) ?? []);
  for (const label of labels)
    if (![...known, ...ofPrometheus].includes(label)) problems.push(`no such label: ${label} in ${text}`);
  return problems;
}

test('expressions are checked: grammar, metrics and labels', () => {
  expect(problemsIn('sum by (operation) (rate(catalog_operations_total[5m])) > 0')).toEqual([]);
  expect(problemsIn('rate(catalog_operations_total[5m)')).toContainEqual(expect.stringContaining('grammar'));
  expect(problemsIn('catalog_nothing_total')).toEqual(['no such metric: catalog_nothing_total']);
  expect(problemsIn('sum by (colour) (catalog_subscriptions)')).toContainEqual(
    expect.stringContaining('no such label: colour'),
  );
});

test('every alert uses metrics that there are, and has a runbook of its name', async () => {
  const runbooks = await page('runbooks.md');
  const headings = [...runbooks.matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
  expect(rules.map(({ alert }) => alert)).toEqual(headings);
  for (const { alert, expr, annotations, labels } of rules) {
    expect([alert, problemsIn(expr)]).toEqual([alert, []]);
    expect(annotations.runbook).toBe(`docs/operations/runbooks.md#${alert.toLowerCase()}`);
    expect(annotations.summary).toMatch(/\.$/);
    expect(['page', 'ticket']).toContain(labels.severity);
  }
});

test('the dashboard shows every metric of the catalog, and nothing that is not there', () => {
  const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(expressions.flatMap(problemsIn)).toEqual([]);
  const unused = Object.keys(instruments).filter((name) => !expressions.some((one) => one.includes(name)));
  expect(unused).toEqual([]);
});

test('metrics are named by the conventions of Prometheus', () => {
  for (const [name, { type, help, labels }] of Object.entries<Instrument>(instruments)) {
    expect(name).toMatch(/^catalog_[a-z_]+$/);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    expect([name, help]).toEqual([name, expect.stringMatching(/^[A-Z1].*\.$/)]);
    for (const label of Object.keys(labels)) expect(label).toMatch(/^[a-z_]+$/);
  }
});
