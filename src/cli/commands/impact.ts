import { stringifyJson } from '../../catalog/manifests/json.ts';
import { CliError, usageError } from '../cli-error.ts';
import { type Impact, impactText } from '../impact-text.ts';
import type { Session } from '../session.ts';
import { findTargets } from '../targets.ts';

export interface ImpactOptions {
  readonly output: 'text' | 'json';
  readonly most?: number;
}

const listed = (name: string, members: string): string => `${name} { totalCount hiddenCount items { ${members} } }`;
const carried = (name: string): string =>
  listed(`${name}s`, `verdict isLost of: ${name} { kind name } before: pathsBefore after: pathsAfter`);

const DOCUMENT = `query CatalogImpact($of: [String!]!, $most: Int) {
  impact(of: $of, most: $most) {
    lost { kind name } unknown isCapped
    ${listed('lostDevices', 'kind name')}
    ${listed('paths', 'before { ...ends } after { ...ends }')}
    ${listed('devices', 'verdict of: device { kind name } before: pathsBefore after: pathsAfter isRedundant')}
    ${listed('power', 'verdict of: device { kind name } before: inletsBefore after: inletsAfter')}
    ${listed('sites', 'verdict of: site { kind name } before: waysOutBefore after: waysOutAfter')}
    ${carried('circuit')} ${carried('link')}
    ${listed('virtualMachines', 'verdict of: virtualMachine { kind name }')}
    ${listed('deployments', 'verdict of: deployment { kind name }')}
    ${listed('services', 'kind name')} ${listed('projects', 'kind name')}
  }
}
fragment ends on Trace {
  stop
  steps {
    __typename
    ... on TracedPorts { ports { name label device { name } } }
    ... on TracedCircuitEnds { ends { circuit { name } } }
    ... on TracedPlaces { places { kind name } }
  }
}`;

/** `catalog impact KIND/NAME…`: what breaks when all of these are lost. */
export async function impact(
  session: Session,
  words: readonly string[],
  { output, most }: ImpactOptions,
): Promise<number> {
  const targets = await findTargets(session, words);
  const of = targets.flatMap(({ kind, names }) => {
    if (names === undefined) throw usageError(`say which ${kind.plural}: by name`);
    return names.map((name) => `${kind.kind}/${name}`);
  });
  const { execute } = await session.client();
  const found = (await execute<{ impact: Impact }>(DOCUMENT, { of, ...(most !== undefined && { most }) })).impact;
  if (found.unknown.length > 0)
    throw new CliError(`${found.unknown.join(', ')}: does not exist, is not visible to you, or cannot be lost`);
  await session.terminal.print(output === 'json' ? `${stringifyJson(found, 2)}\n` : impactText(found));
  return 0;
}
