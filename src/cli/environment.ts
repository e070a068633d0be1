/** What the command line takes from the environment; an option on the command line wins. */
export interface Environment {
  /** Address of the service: `CATALOG_SERVER`. */
  readonly server: string | undefined;
  /** Bearer token: `CATALOG_TOKEN`. */
  readonly token: string | undefined;
  /** Where an embedded service keeps its data and says where it answers: `CATALOG_DATA_DIR`, else `.catalog`. */
  readonly dataDir: string;
  /** `NO_COLOR` is set (no-color.org). */
  readonly isPlain: boolean;
}

/** The command line's one reader of process.env; the service's is src/config.ts. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const given = (name: string): string | undefined => variables[name] || undefined;
  return {
    server: given('CATALOG_SERVER'),
    token: given('CATALOG_TOKEN'),
    dataDir: given('CATALOG_DATA_DIR') ?? '.catalog',
    isPlain: given('NO_COLOR') !== undefined,
  };
}
