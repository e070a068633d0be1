import { usageError } from './cli-error.ts';
import type { Session } from './session.ts';
import { oneTarget } from './targets.ts';

/** Where the object of a permission check is. */
export interface AccessOptions {
  /** KIND/NAME of the object that contains objects of the kind, or would. */
  readonly in?: string;
  readonly namespace?: string;
  readonly project?: string;
}

interface Named {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | null;
}

export interface Holder {
  readonly kind: string;
  readonly name: string;
  readonly via: Named | null;
  readonly roleName: string | null;
  readonly groupName: string | null;
  readonly scopeKind: string;
  readonly everyKind: string | null;
  readonly scope: Named | null;
}

export interface AccessAnswer {
  readonly permission: string;
  readonly allowed: boolean;
  readonly holders: readonly Holder[];
}

export interface Asked {
  /** Undefined when no object is named. */
  readonly on: { readonly kind: string; readonly name: string } | undefined;
  /** `inventory.miloapis.com/racks.update` */
  readonly permission: string;
  /** Null where no object is named, and where it does not exist or is hidden. */
  readonly access: AccessAnswer | null;
  /** Everything that the caller may do somewhere. */
  readonly held: readonly string[];
}

const DOCUMENT = `query CatalogAccess($kind: String!, $name: String!, $namespace: String, $project: String, $permission: String!, $holders: Boolean!) {
  me { permissions }
  access(kind: $kind, name: $name, namespace: $namespace, project: $project, permission: $permission) {
    permission allowed
    holders @include(if: $holders) {
      kind name roleName groupName scopeKind everyKind via { kind name namespace } scope { kind name namespace }
    }
  }
}`;

/** Asks the service about `update rack/a14`, `create racks --in site/fra1` or `create projects`. */
export async function askAccess(
  session: Session,
  [verb, ...words]: readonly string[],
  { in: inside, namespace, project }: AccessOptions,
  wantsHolders: boolean,
): Promise<Asked> {
  const { kind, name } = await oneTarget(session, words);
  const place = inside === undefined ? undefined : await oneTarget(session, [inside]);
  if (place !== undefined && place.name === undefined) throw usageError('--in takes KIND/NAME, as in --in site/fra1');
  if (place !== undefined && name !== undefined) throw usageError('give an object or --in, not both');
  const on = place ?? { kind, name };
  const permission = verb?.includes('/') === true ? verb : `${kind.group}/${kind.plural}.${verb}`;
  const client = await session.client();
  const { me, access } = await client.execute<{
    me: { permissions: readonly string[] } | null;
    access: AccessAnswer | null;
  }>(DOCUMENT, {
    kind: on.kind.kind,
    // No object has no name; the service still says whether there is such a permission.
    name: on.name ?? '',
    namespace,
    project,
    permission,
    holders: wantsHolders,
  });
  return {
    on: on.name === undefined ? undefined : { kind: on.kind.singular, name: on.name },
    permission,
    access,
    held: me?.permissions ?? [],
  };
}
