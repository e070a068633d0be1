import { choice, int, text } from '../../catalog/fields.ts';

/** What is recorded of every meter and resource type besides its phase. */
export const revisionNumber = int({
  description:
    'Number of the revision of the service’s configuration that states it, or was the last to state it; null for an object of its own.',
});

export const replacedBy = text({
  description:
    'Canonical name that took its place: the next higher version of the same name that was published, as `a.example.com/sent/v2` after `a.example.com/sent`. It is null when there is none.',
});

/** Whether there is a number between two units. */
export const unitConversion = choice(
  'UnitConversion',
  {
    Exact: 'The units convert into each other by the exact number that `conversionFactor` gives.',
    Rounded: 'The units measure the same, but the factor between them was measured or rounded.',
    NotConvertible: 'The units measure different things.',
    Unreadable: 'One of the units is no known unit.',
  },
  { description: 'Whether the consumed unit converts into the pricing unit.' },
);
