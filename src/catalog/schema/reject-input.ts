import { invalidInput } from '../../platform/errors.ts';
import { pathText, type Steps } from '../manifests/path.ts';

/** Ends a request whose arguments do not even say what is wanted. */
export function rejectInput(rule: string, place: Steps, message: string): never {
  throw invalidInput({ rule, path: pathText(place), inputPath: place, message });
}
