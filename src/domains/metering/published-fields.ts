import { int, text } from '../../catalog/fields.ts';

/** What is recorded of every meter and resource type besides its phase. */
export const revisionNumber = int({
  description:
    'Number of the revision of the service’s configuration that states it, or was the last to state it; null for an object of its own.',
});

export const replacedBy = text({
  description:
    'Canonical name that took its place: the next higher version of the same name that was published, as `a.example.com/sent/v2` after `a.example.com/sent`. It is null when there is none.',
});
