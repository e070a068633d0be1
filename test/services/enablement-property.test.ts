import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { random } from '../mutations/random.ts';
import { EnablementModel, type Offer } from './enablement-model.ts';
import { act, applied, entitlement, manifest, project, service, state, tenants } from './enablement-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await applied(app, tenants);
});
afterAll(() => app.close());

const SEEDS = (process.env.ENABLEMENT_SEEDS ?? '1,2').split(',').map(Number);
const STEPS = Number(process.env.ENABLEMENT_STEPS ?? '60');
const places = ['shop', 'yard'];

const rulesOf = ({ refused }: { readonly refused: readonly string[] }): string[] =>
  refused.map((text) => text.slice(0, text.indexOf(':'))).sort();

/** The state as the model tells it: suspended ones are marked, and what services depend on is counted. */
async function stateOf(names: readonly string[]): Promise<string[]> {
  const { data } = await app.execute(
    '{ serviceEntitlements(first: 1000) { nodes { project { name } service { name } conditions { type status reason message } } } serviceConsumers(first: 1000) { nodes { consumerProjectName service { name } conditions { type status } } } }',
  );
  interface Node {
    readonly project?: { readonly name: string };
    readonly consumerProjectName?: string;
    readonly service: { readonly name: string };
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  }
  const suspended = (nodes: readonly Node[]): string[] =>
    nodes
      .filter(({ conditions }) => conditions.some(({ type, status }) => type === 'Suspended' && status === 'True'))
      .map((node) => `${node.project?.name ?? node.consumerProjectName} ${node.service.name}`)
      .sort();
  const marked = suspended(data.serviceEntitlements.nodes);
  const lines = await state(app, ...names);
  const asked = lines.map((line) => line.slice(0, line.indexOf(':')));
  expect(suspended(data.serviceConsumers.nodes).filter((one) => asked.includes(one))).toEqual(
    marked.filter((one) => asked.includes(one)),
  );
  const readiness = new Map(
    (data.serviceEntitlements.nodes as Node[]).map(({ project: where, service: of, conditions }) => {
      const told = conditions.find(({ type }) => type === 'DependenciesReady');
      expect(told?.status).toBe(told && (told.reason === 'DependenciesActive' ? 'True' : 'False'));
      const counts = told?.message?.match(/^\d+ of \d+/)?.[0];
      return [`${where?.name} ${of.name}`, told === undefined ? '' : `, ${told.reason} ${counts}`];
    }),
  );
  return lines
    .map((line) => {
      const key = line.slice(0, line.indexOf(':'));
      return `${line}${marked.includes(key) ? ', suspended' : ''}${readiness.get(key) ?? ''}`;
    })
    .sort();
}

test.each(SEEDS)(
  'C2.3: whatever happens in whatever order, enablement is what a naive model makes of it (seed %i)',
  async (seed) => {
    const { pick, upTo } = random(seed);
    const model = new EnablementModel();
    const names = ['q', 'r', 's', 't', 'u'].map((name) => `${name}${seed}`);
    const offer = async (name: string, { phase, gated, needs }: Offer): Promise<void> => {
      await applied(app, service(name, { phase, gated, needs }));
      model.offer(name, { phase, gated, needs });
    };
    for (const [index, name] of names.entries()) {
      await offer(name, {
        phase: 'Published',
        gated: upTo(3) === 0,
        needs: names.slice(0, index).filter(() => upTo(2) === 0),
      });
    }
    const idOf = async (name: string, where: string): Promise<string> => {
      const { data } = await app.execute(
        `{ project(name: "${where}") { serviceEntitlements { nodes { id origin service { name } } } } }`,
      );
      const nodes = data.project.serviceEntitlements.nodes as {
        id: string;
        origin: string;
        service: { name: string };
      }[];
      const found = nodes.find((one) => one.service.name === name && one.origin === 'DIRECT');
      return found?.id ?? '00000000-0000-7000-8000-000000000000';
    };
    let asked = 0;
    const operations: Readonly<
      Record<string, (where: string, name: string) => Promise<readonly [string[], string[]]>>
    > = {
      ask: async (where, name) => {
        asked += 1;
        const { userErrors } = await app.apply(entitlement(`mine-${name}-${asked}`, name, where));
        return [userErrors.map(({ code }) => code).sort(), model.ask(where, name).sort()];
      },
      withdraw: async (where, name) => [
        rulesOf(await act(app, 'deleteServiceEntitlement', { id: await idOf(name, where) })),
        model.withdraw(where, name),
      ],
      approve: async (where, name) => [
        rulesOf(await act(app, 'approveServiceConsumer', { serviceConsumer: { name: `${name}--${where}` } })),
        model.decide(where, name, 'APPROVED'),
      ],
      deny: async (where, name) => [
        rulesOf(await act(app, 'denyServiceConsumer', { serviceConsumer: { name: `${name}--${where}` } })),
        model.decide(where, name, 'DENIED'),
      ],
      suspend: async (where, name) => {
        const isOn = upTo(2) === 0;
        const verb = isOn ? 'suspendServiceConsumer' : 'reinstateServiceConsumer';
        const answer = await act(app, verb, { serviceConsumer: { name: `${name}--${where}` } });
        return [rulesOf(answer), model.suspendConsumer(where, name, isOn)];
      },
      suspendProject: async (where) => {
        const input = { project: { name: where } };
        const isOn = !model.suspended.has(where);
        if (isOn) model.suspended.add(where);
        else model.suspended.delete(where);
        const more = { reason: 'ABUSE', reinstateAuthority: 'OPERATOR' };
        const answer = await act(app, isOn ? 'suspendProject' : 'resumeProject', isOn ? { ...input, ...more } : input);
        return [rulesOf(answer), []];
      },
      change: async (_where, name) => {
        const now = model.services.get(name);
        if (now === undefined) return [[], []];
        const steps = { Published: 'Deprecated', Deprecated: 'Retired', Retired: 'Retired' } as const;
        const offered = names
          .slice(0, names.indexOf(name))
          .filter((one) => model.services.get(one)?.phase !== 'Retired');
        await offer(
          name,
          pick([
            { ...now, gated: !now.gated },
            { ...now, gated: !now.gated },
            { ...now, needs: offered.filter(() => upTo(2) === 0) },
            { ...now, needs: offered.filter(() => upTo(2) === 0) },
            { ...now, phase: upTo(4) === 0 ? steps[now.phase] : now.phase },
          ]),
        );
        return [[], []];
      },
    };
    const kinds = [
      'ask',
      'ask',
      'ask',
      'withdraw',
      'withdraw',
      'approve',
      'approve',
      'deny',
      'suspend',
      'suspend',
      'suspendProject',
      'change',
      'change',
    ];
    for (let step = 0; step < STEPS; step++) {
      const [kind, where, name] = [pick(kinds), pick(places), pick(names)];
      const [said, expected] = (await operations[kind]?.(where, name)) ?? [];
      const at = `seed ${seed}, step ${step}: ${kind} ${where} ${name}`;
      expect(said, at).toEqual(expected);
      expect(await stateOf(names), at).toEqual(model.state());
    }
    for (const where of model.suspended) await act(app, 'resumeProject', { project: { name: where } });
  },
  60_000,
);

