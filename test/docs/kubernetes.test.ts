import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readConfig, settings } from '../../src/config.ts';
import { type Manifest, manifests, problemsOf, readKustomization, readManifests } from './kubernetes-objects.ts';

const BASE = 'base/';
const OVERLAY = 'overlays/example/';
const all = async (folder: string): Promise<Manifest[]> => {
  const files = (await readdir(new URL(folder, manifests))).filter((file) => file !== 'kustomization.yaml');
  return (await Promise.all(files.map((file) => readManifests(folder + file)))).flat();
};
const [base, overlay] = [await all(BASE), await all(OVERLAY)];

/** The parts of the one object of a kind. */
function part(kind: string, objects = base) {
  const found = objects.find((one) => one.kind === kind);
  // biome-ignore lint/suspicious/noExplicitAny: its schema has been checked
  return found?.content as any;
}
const pod = part('Deployment').spec.template.spec;
const [container] = pod.containers;

test('every object is what the schema of its kind says, and has no field that the schema does not have', () => {
  expect(base.map(({ kind }) => kind).sort()).toEqual([
    'ConfigMap',
    'Deployment',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'PrometheusRule',
    'Service',
    'Service',
    'ServiceAccount',
    'ServiceMonitor',
  ]);
  expect([...base, ...overlay].flatMap(problemsOf)).toEqual([]);
});

test('the check finds what is misspelt, of a wrong type, or unknown', () => {
  const spoilt = (spec: object): string[] =>
    problemsOf({
      file: 'x',
      apiVersion: 'v1',
      kind: 'Service',
      content: { apiVersion: 'v1', kind: 'Service', spec },
    });
  const port = { port: 80 };
  expect(spoilt({ ports: [port] })).toEqual([]);
  expect(spoilt({ ports: [port], clusterIp: 'None' })).toEqual(['x: Service has no field spec.clusterIp']);
  expect(spoilt({ ports: [{ port: '80' }] })).toEqual([expect.stringContaining('must be integer')]);
  expect(problemsOf({ file: 'x', apiVersion: 'v2', kind: 'Service', content: {} })).toEqual([
    'x: no schema for v2 Service',
  ]);
});

test('kustomize finds every file, and no file is forgotten', async () => {
  const { resources } = await readKustomization(BASE);
  const files = (await readdir(new URL(BASE, manifests))).filter((file) => file !== 'kustomization.yaml');
  expect([...resources].sort()).toEqual(files.sort());
  const example = await readKustomization(OVERLAY);
  expect(example.resources).toEqual(['../../base', 'namespace.yaml']);
  const patched = (example.patches ?? []).map(({ path }) => path);
  const there = (await readdir(new URL(OVERLAY, manifests))).sort();
  expect(there).toEqual([...patched, 'kustomization.yaml', 'namespace.yaml', 'secret.example.yaml'].sort());
});

/** The environment that a container of the overlay gets. */
const environment = (): Record<string, string> => {
  const secret = part('Secret', overlay).stringData;
  const named = container.env.map(
    ({ name, valueFrom }: { name: string; valueFrom: { secretKeyRef: { key: string } } }) => [
      name,
      secret[valueFrom.secretKeyRef.key],
    ],
  );
  return { ...part('ConfigMap').data, ...part('ConfigMap', overlay).data, ...Object.fromEntries(named) };
};

test('every variable is a setting, each has a value that can be used, and secrets are no part of the ConfigMap', () => {
  const given = environment();
  expect(Object.keys(given).filter((name) => !(name in settings))).toEqual([]);
  expect(readConfig(given)).toMatchObject({
    database: { mode: 'external' },
    openfga: { mode: 'external', token: 'KEY' },
    administrator: expect.anything(),
    audit: { days: 800 },
  });
  const config = { ...part('ConfigMap').data, ...part('ConfigMap', overlay).data };
  expect(Object.keys(config).filter((name) => /TOKEN|SECRET|PASSWORD|DATABASE_URL/.test(name))).toEqual([]);
});

