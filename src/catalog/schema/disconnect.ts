/** What goes with an object besides what it owns. */
export const disconnect = {
  type: 'Boolean',
  defaultValue: false,
  description:
    'Whether to delete as well the cables that are plugged into what is deleted, also those that lead to other devices. Without it they stand in the way.',
} as const;
