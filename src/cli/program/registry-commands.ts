import { type Command, Option } from 'commander';
import { usageError } from '../cli-error.ts';
import type { GraphOptions } from '../commands/graph.ts';
import { isPlannable, type PlanOptions, plan, plannable } from '../commands/plan.ts';
import { doable, isDoable, type RegistryOptions, registry } from '../commands/registry.ts';
import type { ReportOptions } from '../commands/report.ts';
import type { DeployOptions, RetireOptions, UpgradeOptions } from '../commands/roll-out.ts';
import { collect, positive } from './arguments.ts';
import type { Commands } from './commands.ts';

const service = ['<service>', 'its name, or its canonical name'] as const;

/** `deploy`, `upgrade`, `retire`, `plan`, `registry`, `report` and `graph`: what runs where. */
export function addRegistryCommands({ add, sessionOf, onDone }: Commands): void {
  const changing = (name: string, description: string): Command =>
    add(name, description).option('--dry-run', 'show what would happen, but change nothing');
  const regions = (description: string): Option =>
    new Option('--region <name>', `${description}; can be repeated`).argParser(collect);

  changing('deploy', 'Bring a service to a region, or the deployment there to a version.')
    .argument(...service)
    .argument('<region>', 'name of the region')
    .option('--to <version>', 'highest version it serves there; default for a new one: the preferred version')
    .option('--domain <host>', 'address there; default: the global one with the region as its second label')
    .option('--location <place>', 'CONTINENT/COUNTRY/AGGLOMERATION/CITY/CLOUD; default: that of others in the region')
    .option('--service-account <name>', 'account of the program that runs it, which reports on it')
    .addOption(new Option('--disable', 'send no traffic to it').conflicts('enable'))
    .option('--enable', 'send traffic to it again')
    .action(async (name: string, region: string, options: DeployOptions, self: Command) =>
      onDone(await (await import('../commands/roll-out.ts')).deploy(sessionOf(self), name, region, options)),
    );
  changing('upgrade', 'Raise deployments of a service to a version, all together or none.')
    .argument(...service)
    .argument('<version>', 'such as v2')
    .addOption(regions('only in this region'))
    .action(async (name: string, version: string, options: UpgradeOptions, self: Command) =>
      onDone(await (await import('../commands/roll-out.ts')).upgrade(sessionOf(self), name, version, options)),
    );
  changing('retire', 'Retire a version of a service, or take the service out of regions.')
    .argument(...service)
    .argument('[version]', 'such as v1')
    .addOption(regions('take the service out of this region'))
    .option('--deprecate', 'only deprecate the version, which comes before')
    .action(async (name: string, version: string | undefined, options: RetireOptions, self: Command) =>
      onDone(await (await import('../commands/roll-out.ts')).retire(sessionOf(self), name, version, options)),
    );
  changing(
    'plan',
    'Say whether the registry allows a change, and what has to be done before. Exit code 1: not yet. Changes nothing.',
  )
    .argument(
      '<what>',
      Object.entries(plannable)
        .map(([what, takes]) => `${what} ${takes}`)
        .join('; '),
    )
    .argument('<names...>', 'what it is about')
    .option('--to <version>', 'with deploy: the version; default: the preferred one')
    .addOption(regions('with upgrade and retire: only in this region'))
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'json']).default('table'))
    .action(async (what: string, names: string[], options: PlanOptions, self: Command) => {
      if (!isPlannable(what))
        throw usageError(`cannot plan '${what}'`, `can plan ${Object.keys(plannable).join(', ')}`);
      onDone(await plan(sessionOf(self), what, names, options));
    });
  changing('registry', 'Take a step of a plan that is about a version, its imports, a region or a primary region.')
    .argument(
      '<what>',
      Object.entries(doable)
        .map(([what, takes]) => `${what} ${takes}`)
        .join('; '),
    )
    .argument('<names...>', 'what it is about')
    .option('--drop', 'with import: the version imports the service no longer')
    .action(async (what: string, names: string[], options: RegistryOptions, self: Command) => {
      if (!isDoable(what)) throw usageError(`cannot do '${what}'`, `can do ${Object.keys(doable).join(', ')}`);
      onDone(await registry(sessionOf(self), what, names, options));
    });
  changing('report', 'Say how a deployment does, as the service account that it names.')
    .argument('<deployment>', 'its name: SERVICE.REGION')
    .addOption(
      new Option('--condition <type=status>', 'such as Serving=True or Degraded=False; can be repeated').argParser(
        collect,
      ),
    )
    .option('--reason <word>', 'why, in one word for programs', 'Reported')
    .option('--message <text>', 'the same for people')
    .option('--available <version>', 'version that what is installed could serve; "" for none')
    .addOption(new Option('--shards <number>', 'with --available: number of shards of the data').argParser(positive))
    .addOption(new Option('--stage <stage>', 'stage of the upgrade').choices(['ready', 'initial-syncing', 'switching']))
    .option('--target <version>', 'with --stage: version that it is upgraded to')
    .option('--ready <numbers>', 'with --stage: shards that are done: 0,1')
    .option('--pending <numbers>', 'with --stage: shards that are still to be done')
    .action(async (deployment: string, options: ReportOptions, self: Command) =>
      onDone(await (await import('../commands/report.ts')).report(sessionOf(self), deployment, options)),
    );
  add('graph', 'Draw what depends on what.')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'mermaid', 'svg']).default('text'))
    .option('--no-uses', 'imports only')
    .argument('<what>', 'services: what they import and use')
    .argument('[service...]', 'only these, with what they depend on and what depends on them')
    .action(async (what: string, names: string[], options: GraphOptions, self: Command) => {
      if (what !== 'services') throw usageError(`cannot draw '${what}'`, 'can draw services');
      onDone(await (await import('../commands/graph.ts')).graph(sessionOf(self), names, options));
    });
}
