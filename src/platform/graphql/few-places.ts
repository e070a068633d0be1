import type { BaseContext } from '@apollo/server';
import { type DocumentNode, visit } from 'graphql';
import type { OperationStep } from './operation-steps.ts';

/** So many lines are counted in some 25 ms, and those before each error are counted for it. */
const MOST_LINES = 500_000;
/** Of validation. */
const MOST_ERRORS = 100;

function linesIn(text: string): number {
  let count = 1;
  for (const lineEnd of ['\n', '\r']) {
    for (let at = text.indexOf(lineEnd); at >= 0; at = text.indexOf(lineEnd, at + 1)) count++;
  }
  return count;
}

function fieldsIn(document: DocumentNode): number {
  let count = 0;
  visit(document, { Field: () => void count++ });
  return count;
}

/** Its errors have no places from now on. */
function forgetPlaces(document: DocumentNode): void {
  visit(document, {
    enter: (node) => {
      if (node !== document) Reflect.deleteProperty(node, 'loc');
    },
  });
}

/**
 * Errors of a document of very many lines do not say where in it they are: for each of them graphql-js would count all
 * lines before it, in one piece. Validation has some errors at most; later each field may have one.
 */
export const fewPlaces = <Context extends BaseContext>(): OperationStep<Context> => ({
  validationDidStart: ({ source, document }) => {
    const lines = linesIn(source);
    if (lines * MOST_ERRORS > MOST_LINES) forgetPlaces(document);
    return () => {
      if (lines > 1 && lines * fieldsIn(document) > MOST_LINES) forgetPlaces(document);
    };
  },
});
