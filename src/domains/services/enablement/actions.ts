import { type Action, type ActionObject, type ActionState, defineAction } from '../../../catalog/action.ts';
import { ref, text } from '../../../catalog/fields.ts';
import { sql } from '../../../platform/db/sql.ts';

interface Deciding {
  readonly serviceConsumer: ActionObject;
  readonly message?: string;
}

const record = ref('ServiceConsumer', {
  required: true,
  description: 'The record of the project, in the project that produces the service.',
});
const shows = 'ServiceConsumer';

const decide = (name: string, decision: 'Approved' | 'Denied', description: string, message: string): Action =>
  defineAction<Deciding>({
    name,
    description,
    shows,
    input: { serviceConsumer: record, message: text({ description: message, max: 1024 }) },
    plan: ({ serviceConsumer: { id }, message: said }) => [
      {
        do: 'update',
        kind: 'ServiceConsumer',
        id,
        spec: { approval: { decision, ...(said !== undefined && { message: said }) } },
        from: { 'spec.approval.message': 'message', 'spec.approval': 'serviceConsumer' },
      },
    ],
  });

const suspend = (name: string, suspended: boolean, description: string): Action =>
  defineAction<Deciding>({
    name,
    description,
    shows,
    input: { serviceConsumer: record },
    plan: ({ serviceConsumer: { id } }) => [
      { do: 'update', kind: 'ServiceConsumer', id, spec: { suspended }, from: { 'spec.suspended': 'serviceConsumer' } },
    ],
  });

interface Using {
  readonly service: ActionObject;
  readonly project: ActionObject;
  readonly requestMessage?: string;
}

interface Found {
  readonly id: string;
  readonly name: string;
  readonly is_asked: boolean;
  readonly has_service: boolean;
}

/** Entitlements of the project: those to the service, and one of another service that has its name. */
const entitlementsOf = ({ service, project }: Using, state: ActionState): Promise<Found[]> =>
  state.query<Found>(sql`
    select id, name, origin = 'Direct' as is_asked, service_id = ${service.id} as has_service
    from service_entitlement
    where project_id = ${project.id} and (service_id = ${service.id} or name = ${service.name})`);

const enableService = defineAction<Using>({
  name: 'enableService',
  description:
    'Asks for a service for a project: makes its entitlement. It is active at once, or waits for the provider where the service is gated. Changes nothing where the project has asked for the service already.',
  shows: 'ServiceEntitlement',
  input: {
    service: ref('Service', { required: true, by: 'serviceName', description: 'The service to use.' }),
    project: ref('Project', { required: true, description: 'The project that wants to use it.' }),
    requestMessage: text({ description: 'Message to the provider who decides on the request.', max: 1024 }),
  },
  plan: async (input, state) => {
    const { service, project, requestMessage } = input;
    const found = await entitlementsOf(input, state);
    if (found.some((one) => one.has_service && one.is_asked)) return [];
    const isTaken = found.some(({ name }) => name === service.name);
    return [
      {
        do: 'create',
        kind: 'ServiceEntitlement',
        name: isTaken ? `${service.name}-${service.id.slice(-8)}` : service.name,
        project: project.name,
        spec: { serviceRef: { name: service.name }, ...(requestMessage !== undefined && { requestMessage }) },
        from: { 'spec.serviceRef': 'service', 'spec.requestMessage': 'requestMessage', metadata: 'project' },
      },
    ];
  },
});

const disableService = defineAction<Using>({
  name: 'disableService',
  description:
    'Ends the use of a service by a project: deletes its entitlement, and what only that one needs. A service that others of the project depend on stays as long as they do. Changes nothing where the project has not asked for the service.',
  shows: 'Service',
  input: {
    service: ref('Service', { required: true, by: 'serviceName', description: 'The service.' }),
    project: ref('Project', { required: true, description: 'The project that does not want to use it any more.' }),
  },
  plan: async (input, state) => {
    const found = await entitlementsOf(input, state);
    const own = found.filter((one) => one.has_service);
    return own.map(({ id }) => ({ do: 'delete', kind: 'ServiceEntitlement', id }) as const);
  },
});

export const enablementActions: readonly Action[] = [
  enableService,
  disableService,
  decide(
    'approveServiceConsumer',
    'Approved',
    'Approves the request of a project to use a service, which becomes active for it.',
    'Note on the decision.',
  ),
  decide(
    'denyServiceConsumer',
    'Denied',
    'Denies a project the use of a service, also one that was approved before: its access ends. The denial is final; the project can delete its entitlement and ask again.',
    'Reason of the denial, which the project gets to read.',
  ),
  suspend(
    'suspendServiceConsumer',
    true,
    'Suspends a project from using a service. It keeps its entitlement, whose condition `Suspended` says so.',
  ),
  suspend('reinstateServiceConsumer', false, 'Ends the suspension of a project from using a service.'),
];
