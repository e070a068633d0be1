import { readFile } from 'node:fs/promises';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';

const file = new URL('../../Dockerfile', import.meta.url);

/** The instructions of the Dockerfile. */
export const readDockerfile = async (): Promise<readonly Instruction[]> =>
  DockerfileParser.parse(await readFile(file, 'utf8')).getInstructions();

/** What stands behind an instruction, wherever it occurs, on one line each. */
export const argumentsOf = (instructions: readonly Instruction[], keyword: string): string[] =>
  instructions
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => (instruction.getArgumentsContent() ?? '').replace(/\\\n\s*/g, ''));

/** The environment that the image gives to the service. */
export async function imageEnvironment(): Promise<Record<string, string>> {
  const pairs = argumentsOf(await readDockerfile(), 'ENV').flatMap((text) => text.split(/\s+/));
  return Object.fromEntries(pairs.map((pair) => pair.split('=')));
}
