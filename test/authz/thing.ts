/** An object as its manifest says it. */
export interface Thing {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly project?: string;
  /** API group, of a kind that is written in two of them. */
  readonly group?: string;
  // biome-ignore lint/suspicious/noExplicitAny: specs of any kind
  spec: any;
}
