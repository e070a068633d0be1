import type { Answer, Assemble, FieldShape, ObjectShape } from './plan-types.ts';

type Setter = (into: Answer, cells: readonly unknown[]) => void;

/** Makes an answer for graphql-js of one row of cells: null where the object is not there. */
export function assembleObject({ type, id, fields }: ObjectShape): Assemble {
  const setters = fields.map(setterOf);
  return (cells) => {
    if (id !== undefined && cells[id] === null) return null;
    const answer: Answer = { __typename: type.name };
    for (const set of setters) set(answer, cells);
    return answer;
  };
}

/** The first of several objects that is there. */
export function assembleFirst(options: readonly ObjectShape[]): Assemble {
  const assembles = options.map(assembleObject);
  return (cells) => {
    for (const assemble of assembles) {
      const answer = assemble(cells);
      if (answer !== null) return answer;
    }
    return null;
  };
}

function setterOf(field: FieldShape): Setter {
  const { selected, context } = field;
  const { key, args } = selected;
  switch (field.from) {
    case 'typename':
      return () => undefined; // An answer has the name of its type, where graphql-js looks for it.
    case 'constant':
      return (into) => {
        into[key] = field.value;
      };
    case 'row': {
      const { places, source } = field;
      return (into, cells) => {
        const values = places.map((place) => cells[place]);
        into[key] = source.read(values, args, context, selected);
      };
    }
    case 'group': {
      const { present, shape } = field;
      const setters = shape.fields.map(setterOf);
      return (into, cells) => {
        if (present !== undefined && cells[present] !== true) {
          into[key] = null;
          return;
        }
        const answer: Answer = {};
        for (const set of setters) set(answer, cells);
        into[key] = answer;
      };
    }
    case 'one': {
      const assemble = assembleFirst(field.options);
      return (into, cells) => {
        into[key] = assemble(cells);
      };
    }
    case 'many':
    case 'walk': {
      const { child } = field;
      return (into, cells) => {
        child.pending.push({ into, key, parentId: String(cells[child.parent]) });
      };
    }
  }
}
