import type { ActionModel, Catalog } from '../model.ts';
import type { DynamicTypes } from './dynamic-types.ts';
import { readContent } from './input-content.ts';
import { inputPositions } from './input-positions.ts';
import type { KindInputs } from './kind-inputs.ts';
import type { Verb } from './verb.ts';
import { requestMembers } from './verbs-of-kind.ts';

/** The mutation of an action. */
export function verbOfAction(catalog: Catalog, action: ActionModel, types: DynamicTypes, inputs: KindInputs): Verb {
  const { name, description, shows, as, shownKinds, input: spec, inputKind } = action;
  const [only] = shownKinds;
  const pascal = name.charAt(0).toUpperCase() + name.slice(1);
  return {
    name,
    description,
    input: types.input(`${pascal}Input`, () => ({
      description,
      members: { ...inputs.members(spec, 'new'), ...requestMembers },
    })),
    shows: {
      field: as ?? only?.field ?? shows,
      type: shownKinds.length > 1 ? shows : (only?.type ?? shows),
      kinds: shownKinds,
    },
    read: (input, at) => ({
      do: 'act',
      action,
      content: readContent(catalog, inputKind, input, at),
      positionOf: inputPositions(inputKind, at, at, input),
    }),
  };
}
