/** `heightU` → `height_u`, `portalURL` → `portal_url`, `siteRef` → `site_ref`. */
export const snakeCase = (word: string): string =>
  word
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();

const spellings: Readonly<Record<string, string>> = { NVMe: 'NVME' };

/** `ProviderCircuit` → `PROVIDER_CIRCUIT`, `datum-managed` → `DATUM_MANAGED`: the one mapping to GraphQL enum values. */
export const constantCase = (word: string): string =>
  spellings[word] ?? snakeCase(word.replace(/[\s-]+/g, '_')).toUpperCase();

const label63 = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualified = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

export const isDnsLabel = (text: string): boolean => label63.test(text);
/** As Kubernetes has it: at most 253 characters in all, no limit on the parts between the dots. */
export const isDnsSubdomain = (text: string): boolean => text.length <= 253 && subdomain.test(text);

/** Kubernetes: `[prefix/]name`, prefix a DNS subdomain, name 1–63 of letters, digits, `-_.`. */
export const isLabelKey = (text: string): boolean => {
  const [first = '', second, third] = text.split('/');
  if (third !== undefined) return false;
  return second === undefined ? qualified.test(first) : isDnsSubdomain(first) && qualified.test(second);
};

export const isLabelValue = (text: string): boolean => text === '' || qualified.test(text);

/** PostgreSQL holds no NUL character, and UTF-8 no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The text with a mark in the place of what PostgreSQL cannot hold. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

/** `an Organization`, `a User`. */
export const withArticle = (noun: string): string => `${/^[AEIO]/i.test(noun) ? 'an' : 'a'} ${noun}`;
