import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createScope, type TraceHeaders } from '../../src/platform/http/delivery.ts';
import { createLog } from '../../src/platform/telemetry/log.ts';
import { startTracing } from '../../src/platform/telemetry/start-tracing.ts';
import type { Tracing } from '../../src/platform/telemetry/tracing.ts';
import { startApp, type TestApp } from '../kit/app.ts';

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A span as OTLP has it. */
interface Sent {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly Attribute[];
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Sent[] }[];
  }[];
}

const spans: Sent[] = [];
const resources: Attribute[] = [];
/** Headers of what was asked of OpenFGA. */
const passed: IncomingMessage['headers'][] = [];
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

const said: string[] = [];
/** Whether the collector takes what it is sent. */
let isTaking = true;

let collector: Server;
let proxy: Server;
let tracing: Tracing;
let app: TestApp;

const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

beforeAll(async () => {
  // What a collector does: it takes spans by OTLP over HTTP.
  collector = createServer((request, response) => {
    void json(request).then((body) => {
      if (!isTaking) {
        response.writeHead(400).end();
        return;
      }
      for (const { resource, scopeSpans } of (body as Export).resourceSpans) {
        resources.push(...resource.attributes);
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  // OpenFGA itself, with a look at the headers on the way.
  proxy = createServer((request, response) => {
    passed.push(request.headers);
    void text(request).then(async (body) => {
      const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers;
      const answer = await fetch(`${inject('openfgaUrl')}${request.url}`, {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...(body !== '' && { body }),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
      response.end(await answer.text());
    });
  });
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: await listening(collector),
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  };
  Object.assign(process.env, environment);
  const log = createLog({ level: 'info', format: 'json' }, { write: (line) => said.push(line) });
  tracing = await startTracing(readConfig(environment).traces, log);
  for (const name of Object.keys(environment)) delete process.env[name];
  const apiUrl = await listening(proxy);
  app = await startApp({ tracing, openfga: { apiUrl, token: inject('openfgaToken'), storeName: 'traces' } });
});
afterAll(async () => {
  await app.close();
  await tracing.close();
  for (const server of [collector, proxy]) server.close();
});

const traced = (flags: string) => ({ traceparent: `00-${TRACE}-${PARENT}-${flags}`, baggage: 'tenant=blue' });
const attributeOf = ({ attributes }: Sent, key: string): unknown =>
  Object.values(attributes.find((one) => one.key === key)?.value ?? {})[0];

const REGION = `mutation Plant ($content: String!) {
  apply(input: { manifests: [{ content: $content }] }) { applied } }`;
const content = `apiVersion: inventory.miloapis.com/v1alpha1
kind: Region
metadata: { name: traced-region }
spec: { displayName: A secret name }`;

/** The traces that the audit log names for an operation. */
async function auditedTracesOf(operation: string): Promise<unknown[]> {
  const { data } = await app.execute('{ auditRecords(first: 20) { nodes { operation traceId } } }');
  const records = data.auditRecords.nodes as { readonly operation: string | null; readonly traceId: string }[];
  return records.filter((one) => one.operation === operation).map(({ traceId }) => traceId);
}

test('a request, what it runs and whom it asks are spans of the trace that it came with', async () => {
  const written = await app.execute(REGION, { content }, traced('01'));
  expect(written.data.apply.applied).toBe(true);
  await app.execute('query Look { regions { nodes { name } } }', {}, traced('01'));
  await expect.poll(() => spans.map(({ name }) => name)).toContain('query Look');
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === PARENT).map(({ name }) => name);
  expect(roots).toEqual(['mutation Plant', 'query Look']);
  const names = new Set(spans.map(({ name }) => name));
  for (const name of [
    'parse',
    'validate',
    'execute',
    'plan',
    'SELECT',
    'write: resolve',
    'write: store',
    'write: judge',
  ])
    expect(names).toContain(name);
  expect([...names].some((name) => name.startsWith('openfga '))).toBe(true);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  expect(spans.filter(({ parentSpanId = '' }) => parentSpanId !== PARENT && !ids.has(parentSpanId))).toEqual([]);
});

test('a statement is a span by the conventions for databases, with places for its values', () => {
  const statement = spans.find((span) => /insert into "?region/.test(String(attributeOf(span, 'db.query.text'))));
  expect(statement && attributeOf(statement, 'db.system.name')).toBe('postgresql');
  expect(statement && attributeOf(statement, 'db.operation.name')).toBe(statement?.name);
  expect(JSON.stringify(spans)).not.toContain('A secret name');
  expect(resources).toContainEqual({ key: 'service.name', value: { stringValue: 'milo-catalog' } });
  expect(resources).toContainEqual({ key: 'deployment.environment.name', value: { stringValue: 'test' } });
});

test('OpenFGA is told of the trace and the baggage, the log and the audit log name the same trace', async () => {
  const told = passed.filter(({ traceparent }) => traceparent?.includes(TRACE));
  expect(told.length).toBeGreaterThan(0);
  for (const { traceparent, baggage } of told) {
    expect(baggage).toBe('tenant=blue');
    expect(spans.map(({ spanId }) => spanId)).toContain(String(traceparent).split('-')[2]);
  }
  const lines = app.log.filter(({ operation }) => operation === 'Plant' || operation === 'Look');
  expect(lines.map(({ traceId }) => traceId)).toEqual([TRACE, TRACE]);
  expect(await auditedTracesOf('Plant')).toEqual([TRACE]);
});

test('what is not sampled is passed on all the same, and nothing of it is recorded', async () => {
  const before = spans.length;
  passed.length = 0;
  await app.as('cold-caller').execute('query Cold { regions { nodes { name } } }', {}, traced('00'));
  const asked = passed.filter(({ traceparent }) => traceparent !== undefined);
  expect(asked.length).toBeGreaterThan(0);
  for (const { traceparent } of asked) expect(traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  // A request without a trace begins one, which the log can be searched for.
  await app.execute(REGION.replace('Plant', 'Own'), { content: content.replace('traced-region', 'own-region') });
  const [own] = app.log.filter(({ operation }) => operation === 'Own');
  expect(own?.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(await auditedTracesOf('Own')).toEqual([own?.traceId]);
  await app.execute('query Mark { __typename }', {}, traced('01'));
  await expect.poll(() => spans.map(({ name }) => name)).toContain('query Mark');
  expect(spans.slice(before).filter(({ name }) => /Cold|Own/.test(name))).toEqual([]);
});

test('a trace is recorded or not by its id, which the log and whoever is asked are told in either case', async () => {
  const sampled = await startTracing(
    { sampler: 'parentbased_traceidratio', ratio: 0.25 },
    createLog({ level: 'silent', format: 'json' }, { write: () => undefined }),
  );
  const delivery = { takesStream: false, isReadOnly: false, isLarge: false };
  const begin = (trace: TraceHeaders) => {
    const over = { transport: 'post', delivery, connection: {}, wantsCost: false } as const;
    const scope = createScope({ requestId: 'mine', traceId: undefined, trace, ...over });
    return { scope, span: sampled.request(scope) };
  };
  const begun = Array.from({ length: 1_000 }, () => {
    expect(begin(traced('01')).span?.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    return begin({ baggage: 'tenant=blue' });
  });
  for (const { scope, span } of begun) {
    expect(scope.trace.baggage).toBe('tenant=blue');
    const told = new RegExp(`^00-${scope.traceId}-[0-9a-f]{16}-${span ? '01' : '00'}$`);
    expect(span ? span.traceparent : scope.trace.traceparent).toMatch(told);
    // Others who record a quarter by the id of the trace record the same ones.
    const { decision } = new TraceIdRatioBasedSampler(0.25).shouldSample(ROOT_CONTEXT, String(scope.traceId));
    expect(decision === SamplingDecision.RECORD_AND_SAMPLED).toBe(span !== undefined);
  }
  expect(new Set(begun.map(({ scope }) => scope.traceId)).size).toBe(1_000);
  const recorded = begun.filter(({ span }) => span !== undefined).length;
  expect(recorded).toBeGreaterThan(150);
  expect(recorded).toBeLessThan(350);
  await sampled.close();
});

test('traces that the collector does not take are told once in a while, and hold nothing up', async () => {
  isTaking = false;
  await app.execute('query Lost { __typename }', {}, traced('01'));
  await expect.poll(() => said.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['traces are lost']);
  expect(said[0]).toContain('"level":"warn"');
  isTaking = true;
});

test('traces are off unless the standard variables ask for them', () => {
  expect(readConfig({}).traces).toBeUndefined();
  expect(readConfig({ OTEL_TRACES_EXPORTER: 'otlp' }).traces).toEqual({ sampler: 'parentbased_always_on', ratio: 1 });
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
  expect(
    readConfig({ ...endpoint, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' }).traces,
  ).toEqual({
    sampler: 'traceidratio',
    ratio: 0.01,
  });
  expect(readConfig({ ...endpoint, OTEL_SDK_DISABLED: 'true' }).traces).toBeUndefined();
  expect(readConfig({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }).traces).toBeUndefined();
});
