import { allPermissions } from '../../catalog/access/permissions.ts';
import { bySystem } from '../../catalog/author.ts';
import { stringifyJson } from '../../catalog/manifests/json.ts';
import type { ManifestFile } from '../../catalog/manifests/parse.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { WritePipeline } from '../../catalog/write/pipeline.ts';
import type { Database } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';

const NAMESPACE = 'milo-system';
const ROLE = 'platform-admin';

const manifest = (kind: string, metadata: object, spec: object): string =>
  stringifyJson({ apiVersion: 'iam.miloapis.com/v1alpha1', kind, metadata, spec });

/**
 * Stores the role with every permission, which the service itself updates when its kinds change, and the first
 * administrator, who has it on the platform and can give roles to everyone else.
 */
export async function setUpAdministration(
  { catalog, database, pipeline }: Stores,
  administrator: string | undefined,
): Promise<void> {
  const manifests = await administrationManifests(catalog, database, administrator);
  const { violations } = await pipeline.apply(manifests, { by: bySystem, validateOnly: false });
  if (violations.length > 0) throw new Error(`the administrator cannot be set up: ${violations[0]?.message}`);
}

interface Stores {
  readonly catalog: Catalog;
  readonly database: Database;
  readonly pipeline: Pick<WritePipeline, 'apply'>;
}

async function administrationManifests(
  { kinds }: Catalog,
  database: Database,
  administrator: string | undefined,
): Promise<ManifestFile[]> {
  const annotations = {
    'kubernetes.io/display-name': 'Platform administrator',
    'kubernetes.io/description': 'Every permission there is. Kept by the service itself.',
  };
  const includedPermissions = allPermissions(kinds).sort();
  const role = manifest(
    'Role',
    { name: ROLE, namespace: NAMESPACE, annotations },
    { launchStage: 'Stable', includedPermissions },
  );
  if (administrator === undefined) return [{ source: ROLE, content: role }];
  const [known] = await database.cells(sql`select exists (select from user_account where name = ${administrator})`);
  const user = manifest('User', { name: administrator }, { email: `${administrator}@administrator.invalid` });
  const binding = manifest(
    'PolicyBinding',
    { name: `${ROLE}-${administrator.toLowerCase()}`, namespace: NAMESPACE },
    {
      roleRef: { name: ROLE, namespace: NAMESPACE },
      subjects: [{ kind: 'User', name: administrator }],
      resourceSelector: { resourceRef: { apiGroup: 'catalog.miloapis.com', kind: 'Platform', name: 'root' } },
    },
  );
  return [role, ...(known?.[0] === true ? [] : [user]), binding].map((content) => ({ source: ROLE, content }));
}