test('of an approval, a denial and a deletion at once each takes place before or after the others', async () => {
  await applied(app, service('raced', { gated: true }));
  const outcomes = new Set<string>();
  for (let round = 0; round < 12; round++) {
    await applied(app, entitlement('raced', 'raced', 'shop'));
    const serviceConsumer = { name: 'raced--shop' };
    const sent = [
      () => act(app, 'approveServiceConsumer', { serviceConsumer }),
      () => act(app, 'denyServiceConsumer', { serviceConsumer }),
      () => act(app, 'deleteServiceEntitlement', { name: 'raced', project: 'shop' }),
    ];
    const turned = [...sent.slice(round % 3), ...sent.slice(0, round % 3)];
    const answers = await Promise.all(turned.map((send) => send()));
    const [approved, denied, deleted] = sent.map((send) => answers[turned.indexOf(send)]);
    expect(deleted).toEqual({ changed: true, refused: [] });
    outcomes.add([approved, denied].map((answer) => (answer === undefined ? '' : rulesOf(answer).join())).join(' / '));
    expect(await state(app, 'raced')).toEqual([]);
  }
  const possible = ['', 'DENIAL_IS_FINAL', 'REFERENCE_NOT_FOUND'];
  for (const outcome of outcomes) {
    const [approval = '', denial = ''] = outcome.split(' / ');
    expect(possible).toContain(approval);
    expect(['', 'REFERENCE_NOT_FOUND']).toContain(denial);
    // Denied before it was approved, unless it was deleted before it was denied.
    if (approval === 'DENIAL_IS_FINAL') expect(denial).toBe('');
  }
});

test('C2.3g: dependencies of a published service that change reach 1 and 1,000 projects with the same statements', async () => {
  const statements = async (content: string): Promise<number | undefined> => {
    const document = 'mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code } } }';
    const answer = await app.execute(
      document,
      { input: { manifests: [{ content }] } },
      { 'x-catalog-explain': 'true' },
    );
    expect(answer.data.apply.userErrors).toEqual([]);
    return answer.extensions?.explain.statements;
  };
  const change = async (prefix: string, count: number) => {
    const [one, two, top] = [`${prefix}-one`, `${prefix}-two`, `${prefix}-top`];
    const used = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
    await applied(
      app,
      service(one),
      service(two),
      service(top, { needs: [one] }),
      ...used.map((name) => project(name, 'south')),
    );
    await applied(app, ...used.map((name) => entitlement(top, top, name)));
    const all = async () =>
      (
        await app.execute(
          `{ service(name: "${one}") { entitlements { totalCount } } other: service(name: "${two}") { entitlements { totalCount } } }`,
        )
      ).data;
    expect(await all()).toEqual({
      service: { entitlements: { totalCount: count } },
      other: { entitlements: { totalCount: 0 } },
    });
    const taken = await statements(service(top, { needs: [two] }));
    expect(await all()).toEqual({
      service: { entitlements: { totalCount: 0 } },
      other: { entitlements: { totalCount: count } },
    });
    return taken;
  };
  expect(await change('many', 1_000)).toBe(await change('few', 1));
}, 60_000);

test('a suspension that is made with the project it is about tells the entitlements of the same batch', async () => {
  await applied(app, service('born'));
  await applied(
    app,
    project('late', 'south'),
    entitlement('born', 'born', 'late'),
    manifest('ProjectSuspension', 'late', {
      projectRef: { name: 'late' },
      reason: 'Abuse',
      reinstateAuthority: 'Operator',
    }),
  );
  expect(await stateOf(['born'])).toEqual(['late born: ACTIVE DIRECT, record ACTIVE, suspended']);
});
