import type { TestApp } from '../kit/app.ts';

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly inputPath: readonly string[] | null;
  readonly accepted: string | null;
}

export interface Payload {
  readonly changed: boolean;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly userErrors: readonly Problem[];
  // biome-ignore lint/suspicious/noExplicitAny: what else was selected
  readonly [field: string]: any;
}

/** Sends one mutation with the input type of its name; a top-level error fails the test. */
export async function mutate(app: TestApp, name: string, input: object, selection = ''): Promise<Payload> {
  const type = name.startsWith('delete') ? 'DeleteObjectInput' : `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) {
    changed warnings { code message } userErrors { code message inputPath accepted } ${selection} } }`;
  const { data, errors } = await app.execute(document, { input });
  if (errors !== undefined) throw new Error(`${name} ${JSON.stringify(input)}: ${JSON.stringify(errors)}`);
  return data[name] as Payload;
}

/** Sends a batch; each operation is `{createRack: {…}}`. */
export async function batch(app: TestApp, operations: readonly object[], more: object = {}) {
  const document = `mutation ($input: BatchInput!) { batch(input: $input) {
    applied changed results { operation kind name outcome object { name revision } changes { path before after } }
    userErrors { code message inputPath accepted } } }`;
  const { data, errors } = await app.execute(document, { input: { operations, ...more } });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.batch as {
    readonly applied: boolean;
    readonly changed: boolean;
    readonly results: readonly {
      readonly operation: number;
      readonly kind: string;
      readonly name: string;
      readonly outcome: string;
      readonly object: { readonly name: string; readonly revision: string } | null;
    }[];
    readonly userErrors: readonly Problem[];
  };
}

export const codes = ({ userErrors }: { readonly userErrors: readonly Problem[] }): string[] =>
  userErrors.map(({ code, inputPath }) => `${code} ${(inputPath ?? []).join('.')}`);
