import { text } from '../../catalog/fields.ts';

/**
 * What names consist of that other systems carry: nothing that looks like another letter, or like nothing, on an invoice; and
 * the object that follows from it gets a name of its own.
 */
export const plainName = {
  pattern: /^[A-Za-z0-9]([!-~]*[A-Za-z0-9])?$/,
  accepts: 'ASCII characters without blanks, of which the first and the last are a letter or a digit',
};

/** An API group of Kubernetes, but for the core one, which has no name. */
export const apiGroupName = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  accepts: 'an API group in lower case, such as compute.example.com',
};

/** A Kind of Kubernetes. */
export const kindName = {
  pattern: /^[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?$/,
  accepts: 'the name of a Kind, such as Machine',
};

/** Canonical name of something that a configuration declares: it begins with the service's own name. */
export const canonicalName = (what: string): ReturnType<typeof text> =>
  text({
    description: `Canonical name of the ${what}: \`<serviceName>/<path>\`. It never changes once published.`,
    required: true,
    min: 1,
    max: 253,
    ...plainName,
  });
