import { bySystem } from '../../src/catalog/author.ts';
import type { DerivedStore } from '../../src/catalog/kind.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { domains } from '../../src/domains/index.ts';
import type { Query } from '../../src/platform/db/database.ts';
import { Sql, sql } from '../../src/platform/db/sql.ts';

/**
 * Statements of the rules of all kinds as they are when one object with an empty spec has changed and the database has
 * nothing to say: those of rules that are made by a function for several tables, which their source does not show.
 */
export async function statementsOfRules(): Promise<Set<string>> {
  const catalog = createCatalog(domains);
  const found = new Set<string>();
  const note = (query: Query): void => {
    found.add(query instanceof Sql ? query.text : query.compile().sql);
  };
  const store: DerivedStore = {
    by: bySystem,
    catalog,
    isVisible: () => sql`true`,
    query: async (query) => {
      note(query);
      return [];
    },
    execute: async (query) => {
      note(query);
      return 0;
    },
    rescope: async () => {},
    promote: async () => undefined,
    remove: async () => undefined,
  };
  for (const { kind, groups, checkAll, checkGone, derive, undo } of catalog.kinds) {
    const object = { kind, group: groups[0], id: '', name: '', namespace: null, labels: {}, annotations: {}, spec: {} };
    const changes = [{ ...object, before: undefined }];
    const hooks: (() => Promise<unknown> | undefined)[] = [
      () => checkAll?.(changes, store),
      () => checkGone?.([object], store),
      () => derive?.(changes, store),
      () => undo?.([object], store),
    ];
    // A rule that cannot do with an empty spec shows what it has asked until then.
    for (const run of hooks)
      await Promise.resolve()
        .then(run)
        .catch(() => undefined);
  }
  return found;
}
