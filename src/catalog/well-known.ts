/** The scope at the top of the permission hierarchy; made by the first migration. */
export const PLATFORM = '00000000-0000-7000-8000-000000000000';
/** How names of the platform's own begin. */
export const SYSTEM_PREFIX = 'system:';
/** The group `system:authenticated`: everyone who is signed in, users and service accounts alike. */
export const EVERYONE = '00000000-0000-7000-8000-000000000001';
/** The same under the other name that upstream has for it, `system:authenticated-users`. */
const EVERYONE_TOO = '00000000-0000-7000-8000-000000000004';
/** Every group that everyone who is signed in is in. */
export const GROUPS_OF_EVERYONE: readonly string[] = [EVERYONE, EVERYONE_TOO];
/** The scope of everything that everyone who is signed in may read. */
export const PUBLIC_AUDIENCE = '00000000-0000-7000-8000-000000000002';
/** The role of everyone on the public audience: reading, and nothing else. It is no Role that could be edited. */
export const PUBLIC_ROLE = '00000000-0000-7000-8000-000000000003';
/** The role of everyone on the kinds that are public everywhere: reading them. It is no Role that could be edited. */
export const PUBLIC_KINDS_ROLE = '00000000-0000-7000-8000-000000000005';
