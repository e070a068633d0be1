import { text } from '../../catalog/fields.ts';

/** Canonical name of something that a configuration declares: it begins with the service's own name. */
export const canonicalName = (what: string): ReturnType<typeof text> =>
  text({
    description: `Canonical name of the ${what}: \`<serviceName>/<path>\`. It never changes once published.`,
    required: true,
    min: 1,
    max: 253,
  });
