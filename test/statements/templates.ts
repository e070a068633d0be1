import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { createSqlReader, type Reading } from './sql-reader.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A piece of SQL in the sources of the service. */
export interface Template {
  readonly node: ts.TaggedTemplateExpression;
  readonly file: string;
  readonly line: number;
  /** Every way in which it can read; undefined when its source does not tell. */
  readonly readings: readonly Reading[] | undefined;
  /** Whether a text can have been made of it: whether it has its pieces, in their order. */
  isIn(text: string): boolean;
}

/** Every `sql` template of src/. */
export function readTemplates(): Template[] {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const config = ts.getParsedCommandLineOfConfigFile(`${root}tsconfig.json`, {}, host);
  if (config === undefined) throw new Error('tsconfig.json cannot be read');
  const isOurs = (file: string): boolean => file.startsWith(`${root}src/`);
  const program = ts.createProgram(config.fileNames.filter(isOurs), config.options);
  const reader = createSqlReader(program.getTypeChecker());
  const found: Template[] = [];
  for (const source of program.getSourceFiles()) {
    if (!isOurs(source.fileName)) continue;
    const visit = (node: ts.Node): void => {
      if (ts.isTaggedTemplateExpression(node) && reader.isSql(node)) {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        found.push({
          node,
          file: relative(root, source.fileName),
          line,
          readings: reader.read(node),
          isIn: (text) => hasPieces(text, piecesOf(node.template)),
        });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

const piecesOf = (template: ts.TemplateLiteral): string[] =>
  ts.isNoSubstitutionTemplateLiteral(template)
    ? [template.text]
    : [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)];

function hasPieces(text: string, pieces: readonly string[]): boolean {
  let end = 0;
  return pieces.every((piece) => {
    const start = text.indexOf(piece, end);
    end = start + piece.length;
    return start !== -1;
  });
}
