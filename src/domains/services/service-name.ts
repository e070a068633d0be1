/** What a canonical name of a service looks like. */
export const serviceNamePattern = {
  pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/,
  accepts: 'a reverse-DNS name of two or more lower-case labels, such as compute.example.com',
} as const;
