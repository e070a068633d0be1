// The bench's own dependencies, which are not there before its first run: as much of them as it uses.
declare module 'postgraphile' {
  export function postgraphile(preset: object): {
    createServ(grafserv: unknown): { addTo(server: object): Promise<void> };
  };
}
declare module 'postgraphile/adaptors/pg' {
  export function makePgService(options: object): object;
}
declare module 'postgraphile/grafserv/node' {
  export const grafserv: unknown;
}
declare module 'postgraphile/pg-sql2' {
  export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): object;
}
declare module 'postgraphile/@dataplan/pg' {
  export const TYPES: { readonly text: object };
}
declare module 'postgraphile/utils' {
  export function addPgTableOrderBy(
    table: { readonly schemaName: string; readonly tableName: string },
    orders: () => object,
  ): object;
  export function orderByAscDesc(
    name: string,
    order: (rows: { readonly alias: object }) => { readonly fragment: object; readonly codec: object },
  ): object;
}
declare module 'postgraphile/presets/amber' {
  export const PostGraphileAmberPreset: object;
}
declare module 'postgraphile/presets/v4' {
  export function makeV4Preset(options: object): object;
}
declare module 'autocannon' {
  export interface Client {
    setRequests(requests: readonly { readonly body: string }[]): void;
  }
  export interface Options {
    readonly url: string;
    readonly connections: number;
    readonly duration: number;
    readonly method: 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly setupClient: (client: Client) => void;
  }
  export interface Result {
    readonly non2xx: number;
    readonly errors: number;
    readonly timeouts: number;
    /** Seconds. */
    readonly duration: number;
    readonly requests: { readonly total: number };
  }
  export interface Run extends PromiseLike<Result> {
    on(event: 'response', listener: (client: Client, status: number, bytes: number, ms: number) => void): this;
  }
  export default function autocannon(options: Options): Run;
}
