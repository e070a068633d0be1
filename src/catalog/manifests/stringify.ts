import { Document, type DocumentOptions, type ScalarTag, type SchemaOptions, visit } from 'yaml';

/** A text that is written with quotes, because some reader would not take it for a text. */
const quoted = (tag: string, test: RegExp): ScalarTag => ({ tag, default: true, test, resolve: (text) => text });

/** What the library's own expressions for YAML 1.1 leave out. */
const customTags = [
  quoted('tag:yaml.org,2002:value', /^=$/), // https://yaml.org/type/value.html; PyYAML refuses it
  // go-yaml, which kubectl and kustomize read with, takes underscores out of whatever may be a number.
  quoted(
    'go-number',
    /^(?=[-+.0-9])[-+]?_*(0_*[oO][0-7_]+|0_*[bB][01_]+|0_*[xX][0-9a-fA-F_]+|([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9_]+)([eE]_*[-+]?[0-9_]+)?)$/,
  ),
];

const options: DocumentOptions & SchemaOptions & { readonly aliasDuplicateObjects: boolean } = {
  aliasDuplicateObjects: false,
  compat: 'yaml-1.1',
  customTags,
};

/** Line breaks of YAML 1.1 that are none in YAML 1.2, as they are escaped within double quotes. */
const breaks: Readonly<Record<string, string>> = { '\u0085': '\\N', '\u2028': '\\L', '\u2029': '\\P' };

/** Texts that libyaml does not read unless they are quoted: with such a break, or beginning with a tab. */
const onlyQuoted = /[\u0085\u2028\u2029]|^\s*\t/;

function stringify(value: unknown): string {
  const document = new Document(value, options);
  const text = document.toString({ lineWidth: 0 });
  if (!/[\u0085\u2028\u2029\t]/.test(text)) return text;
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && onlyQuoted.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 }).replace(/[\u0085\u2028\u2029]/g, (one) => breaks[one] ?? one);
}

/**
 * Manifests as YAML documents, parted by `---`. A text stays a text for every reader: what YAML 1.2 or YAML 1.1
 * (kubectl, kustomize, PyYAML) would take for a number, a boolean, a date or null is quoted: `yes`, `12:30`, `1_000`.
 */
export const stringifyYaml = (documents: readonly unknown[]): string => documents.map(stringify).join('---\n');
