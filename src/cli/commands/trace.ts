import { stringifyJson } from '../../catalog/manifests/json.ts';
import { CliError } from '../cli-error.ts';
import type { Session } from '../session.ts';
import { nameIn } from '../targets.ts';
import { type Trace, traceText } from '../trace-text.ts';

export interface TraceOptions {
  readonly output: 'text' | 'json';
  readonly position?: number;
  readonly inwards?: boolean;
}

const DOCUMENT = `query CatalogTrace($port: String!, $from: TraceStartInput!) {
  port(name: $port) { name }
  trace(from: $from) {
    steps {
      __typename hasHidden
      ... on TracedPorts { ports { ...port } }
      ... on TracedCables { cables { name media status lengthM { text } } }
      ... on TracedCircuitEnds { ends { side circuit { name } port { ...port } } }
      ... on TracedPlaces { places { kind name } }
    }
    stop isComplete isActive isSplit isLoop lengthM { value } isLengthDefinite lostStrands
    choices { position port { name } to { name } }
  }
}
fragment port on Port { name label device { name } }`;

/** `catalog trace PORT`: the path from a port, step by step. */
export async function trace(
  session: Session,
  word: string,
  { output, position, inwards = false }: TraceOptions,
): Promise<number> {
  const { execute } = await session.client();
  const port = await nameIn(session, 'Port', word);
  const from = { port, direction: inwards ? 'INWARDS' : 'OVER_CABLE', ...(position !== undefined && { position }) };
  const found = await execute<{ port: object | null; trace: Trace | null }>(DOCUMENT, { port, from });
  if (found.port === null) throw new CliError(`port '${port}' does not exist or is not visible to you`);
  if (output === 'json') await session.terminal.print(`${stringifyJson(found.trace, 2)}\n`);
  else await session.terminal.print(traceText(found.trace));
  return 0;
}
