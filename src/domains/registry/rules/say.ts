import type { MissingFact, Violation } from '../../../platform/violation.ts';
import type { Finding } from './evaluate.ts';
import type { Fact } from './rule.ts';

const place = ({ service = '', region = '' }: Fact): string => `Deployment/${service}.${region}`;

/** What would have to be the case, about which object, where in it. */
export function factOf(fact: Fact): MissingFact {
  const { do: doing, service = '', region = '', version = '', target = '' } = fact;
  switch (doing) {
    case 'Deploy':
      if (fact.isAny === true) return { object: place(fact), needed: 'present' };
      return { object: place(fact), path: 'spec.currentVersionRef', needed: `${version} or higher` };
    case 'Lower':
      return { object: place(fact), path: 'spec.currentVersionRef', needed: `${version} or lower` };
    case 'Undeploy':
      return { object: place(fact), needed: 'absent' };
    case 'Enable':
    case 'Disable':
      return { object: place(fact), path: 'spec.disabled', needed: doing === 'Enable' ? 'false' : 'true' };
    case 'Import':
    case 'DropImport':
      return {
        object: `ServiceImport of ${target} by ${version}`,
        needed: doing === 'Import' ? 'present' : 'absent',
      };
    case 'Publish':
    case 'Deprecate':
    case 'Retire': {
      const phase = { Publish: 'Published', Deprecate: 'Deprecated', Retire: 'Retired' }[doing];
      return { object: `ServiceVersion/${version}`, path: 'spec.phase', needed: phase };
    }
    case 'OpenRegion':
    case 'CloseRegion':
      return {
        object: `RegionState of ${region}`,
        path: 'spec.state',
        needed: doing === 'OpenRegion' ? 'Open' : 'Closing',
      };
    case 'MovePrimary':
      return { object: `ServiceRuntime of ${service}`, path: 'spec.primaryRegionRef', needed: region };
    case 'Other':
      return fact.other ?? { object: '', needed: '' };
  }
}

/** `Deployment/relay.eu: spec.disabled false` */
export const factText = ({ object, path, needed }: MissingFact): string =>
  `${object}: ${path === undefined ? '' : `${path} `}${needed}`;

const MOST_CLAUSES = 10;

/** One message of several clauses. */
export function messageOf(clauses: readonly string[]): string {
  const more = clauses.length - MOST_CLAUSES;
  return [...clauses.slice(0, MOST_CLAUSES), ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}

/** What a broken rule is as a refusal. Of what it misses, a deployment is named by its service, and hidden with it. */
export const violationOf = ({ rule, code, side, clauses, missing, named }: Finding): Violation => ({
  rule: code,
  subject: `${side.kind}/${side.name}`,
  path: side.path,
  message: messageOf(clauses),
  missing: missing.map(factOf),
  // What would have to be the case says it exactly; else what holds.
  ...(missing.length === 0 && { accepted: rule.sentence }),
  mentions: [
    ...named,
    ...missing.flatMap(({ service, region }) =>
      named.filter(({ name }) => name === service).map((mention) => ({ ...mention, name: `${service}.${region}` })),
    ),
  ],
});
