import type { Catalog } from '../model.ts';
import type { Builder } from './builder.ts';
import type { DynamicTypes } from './dynamic-types.ts';
import type { Inputs } from './inputs.ts';
import { createKindInputs } from './kind-inputs.ts';
import { createMutationResults } from './mutation-results.ts';
import { addApply } from './mutations-apply.ts';
import { addBatch } from './mutations-batch.ts';
import { addVerbs } from './mutations-verbs.ts';
import { verbOfAction } from './verbs-of-action.ts';
import { verbsOfKind } from './verbs-of-kind.ts';

/** Everything that can be changed: each kind's mutations, the domains' actions, manifests, and batches of all of them. */
export function addMutations(builder: Builder, types: DynamicTypes, catalog: Catalog, inputs: Inputs): void {
  builder.mutationType({
    description:
      'Everything that can be changed. A mutation takes place completely or not at all; `userErrors` of its payload say why not.',
  });
  const kindInputs = createKindInputs(types, catalog, inputs);
  const results = createMutationResults(builder, catalog);
  const verbs = [
    ...catalog.kinds.flatMap((kind) => verbsOfKind(catalog, kind, types, kindInputs)),
    ...catalog.actions.map((action) => verbOfAction(catalog, action, types, kindInputs)),
  ];
  addVerbs(builder, types, results, verbs);
  addApply(builder, types, catalog, results);
  addBatch(builder, types, results, verbs);
}
