import { expect, test } from 'vitest';
import { evaluate, rules } from '../../src/domains/registry/rules/evaluate.ts';
import { Registry } from '../../src/domains/registry/rules/registry.ts';
import { violationOf } from '../../src/domains/registry/rules/say.ts';
import { hideIn } from '../../src/platform/hide-names.ts';
import { random } from '../mutations/random.ts';

/* What a rule says of objects, whoever is told it may not see: a registry at random, which breaks nearly every rule. */

const services = ['auth', 'bill', 'cast', 'dock'];
const regions = ['north', 'south', 'west'];

interface Held {
  readonly registry: Registry;
  /** What everything is called. */
  readonly names: readonly string[];
}

function randomRegistry(seed: number): Held {
  const { next, pick, upTo } = random(seed);
  const registry = new Registry();
  const chance = (share: number): boolean => next() < share;
  for (const name of regions) {
    registry.regions.put({ id: name, name });
    registry.states.put({ id: `state ${name}`, name, regionId: name, state: pick(['Open', 'Planned', 'Closed']) });
    registry.sites.put({ id: `site ${name}`, name: `hall-${name}`, regionId: name });
  }
  for (const name of services) {
    registry.services.put({ id: name, name, phase: pick(['Draft', 'Published', 'Published', 'Retired']) });
    registry.runtimes.put({
      id: `runtime ${name}`,
      name,
      serviceId: name,
      core: chance(0.5),
      visibility: pick(['Public', 'Private']),
      leadingServiceId: chance(0.5) ? pick(services) : null,
      globalDomain: pick([`${name}.apis.one.com`, `${name}.apis.two.com`, 'taken.apis.one.com']),
      labelledDomains: null,
      primaryRegionId: pick(regions),
      maxSkewDays: 1,
    });
    for (const [order, version] of ['v1', 'v2', 'v3'].slice(0, upTo(4)).entries())
      registry.versions.put({
        id: `${name}.${version}`,
        name: `${name}.${version}`,
        serviceId: name,
        version,
        phase: pick(['Draft', 'Published', 'Published', 'Deprecated', 'Retired']),
        order,
        ageDays: upTo(5),
      });
  }
  const versions = [...registry.versions.all()];
  for (const { id, name } of versions)
    for (const target of versions.filter(() => chance(0.3)))
      registry.imports.put({
        id: `import ${id} ${target.id}`,
        name: `${name}.${target.serviceId}`,
        versionId: id,
        targetId: target.serviceId,
        targetVersionId: target.id,
      });
  for (const name of services) {
    const target = pick(services);
    registry.uses.put({ id: `use ${name}`, name: `${name}.${target}.use`, serviceId: name, targetId: target });
    registry.policies.put({
      id: `policy ${name}`,
      name: `kept-${name}`,
      projectId: name,
      regionIds: regions.filter(() => chance(0.5)),
    });
    registry.entitlements.put({
      id: `entitlement ${name}`,
      name: `may-${name}`,
      projectId: name,
      serviceId: pick(services),
    });
    const own = versions.filter(({ serviceId }) => serviceId === name);
    for (const region of regions.filter(() => own.length > 0 && chance(0.6)))
      registry.deployments.put({
        id: `deployment ${name}.${region}`,
        name: `${name}.${region}`,
        serviceId: name,
        regionId: region,
        versionId: pick(own).id,
        disabled: chance(0.3),
        isDown: chance(0.3),
        publicDomain: pick([`${name}.${region}.apis.one.com`, 'taken.apis.one.com']),
        isRegional: chance(0.5),
        privateDomain: chance(0.3) ? `${name}.local` : null,
        localNetworkId: chance(0.3) ? 'lan' : null,
        labelledDomains: null,
        upgradeStage: pick([null, 'Ready', 'Switching']),
        availableVersion: pick([null, 'v1', 'v2']),
      });
    registry.apiTypes.put({
      id: `type ${name}`,
      name: `${name}.thing`,
      serviceId: name,
      versionIds: own.filter(() => chance(0.5)).map(({ id }) => id),
      perVersion: [
        { version: 'v1', isRegional: true },
        { version: 'v2', isRegional: false },
      ],
    });
  }
  const all: readonly Iterable<{ readonly name: string }>[] = [
    registry.services.all(),
    registry.versions.all(),
    registry.imports.all(),
    registry.uses.all(),
    registry.regions.all(),
    registry.policies.all(),
    registry.entitlements.all(),
    registry.sites.all(),
    registry.deployments.all(),
    registry.apiTypes.all(),
  ];
  return { registry, names: all.flatMap((rows) => [...rows].map(({ name }) => name)) };
}

/** Another one is tried with `SEEDS=500 npx vitest run test/unit/registry-mentions.test.ts`. */
const seeds = Array.from({ length: Number(process.env.SEEDS ?? 40) }, (_, index) => index + 1);
/** Chains of 33 and imports by the dozen take more than four services. */
const tooLarge = ['I8_IMPORT_DEPTH', 'I8_TOO_MANY_IMPORTS'];

test('whatever a rule names in its sentence, and as missing, it says that it names: so it can be hidden', () => {
  const found = new Set<string>();
  for (const seed of seeds) {
    const { registry, names } = randomRegistry(seed);
    const deployments = new Set([...registry.deployments.all()].map(({ id }) => id));
    const findings = evaluate({
      registry,
      within: { created: deployments, moved: deployments, raised: deployments },
      kinds: new Set(rules.flatMap(({ on }) => on)),
      isTouched: () => true,
    });
    for (const finding of findings) {
      found.add(finding.rule.code);
      const violation = violationOf(finding);
      const mentioned = (violation.mentions ?? []).map(({ name }) => name);
      const { message, missing = [] } = hideIn(violation, mentioned);
      const told = [message, ...missing.flatMap(({ object, needed }) => [object, needed])].join('\n');
      const words = new Set(told.match(/[\w.-]*\w/g));
      const left = names.filter((name) => words.has(name));
      expect(left, `seed ${seed}, ${finding.code}: ${violation.message}\n${told}`).toEqual([]);
    }
  }
  const never = rules.map(({ code }) => code).filter((code) => !found.has(code) && !tooLarge.includes(code));
  expect(never).toEqual([]);
});
