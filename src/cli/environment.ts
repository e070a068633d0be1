import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the command line takes from the environment; an option on the command line wins. */
export interface Environment {
  /** Address of the service: `CATALOG_SERVER`. */
  readonly server: string | undefined;
  /** Bearer token: `CATALOG_TOKEN`. */
  readonly token: string | undefined;
  /** Where an embedded service keeps its data and says where it answers: `CATALOG_DATA_DIR`, else `.catalog`. */
  readonly dataDir: string;
  /** The context to work in: `CATALOG_CONTEXT`. */
  readonly context: string | undefined;
  /** Folder of contexts and sign-ins: `CATALOG_CONFIG_DIR`, else where the operating system keeps such things. */
  readonly configDir: string;
  /** A browser can be opened on this machine. */
  readonly hasBrowser: boolean;
  /** What texts are edited with: `VISUAL`, else `EDITOR`; it may have arguments. */
  readonly editor: string | undefined;
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
    context: given('CATALOG_CONTEXT'),
    configDir: given('CATALOG_CONFIG_DIR') ?? join(configHome(given), 'milo-catalog'),
    hasBrowser:
      process.platform !== 'linux' || given('DISPLAY') !== undefined || given('WAYLAND_DISPLAY') !== undefined,
    editor: given('VISUAL') ?? given('EDITOR'),
    isPlain: given('NO_COLOR') !== undefined,
  };
}

/** Where programs of this operating system keep what belongs to a person. */
function configHome(given: (name: string) => string | undefined): string {
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library/Application Support');
    case 'win32':
      return given('APPDATA') ?? join(homedir(), 'AppData/Roaming');
    default:
      return given('XDG_CONFIG_HOME') ?? join(homedir(), '.config');
  }
}
