import { usageError } from '../cli-error.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { noteViolations, noteWarnings, USER_ERROR_FIELDS, type UserError, type Warning } from '../violations.ts';

export interface ReportOptions {
  readonly condition?: readonly string[];
  readonly reason: string;
  readonly message?: string;
  readonly available?: string;
  readonly shards?: number;
  readonly stage?: string;
  readonly target?: string;
  readonly ready?: string;
  readonly pending?: string;
  readonly dryRun?: true;
}

const REPORT = `mutation CatalogReport($input: ReportDeploymentInput!) { reportDeployment(input: $input) { changed
  warnings { code message } userErrors { ${USER_ERROR_FIELDS} } } }`;

interface Reported {
  readonly reportDeployment: {
    readonly changed: boolean;
    readonly warnings: readonly Warning[];
    readonly userErrors: readonly UserError[];
  };
}

/** `Serving=True` */
function readCondition(text: string, { reason, message }: ReportOptions): object {
  const [, type, status] = /^([^=]+)=(true|false|unknown)$/i.exec(text) ?? [];
  if (type === undefined || status === undefined) {
    throw usageError(`'${text}' is no condition`, 'accepted: TYPE=STATUS with True, False or Unknown: Serving=True');
  }
  return { type, status: status.toUpperCase(), reason, ...(message !== undefined && { message }) };
}

const list = (text: string | undefined): string[] => (text === undefined || text === '' ? [] : text.split(','));

function inputOf(deployment: string, options: ReportOptions): object {
  const { condition = [], available, shards, stage, target, ready, pending } = options;
  const upgrade = stage !== undefined && {
    upgrade: {
      stage: stage.toUpperCase().replaceAll('-', '_'),
      ...(target !== undefined && { targetVersion: target }),
      readyShards: list(ready),
      pendingShards: list(pending),
    },
  };
  const availableUpgrade = available !== undefined && {
    availableUpgrade:
      available === '' ? null : { apiVersion: available, ...(shards !== undefined && { totalShardsCount: shards }) },
  };
  if (condition.length === 0 && upgrade === false && availableUpgrade === false) {
    throw usageError('say something of it', 'for example --condition Serving=True --reason ProbePassed');
  }
  if (upgrade === false && (target ?? ready ?? pending) !== undefined) {
    throw usageError('say at which stage the upgrade is: --stage initial-syncing, switching or ready');
  }
  return {
    deployment: { name: deployment },
    ...(condition.length > 0 && { conditions: condition.map((one) => readCondition(one, options)) }),
    ...upgrade,
    ...availableUpgrade,
    validateOnly: options.dryRun === true,
  };
}

/** `catalog report`: how a deployment does, said by the service account that it names. */
export async function report(session: Session, deployment: string, options: ReportOptions): Promise<number> {
  const { terminal } = session;
  const isTrial = options.dryRun === true;
  const input = inputOf(deployment, options);
  const client = await session.client();
  const answer = await client.execute<Reported>(REPORT, { input }, { isWrite: !isTrial });
  const { changed, warnings, userErrors } = answer.reportDeployment;
  noteViolations(userErrors, [], terminal);
  if (userErrors.length > 0) {
    terminal.note(`nothing was reported: ${count(userErrors.length, 'refusal')}`);
    return 1;
  }
  noteWarnings(warnings, terminal);
  if (!terminal.isQuiet) {
    const outcome = changed ? `${isTrial ? 'would be ' : ''}reported` : 'says so already';
    await terminal.print(`deployment/${deployment} ${outcome}\n`);
  }
  return 0;
}
