import { stringifyJson } from '../../catalog/manifests/json.ts';
import { CliError, usageError } from '../cli-error.ts';
import { askListed, type Impact, impactText, type Overlap, overlapText } from '../impact-text.ts';
import type { Session } from '../session.ts';
import { findTargets } from '../targets.ts';

export interface ImpactOptions {
  readonly output: 'text' | 'json';
  readonly most?: number;
  readonly with?: readonly string[];
}

const carried = (name: string): string =>
  askListed(`${name}s`, `verdict isLost of: ${name} { kind name } before: pathsBefore after: pathsAfter`);

const DOCUMENT = `query CatalogImpact($of: [String!]!, $most: Int) {
  impact(of: $of, most: $most) {
    lost { kind name } unknown isCapped
    ${askListed('lostDevices')}
    ${askListed('paths', 'before { ...ends } after { ...ends }')}
    ${askListed('devices', 'verdict of: device { kind name } before: pathsBefore after: pathsAfter isRedundant')}
    ${askListed('power', 'verdict of: device { kind name } before: inletsBefore after: inletsAfter')}
    ${askListed('sites', 'verdict of: site { kind name } before: waysOutBefore after: waysOutAfter')}
    ${carried('circuit')} ${carried('link')}
    ${askListed('virtualMachines', 'verdict of: virtualMachine { kind name }')}
    ${askListed('deployments', 'verdict of: deployment { kind name }')}
    ${askListed('services')} ${askListed('projects')}
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

const OVERLAP = `query CatalogImpactOverlap($of: [String!]!, $with: [String!]!, $most: Int) {
  impactOverlap(of: $of, with: $with, most: $most) {
    unknown isCapped
    ${['devices', 'sites', 'circuits', 'links', 'virtualMachines', 'deployments'].map((list) => askListed(list)).join(' ')}
  }
}`;

/**
 * `catalog impact KIND/NAME…`: what breaks when all of these are lost; with `--with KIND/NAME…` what is down when those are
 * lost as well, and with neither alone.
 */
export async function impact(session: Session, words: readonly string[], options: ImpactOptions): Promise<number> {
  const { output, most, with: others } = options;
  const named = async (some: readonly string[]): Promise<string[]> =>
    (await findTargets(session, some)).flatMap(({ kind, names }) => {
      if (names === undefined) throw usageError(`say which ${kind.plural}: by name`);
      return names.map((name) => `${kind.kind}/${name}`);
    });
  const variables = { of: await named(words), ...(most !== undefined && { most }) };
  const { execute } = await session.client();
  const print = (found: { readonly unknown: readonly string[] }, text: () => string): Promise<void> => {
    if (found.unknown.length > 0)
      throw new CliError(`${found.unknown.join(', ')}: does not exist, is not visible to you, or cannot be lost`);
    return session.terminal.print(output === 'json' ? `${stringifyJson(found, 2)}\n` : text());
  };
  if (others === undefined) {
    const found = (await execute<{ impact: Impact }>(DOCUMENT, variables)).impact;
    await print(found, () => impactText(found));
  } else {
    const both = { ...variables, with: await named(others) };
    const found = (await execute<{ impactOverlap: Overlap }>(OVERLAP, both)).impactOverlap;
    await print(found, () => overlapText(found));
  }
  return 0;
}
