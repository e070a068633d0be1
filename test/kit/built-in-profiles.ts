const straight = [
  ...[1, 2, 4, 6, 8, 12, 16].map((positions) => `single-1c${positions}p`),
  ...[1, 2, 4, 6, 8, 12].map((positions) => `trunk-2c${positions}p`),
  ...[1, 2, 4, 6, 8].map((positions) => `trunk-4c${positions}p`),
  'trunk-8c4p',
];

/** Names of the cable profiles that every catalog has from its start (reference/cable-trace.md 1.1). */
export const builtInProfiles: readonly string[] = [
  ...straight,
  ...[2, 4, 6, 8].map((legs) => `breakout-1c${legs}p-${legs}c1p`),
  'trunk-2c4p-shuffle',
  'trunk-4c4p-shuffle',
  'breakout-2c4p-8c1p-shuffle',
].sort();
