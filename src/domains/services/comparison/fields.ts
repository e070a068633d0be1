import { bool, choice, int, type JsonFields, objects, text, texts } from '../../../catalog/fields.ts';
import { MOST_CHANGES, MOST_NAMES } from './compare.ts';

const names = (what: string) =>
  texts({ description: `Names of the ${what} that the change touches, at most ${MOST_NAMES}.`, max: MOST_NAMES });
const total = (what: string) => int({ description: `How many ${what} the change touches.`, required: true });

const change: JsonFields = {
  path: text({
    description: 'What changes, entries of lists by their names: `metrics["a.example.com/sent"].unit`.',
    required: true,
  }),
  section: text({
    description:
      'The list of the configuration that it belongs to, such as `metrics` or `quota.limits`; else its path.',
    required: true,
  }),
  key: text({ description: 'Name of the entry in that list; null outside lists.' }),
  kind: choice(
    'ConfigurationChangeKind',
    {
      Removed: 'The later revision does not have it.',
      Added: 'The earlier revision does not have it.',
      Modified: 'Both have it, with different values.',
    },
    { description: 'Whether something was removed, added or modified.', required: true },
  ),
  before: text({ description: 'The value in the earlier revision, as JSON, cut off where it is long.' }),
  after: text({ description: 'The value in the later revision, as JSON, cut off where it is long.' }),
  isAllowed: bool({ description: 'Whether the later revision can be published with this change.', required: true }),
  rule: text({ description: 'Code of the rule that refuses the change: `FROZEN`, `DIMENSIONS_ADDITIVE` and so on.' }),
  field: text({
    description: 'Where the refusal is, in the manifest of the later revision: the `field` of its user error.',
  }),
  message: text({ description: 'Why the change is refused.' }),
  advice: text({ description: 'What to do instead, or what follows from the change.' }),
  meters: names('meters and metrics'),
  meterCount: total('meters and metrics'),
  quotaLimits: names('quota limits'),
  quotaLimitCount: total('quota limits'),
  charges: names('charges'),
  chargeCount: total('charges'),
};

export const reportedChange = objects('ConfigurationChange', change, {
  description: 'One difference between two revisions of a service configuration.',
  max: MOST_CHANGES,
});

export const reportedRefusal = objects(
  'ConfigurationRefusal',
  {
    rule: text({ description: 'Code of the rule.', required: true }),
    field: text({ description: 'Path in the manifest of the later revision.' }),
    message: text({ description: 'What is wrong, in a sentence.', required: true }),
  },
  {
    description:
      'Why the later revision cannot be published, where that is no difference to the earlier one: what other revisions have published.',
    max: MOST_CHANGES,
  },
);
