import type { Action } from './action.ts';
import type { AbstractType, ExtraField } from './extra-field.ts';
import type { WriteGuard } from './guard.ts';
import type { Judge } from './judge.ts';
import type { Follower, Kind } from './kind.ts';
import type { Report } from './report.ts';
import type { RootQuery } from './root-query.ts';

/** What a domain brings to the catalog; the composition root puts them together. */
export interface Domain {
  readonly kinds: readonly Kind[];
  readonly abstracts?: readonly AbstractType[];
  readonly fields?: readonly ExtraField[];
  readonly queries?: readonly RootQuery[];
  readonly actions?: readonly Action[];
  readonly guards?: readonly WriteGuard[];
  readonly followers?: readonly Follower[];
  readonly judges?: readonly Judge[];
  readonly reports?: readonly Report[];
}
