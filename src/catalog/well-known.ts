/** The scope at the top of the permission hierarchy; made by the first migration. */
export const PLATFORM = '00000000-0000-7000-8000-000000000000';
/** The group `system:authenticated`. */
export const EVERYONE = '00000000-0000-7000-8000-000000000001';
/** The scope of everything that everyone who is signed in may read. */
export const PUBLIC_AUDIENCE = '00000000-0000-7000-8000-000000000002';
/** The role of everyone on the public audience: reading, and nothing else. It is no Role that could be edited. */
export const PUBLIC_ROLE = '00000000-0000-7000-8000-000000000003';
