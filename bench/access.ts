import type { App } from '../src/app.ts';
import { sql } from '../src/platform/db/sql.ts';
import { ask, load, quantile } from './load.ts';
import { callers } from './people.ts';
import { queries } from './queries.ts';

type Token = (subject: string) => Promise<string>;

/** Each query as each caller, against the administrator in the same run. */
export async function measureCallers(app: App, token: Token, seconds: number): Promise<void> {
  const url = `${app.url}/graphql`;
  console.log(
    `\nreads per second by caller; ratio to the administrator\n${'query'.padEnd(28)}${callers.map((name) => name.padStart(22)).join('')}`,
  );
  for (const { name, document } of queries) {
    const cells: string[] = [];
    const admin = { url, document, token: await token('bench-admin') };
    for (const caller of callers) {
      const request = { url, document, token: await token(caller) };
      await load(request, seconds / 4);
      // Side by side, since other work comes and goes: the administrator before and after.
      const before = await load(admin, seconds / 2);
      const { perSecond } = await load(request, seconds);
      const after = await load(admin, seconds / 2);
      const ratio = perSecond / ((before.perSecond + after.perSecond) / 2);
      cells.push(`${perSecond.toFixed(0)} (${ratio.toFixed(2)})`.padStart(22));
    }
    console.log(`${name.padEnd(28)}${cells.join('')}`);
  }
}

/** The first request of a caller after rights have changed somewhere. */
export async function measureCold(app: App, token: Token): Promise<void> {
  console.log('\ncold request (rights have changed since the last one), ms');
  for (const caller of callers) {
    const request = {
      url: `${app.url}/graphql`,
      document: '{ sites(first: 1) { nodes { name } } }',
      token: await token(caller),
    };
    const times: number[] = [];
    for (let round = 0; round < 15; round++) {
      await app.database.execute(sql`update access_position set position = position + 1`);
      const startedAt = performance.now();
      await ask(request);
      times.push(performance.now() - startedAt);
    }
    console.log(
      `${caller.padEnd(22)} p50 ${quantile(times, 0.5).toFixed(1).padStart(7)}   p99 ${quantile(times, 0.99).toFixed(1).padStart(7)}`,
    );
  }
}

/** Single mutations, with everything that a write does; and how long a right outlives its revocation. */
export async function measureWrites(app: App, token: Token): Promise<void> {
  const url = `${app.url}/graphql`;
  const admin = await token('bench-admin');
  const times: number[] = [];
  for (let index = 0; index < 100; index++) {
    const startedAt = performance.now();
    await ask({
      url,
      token: admin,
      document: `mutation { updateRack(input: {name: "s1-r1", changes: {heightU: ${43 + (index % 2)}}}) { changed userErrors { message } } }`,
    });
    times.push(performance.now() - startedAt);
  }
  const rate = 1_000 / (times.reduce((sum, ms) => sum + ms, 0) / times.length);
  console.log(
    `\nsingle-object mutations, one after another: ${rate.toFixed(0)}/s, p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms (permission check included)`,
  );

  const outsider = await token('outsider');
  const sees = async (): Promise<boolean> =>
    !(await ask({ url, token: outsider, document: '{ site(name: "s2") { name } }' })).includes('null');
  const revoked: number[] = [];
  for (let round = 0; round < 40; round++) {
    await ask({
      url,
      token: admin,
      document:
        'mutation { bindRole(input: {role: {namespace: "milo-system", name: "site-viewer"}, subject: {user: {name: "outsider"}}, resource: {site: {name: "s2"}}}) { userErrors { message } } }',
    });
    if (!(await sees())) throw new Error('a role that was given does not hold');
    await ask({
      url,
      token: admin,
      document:
        'mutation { unbindRole(input: {role: {namespace: "milo-system", name: "site-viewer"}, subject: {user: {name: "outsider"}}, resource: {site: {name: "s2"}}}) { userErrors { message } } }',
    });
    const acknowledgedAt = performance.now();
    while (await sees()) if (performance.now() - acknowledgedAt > 10_000) throw new Error('a revoked role still holds');
    revoked.push(performance.now() - acknowledgedAt);
  }
  console.log(
    `revocation, from its acknowledgement to the answer of the first request that is refused: p50 ${quantile(revoked, 0.5).toFixed(1)} ms, p99 ${quantile(revoked, 0.99).toFixed(1)} ms`,
  );
}
