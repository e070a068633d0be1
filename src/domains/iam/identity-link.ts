import { ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf, uniqueIn } from '../../catalog/rules.ts';
import { guardLinks } from './guard-links.ts';

/** A kind of this catalog: which identity at an identity provider is which account here. */
export const identityLink = defineKind({
  domain: 'iam',
  group: 'catalog.miloapis.com',
  kind: 'IdentityLink',
  plural: 'identitylinks',
  description:
    'States that a subject of an identity provider is a user or service account of the platform: whoever has a token of that issuer for that subject acts as the account. An account can have several links, an identity has one. Deleting the link ends its sign-ins at once.',
  readsAreRecorded: true,
  scope: { home: ['principalRef'] },
  spec: {
    issuer: text({
      required: true,
      max: 512,
      immutable: 'always',
      pattern: /^https?:\/\/[\x21-\x7e]+$/,
      accepts: 'the address of the issuer, in ASCII without spaces',
      description: 'The issuer, exactly as its tokens name it in `iss`: every character counts.',
    }),
    subject: text({
      required: true,
      min: 1,
      max: 255,
      immutable: 'always',
      pattern: /^\P{Cc}*$/u,
      accepts: 'a text without control characters',
      description: 'The subject, exactly as tokens of the issuer name it in `sub`: every character counts.',
    }),
    principalRef: ref(['User', 'ServiceAccount'], {
      owned: 'always',
      form: 'subject',
      required: true,
      immutable: 'always',
      abstract: 'Principal',
      union: 'Account',
      description: 'The user or service account that the subject is.',
      inverse: { name: 'identityLinks', description: 'The identities that sign in as this account.' },
    }),
  },
  checkAll: allOf(
    uniqueIn('identity_link', [
      {
        columns: ['issuer', 'subject'],
        rule: 'ALREADY_LINKED',
        path: 'spec.subject',
        message: 'this subject of this issuer is linked already',
      },
    ]),
    guardLinks,
  ),
  printer: [
    { name: 'ISSUER', path: 'spec.issuer' },
    { name: 'SUBJECT', path: 'spec.subject' },
    { name: 'KIND', path: 'spec.principalRef.kind' },
    { name: 'ACCOUNT', path: 'spec.principalRef.name' },
  ],
});
