import { randomInt } from 'node:crypto';
import { isObject } from '../values/is-object.ts';
import type { Document } from './document.ts';

/** As Kubernetes makes names: no vowels, and nothing that looks like another letter. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const RANDOM_LETTERS = 5;

/** The document with a name that begins as its `metadata.generateName` says, if it asks for one. */
export function withGeneratedName<One extends Document>(document: One): One {
  const { metadata } = document.value;
  if (!isObject(metadata) || (metadata.name ?? '') !== '') return document;
  if (typeof metadata.generateName !== 'string' || metadata.generateName === '') return document;
  const letters = Array.from({ length: RANDOM_LETTERS }, () => LETTERS.charAt(randomInt(LETTERS.length)));
  const name = metadata.generateName + letters.join('');
  return { ...document, value: { ...document.value, metadata: { ...metadata, name } } };
}
