/**
 * `npm run metrics` writes docs/operations/metrics.md, and the alert rules as an object of Kubernetes, which kustomize takes
 * only from its own folder; with `--check` it fails when one of them is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { type Instrument, instruments } from '../src/platform/telemetry/instruments.ts';

const operations = new URL('../docs/operations/', import.meta.url);
const cell = (text: string): string => text.replaceAll('|', '\\|');
const labelsOf = ({ labels }: Instrument): string =>
  Object.entries(labels)
    .map(([name, values]) => `\`${name}\`: ${values}`)
    .join('<br>');

const registry = new Registry();
collectDefaultMetrics({ register: registry });
const library = registry.getMetricsAsArray().map(({ name, type, help }) => ({ name, type, help }));
/** The library itself says the types of its metrics by number or by name. */
const typeNames: Readonly<Record<string, string>> = { 0: 'counter', 1: 'gauge', 2: 'histogram', 3: 'summary' };

const page = `# Metrics

\`/metrics\` shows them in Prometheus' text format, at the port that CATALOG_METRICS_PORT names; in embedded mode on loopback
at the main port. Each process measures itself; what is read from the database (\`catalog_outbox_…\`, \`catalog_feed_consumer_…\`) is the same at each
replica, so take its maximum. Without a port nothing is measured.
Alerts: [alerts.yaml](alerts.yaml), what to do about them: [runbooks](runbooks.md), a dashboard for Grafana:
[dashboard.json](dashboard.json).

This page is made from src/platform/telemetry/instruments.ts by \`npm run metrics\`.

| metric | type | what it says | labels |
| --- | --- | --- | --- |
${Object.entries<Instrument>(instruments)
  .map(([name, one]) => `| \`${name}\` | ${one.type} | ${cell(one.help)} | ${cell(labelsOf(one))} |`)
  .join('\n')}

## Of the process

| metric | type | what it says |
| --- | --- | --- |
${library.map(({ name, type, help }) => `| ${name} | ${typeNames[type] ?? type} | ${cell(help.trim())} |`).join('\n')}
`;
const rules = await readFile(new URL('alerts.yaml', operations), 'utf8');
const object = `# The rules of docs/operations/alerts.yaml for the Prometheus operator, made by \`npm run metrics\`.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: milo-catalog
spec:
${rules.slice(rules.indexOf('groups:')).replace(/^(?=.)/gm, '  ')}`;

const files = { 'metrics.md': page, 'kubernetes/base/prometheus-rule.yaml': object };
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, operations);
  if (!process.argv.includes('--check')) {
    await writeFile(file, text);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error(`docs/operations/${name} is out of date: run npm run metrics`);
    process.exitCode = 1;
  }
}
