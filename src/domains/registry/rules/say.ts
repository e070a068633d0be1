import type { MissingFact } from '../../../platform/violation.ts';
import type { Fact } from './rule.ts';

const place = ({ service = '', region = '' }: Fact): string => `Deployment/${service}.${region}`;

/** What would have to be the case, about which object, where in it. */
export function factOf(fact: Fact): MissingFact {
  const { do: doing, service = '', region = '', version = '', target = '' } = fact;
  switch (doing) {
    case 'DEPLOY':
      return { object: place(fact), path: 'spec.currentVersionRef', needed: `${version} or higher` };
    case 'LOWER':
      return { object: place(fact), path: 'spec.currentVersionRef', needed: `${version} or lower` };
    case 'UNDEPLOY':
      return { object: place(fact), needed: 'absent' };
    case 'ENABLE':
    case 'DISABLE':
      return { object: place(fact), path: 'spec.disabled', needed: doing === 'ENABLE' ? 'false' : 'true' };
    case 'IMPORT':
    case 'DROP_IMPORT':
      return {
        object: `ServiceImport of ${target} by ${version}`,
        needed: doing === 'IMPORT' ? 'present' : 'absent',
      };
    case 'PUBLISH':
    case 'DEPRECATE':
    case 'RETIRE': {
      const phase = { PUBLISH: 'Published', DEPRECATE: 'Deprecated', RETIRE: 'Retired' }[doing];
      return { object: `ServiceVersion/${version}`, path: 'spec.phase', needed: phase };
    }
    case 'OPEN_REGION':
    case 'CLOSE_REGION':
      return {
        object: `RegionState of ${region}`,
        path: 'spec.state',
        needed: doing === 'OPEN_REGION' ? 'Open' : 'Closing',
      };
    case 'MOVE_PRIMARY':
      return { object: `ServiceRuntime of ${service}`, path: 'spec.primaryRegionRef', needed: region };
  }
}

const MOST_CLAUSES = 10;

/** One message of several clauses. */
export function messageOf(clauses: readonly string[]): string {
  const more = clauses.length - MOST_CLAUSES;
  return [...clauses.slice(0, MOST_CLAUSES), ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}
