import { heldOn } from '../../catalog/access/held-on.ts';
import { choice, ref, text } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { principalByText } from '../iam/index.ts';
import { activate, forget } from './enablement/activation.ts';

const ACTIVATE = 'services.miloapis.com/serviceentitlements.activate';

interface Activated {
  readonly phase: string;
  readonly service: string;
  readonly is_producer: boolean;
  readonly is_suspended: boolean;
}

/** It is made once, by the project that produces the service, for a service and a project that can be. */
const isPossible = rowRule<Activated>(
  (ids) => sql`select r.id, s.phase, s.name as service, s.owner_producer_project_id = r.project_id as is_producer,
      exists (select from project_suspension p where p.project_id = r.consumer_project_id) as is_suspended
    from service_activation_request r join service s on s.id = r.service_id where r.id = any(${ids}::uuid[])`,
  (change, { phase, service, is_producer: isProducer, is_suspended: isSuspended }) => {
    if (change.before !== undefined) return [];
    const found: Violation[] = [];
    if (!isProducer) {
      const message = `Only the project that produces ${service} activates it for others.`;
      found.push(refuse(change, 'NOT_THE_PRODUCER', 'metadata.labels', message, { accepted: 'the producer' }));
    }
    if (phase !== 'Published') {
      const message = `The service ${service} is ${phase}; it can be enabled only while it is Published.`;
      const evidence = { value: service, accepted: 'a Published service' };
      found.push(refuse(change, 'SERVICE_NOT_PUBLISHED', 'spec.serviceRef', message, evidence));
    }
    if (isSuspended) {
      const accepted = 'the end of the suspension first';
      found.push(
        refuse(change, 'PROJECT_SUSPENDED', 'spec.consumerProjectRef', 'the project is suspended', { accepted }),
      );
    }
    return found;
  },
);

/** The consumer, or its organization, has let the provider do that. */
async function isAllowed(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const { rights } = state.by;
  const made = changes.filter(({ before }) => before === undefined);
  if (rights === undefined || made.length === 0) return [];
  const rows = await state.query<{ id: string; consumer_project_id: string }>(
    sql`select id, consumer_project_id from service_activation_request where id = any(${made.map(({ id }) => id)}::uuid[])`,
  );
  const projectOf = new Map(rows.map((row) => [row.id, row.consumer_project_id]));
  const held = await heldOn(state, rights.holdings, [...projectOf.values()]);
  return made
    .filter(({ id }) => held.get(projectOf.get(id) ?? '')?.has(ACTIVATE) !== true)
    .map((change) => {
      const accepted = `a role that holds ${ACTIVATE} on the project or its organization`;
      const message = `${ACTIVATE} is missing on the project`;
      return refuse(change, 'FORBIDDEN', 'spec.consumerProjectRef', message, { accepted });
    });
}

export const serviceActivationRequest = defineKind({
  domain: 'services',
  group: 'services.miloapis.com',
  kind: 'ServiceActivationRequest',
  plural: 'serviceactivationrequests',
  description:
    'Enables a service for a project on the initiative of its provider, to whom the project or its organization has given the permission `serviceentitlements.activate`. It takes effect once, when it is made, and lives in the project that produces the service.',
  inProject: true,
  scope: { home: 'project' },
  // Who asks is who is signed in, whatever a manifest says.
  read: ({ requestedBy: _said, ...spec }) => spec,
  spec: {
    serviceRef: ref('Service', {
      description: 'The service to enable, by its canonical name or its object name. It must be Published.',
      required: true,
      immutable: 'always',
      owned: 'always',
      by: 'serviceName',
      inverse: {
        name: 'activationRequests',
        description: 'The requests of the provider to enable the service for projects.',
      },
    }),
    consumerProjectRef: ref('Project', {
      description: 'The project that is to use the service; null if you may not read that project any more.',
      required: true,
      immutable: 'always',
      owned: 'always',
      showsName: true,
      inverse: {
        name: 'activationRequests',
        description: 'The requests of providers to enable their services for this project.',
      },
    }),
    requestMessage: text({
      description: 'Message to the project, kept in its entitlement.',
      immutable: 'always',
      max: 1024,
    }),
  },
  status: {
    phase: choice(
      'ActivationPhase',
      {
        Pending: 'The entitlement waits.',
        Active: 'The project may use the service.',
        Denied: 'The provider has denied the project the use of the service, or the service is not offered any more.',
        Failed: 'The service could not be enabled. Here a request is refused instead.',
        Disabled: 'The project has ended the use of the service.',
      },
      { description: 'What has become of the request.', column: 'status_phase' },
    ),
    requestedBy: text({
      description: 'Who made the request: kind and name, such as `User/ada`; null if you may not read that account.',
      names: principalByText,
    }),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'CONSUMER', path: 'spec.consumerProjectRef.name' },
    { name: 'PHASE', path: 'status.phase' },
  ],
  checkAll: allOf(isPossible, isAllowed),
  derive: activate,
  undo: forget,
});