test('ports and probes are those of the service, and its times fit together', async () => {
  const config = readConfig(environment());
  const ports = Object.fromEntries(
    container.ports.map(({ name, containerPort }: { name: string; containerPort: number }) => [name, containerPort]),
  );
  expect(config).toMatchObject({ host: '0.0.0.0', port: ports.http, metrics: { port: ports.operators } });
  const { startupProbe, livenessProbe, readinessProbe } = container;
  const probes = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet);
  expect(probes).toEqual([
    { path: '/startupz', port: 'operators' },
    { path: '/healthz', port: 'operators' },
    { path: '/readyz', port: 'operators' },
  ]);
  const served = await readFile(new URL('../../src/platform/http/health.ts', import.meta.url), 'utf8');
  for (const { path } of probes) expect(served).toContain(`'${path}'`);
  // Two waits and the migrations; the drain, 10 s for what is under way, 1 s to answer what took longer.
  expect(startupProbe.periodSeconds * startupProbe.failureThreshold * 1_000).toBeGreaterThan(2 * config.startMs);
  expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(config.drainMs + 11_000);
  expect(config.drainMs).toBeGreaterThan(readinessProbe.periodSeconds * readinessProbe.failureThreshold * 1_000);
  const targets = base
    .filter(({ kind }) => kind === 'Service')
    .flatMap(({ content }) =>
      (content.spec as { ports: { targetPort: string }[] }).ports.map(({ targetPort }) => targetPort),
    );
  expect(targets.sort()).toEqual(Object.keys(ports).sort());
  const allowed = part('NetworkPolicy').spec.ingress.flatMap(({ ports: named }: { ports: { port: string }[] }) =>
    named.map(({ port }) => port),
  );
  expect(allowed.sort()).toEqual(Object.keys(ports).sort());
  expect(part('ServiceMonitor').spec.endpoints).toEqual([{ port: 'operators', path: '/metrics', interval: '30s' }]);
});

test('alerts are part of it, and find the process under the name of the job that Prometheus gives it', async () => {
  const { labels, resources } = await readKustomization(BASE);
  expect(resources).toContain('prometheus-rule.yaml');
  const given = Object.assign({}, ...(labels ?? []).map(({ pairs }) => pairs));
  const { jobLabel } = part('ServiceMonitor').spec;
  const { groups } = part('PrometheusRule').spec;
  const expressions: string[] = groups.flatMap((group: { rules: { expr: string }[] }) =>
    group.rules.map(({ expr }) => expr),
  );
  const jobs = expressions.flatMap((expression) => [...expression.matchAll(/job="([^"]*)"/g)].map(([, job]) => job));
  expect([...new Set(jobs)]).toEqual([given[jobLabel]]);
});

test('a pod keeps to the restricted profile of Pod Security, and has a disk that is only read', () => {
  expect(part('Namespace', overlay).metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
  const hostFields = ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers'].filter((field) => field in pod);
  expect([hostFields, pod.initContainers, pod.ephemeralContainers]).toEqual([[], undefined, undefined]);
  expect(pod.volumes).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }]);
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(container.resources).toMatchObject({ requests: expect.anything(), limits: { memory: expect.any(String) } });
  expect(pod.automountServiceAccountToken).toBe(false);
});

test('a replica can always be taken away, and never the last one', () => {
  const { replicas, strategy, selector } = part('Deployment').spec;
  expect(replicas).toBeGreaterThan(part('PodDisruptionBudget').spec.minAvailable);
  expect(strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
  for (const kind of ['PodDisruptionBudget', 'Deployment']) expect(part(kind).spec.selector).toEqual(selector);
  expect(part('Deployment').spec.template.metadata.labels).toMatchObject(selector.matchLabels);
  for (const { labelSelector } of pod.topologySpreadConstraints) expect(labelSelector).toEqual(selector);
});
