import { nearest } from './catalog/values/nearest.ts';

/** What the command line reads, which may run in the same environment. */
export const OF_THE_COMMAND_LINE = ['CATALOG_SERVER', 'CATALOG_TOKEN', 'CATALOG_CONTEXT', 'CATALOG_CONFIG_DIR'];

/** Prefixes under which a name is meant for the service, or nearly is. */
const OWN = /^CATALOG_/i;
const NEAR_OWN = /^(CATALOG|OIDC|OPENFGA)_/i;

/** Letters by which a name may be off to be a slip for certain. */
const SLIP = 2;

/** What Kubernetes and Docker set for a Service or container that is called so: `CATALOG_PORT=tcp://10.0.0.1:4000`. */
const isServiceLink = (name: string, value: string): boolean =>
  /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?$|_ENV_\w+$/.test(name) ||
  (/_(PORT|NAME)$/.test(name) && /^(tcp|udp|sctp):\/\/|^\//.test(value));

export interface UnknownSettings {
  /** Names that are a slip of a setting's: `CATALOG_ADMNI is no setting; did you mean CATALOG_ADMIN?` */
  readonly slips: readonly string[];
  /** Other names that look like settings and are ignored. */
  readonly ignored: readonly string[];
}

/** What an environment has that would be a setting, if it were spelt so. */
export function unknownSettings(
  environment: Readonly<Record<string, string | undefined>>,
  settings: readonly string[],
): UnknownSettings {
  const known = [...settings, ...OF_THE_COMMAND_LINE];
  const strange = Object.entries(environment)
    .filter(([name, value = '']) => NEAR_OWN.test(name) && !known.includes(name) && !isServiceLink(name, value))
    .map(([name]) => name)
    .sort();
  const meant = new Map(strange.map((name) => [name, nearest(name, known, SLIP)]));
  return {
    slips: strange.flatMap((name) => {
      const guess = meant.get(name);
      return guess === undefined ? [] : [`${name} is no setting; did you mean ${guess}?`];
    }),
    ignored: strange.filter((name) => OWN.test(name) && meant.get(name) === undefined),
  };
}
