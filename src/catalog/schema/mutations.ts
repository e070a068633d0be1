import type { Catalog } from '../model.ts';
import type { Builder } from './builder.ts';
import { createInputTypes } from './input-type.ts';
import type { Inputs } from './inputs.ts';
import { createKindInputs } from './kind-inputs.ts';
import { createMutationResults } from './mutation-results.ts';
import { addApply } from './mutations-apply.ts';
import { addBatch } from './mutations-batch.ts';
import { addVerbs } from './mutations-verbs.ts';
import type { Outputs } from './outputs.ts';
import { verbOfAction } from './verbs-of-action.ts';
import { verbsOfKind } from './verbs-of-kind.ts';

/** Everything that can be changed: each kind's mutations, the domains' actions, manifests, and batches of all of them. */
export function addMutations(builder: Builder, catalog: Catalog, inputs: Inputs, outputs: Outputs): void {
  builder.mutationType({ description: 'Everything that can be changed.' });
  const types = createInputTypes(builder);
  const kindInputs = createKindInputs(types, catalog, inputs);
  const results = createMutationResults(builder, catalog, outputs);
  const verbs = [
    ...catalog.kinds.flatMap((kind) => verbsOfKind(catalog, kind, types, kindInputs)),
    ...catalog.actions.map((action) => verbOfAction(catalog, action, types, kindInputs)),
  ];
  addVerbs(builder, outputs, results, verbs);
  addApply(builder, catalog, types, results);
  addBatch(builder, types, results, verbs);
}
