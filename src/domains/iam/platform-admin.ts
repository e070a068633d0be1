import { allPermissions } from '../../catalog/access/permissions.ts';
import { bySystem } from '../../catalog/author.ts';
import { stringifyJson } from '../../catalog/manifests/json.ts';
import type { WritePipeline } from '../../catalog/write/pipeline.ts';
import { tables } from '../../platform/db/tables.ts';
import { type Identity, identify, type LinkedAccount } from './identities.ts';
import { type SignUpStores, signUp } from './sign-up.ts';

const NAMESPACE = 'milo-system';
const ROLE = 'platform-admin';
/** The one binding that follows the setting. */
const BINDING = 'platform-admin';

type Stores = SignUpStores & { readonly pipeline: Pick<WritePipeline, 'apply' | 'remove' | 'write'> };

/**
 * Stores the role with every permission, which the service itself updates when its kinds change, and gives it on the
 * platform to the administrator, who can give roles to everyone else, and to no former one.
 */
export async function setUpAdministration(stores: Stores, administrator: Identity | undefined): Promise<void> {
  await apply(stores, roleManifest(allPermissions(stores.catalog.kinds)));
  if (administrator === undefined) return removeBinding(stores);
  await apply(stores, bindingManifest(await accountOf(stores, administrator)));
}

const manifest = (kind: string, metadata: object, spec: object): string =>
  stringifyJson({ apiVersion: 'iam.miloapis.com/v1alpha1', kind, metadata, spec });

const roleManifest = (permissions: readonly string[]): string =>
  manifest(
    'Role',
    {
      name: ROLE,
      namespace: NAMESPACE,
      annotations: {
        'kubernetes.io/display-name': 'Platform administrator',
        'kubernetes.io/description': 'Every permission there is. Kept by the service itself.',
      },
    },
    { launchStage: 'Stable', includedPermissions: [...permissions].sort() },
  );

const bindingManifest = ({ kind, name, id: uid }: LinkedAccount): string =>
  manifest(
    'PolicyBinding',
    {
      name: BINDING,
      namespace: NAMESPACE,
      annotations: {
        'kubernetes.io/description':
          'Follows the setting CATALOG_ADMIN at each start of the service. Bind others with bindings of their own.',
      },
    },
    {
      roleRef: { name: ROLE, namespace: NAMESPACE },
      subjects: [{ kind, name, uid }],
      resourceSelector: { resourceRef: { apiGroup: 'catalog.miloapis.com', kind: 'Platform', name: 'root' } },
    },
  );

/** The account of the administrator; a User of their own is made when they have none yet. */
async function accountOf(stores: SignUpStores, administrator: Identity): Promise<LinkedAccount> {
  const { account } = await identify(stores.database, administrator);
  if (account !== undefined) return account;
  const [violation] = await signUp(stores, { ...administrator, mayHaveOwnName: true });
  const made = await identify(stores.database, administrator);
  if (made.account === undefined) throw notSetUp(violation?.message);
  return made.account;
}

async function apply({ pipeline }: Stores, content: string): Promise<void> {
  const { violations } = await pipeline.apply([{ source: ROLE, content }], { by: bySystem, validateOnly: false });
  if (violations.length > 0) throw notSetUp(violations[0]?.message);
}

async function removeBinding({ database, pipeline }: Stores): Promise<void> {
  const bindings = await database.rows(
    tables.selectFrom('policy_binding').select('id').where('name', '=', BINDING).where('namespace', '=', NAMESPACE),
  );
  if (bindings.length === 0) return;
  const objects = [{ kind: 'PolicyBinding', name: BINDING, namespace: NAMESPACE }];
  const options = { by: bySystem, validateOnly: false, allowMissing: true };
  const { violations } = await pipeline.remove({ objects, manifests: [] }, options);
  if (violations.length > 0) throw notSetUp(violations[0]?.message);
}

const notSetUp = (why: string | undefined): Error => new Error(`the administrator cannot be set up: ${why}`);
