import type { Change, Remark } from '../../../catalog/kind.ts';
import { listed } from '../../../catalog/values/listed.ts';
import type { PortType } from '../port-types.ts';
import { interfaceForm } from './port-forms.ts';

interface Interface {
  readonly name: string;
  readonly form: string;
  readonly portType?: PortType;
}

/** What a type says that a device of it will not show as a port, or shows as a guess. */
export async function typeRemarks(changes: readonly Change[]): Promise<Remark[]> {
  return changes.flatMap((change): Remark[] => {
    const all = (change.spec.interfaces as readonly Interface[] | null | undefined) ?? [];
    const without = all.filter(({ form, portType }) => interfaceForm(form, portType) === undefined);
    const guessed = all.filter(({ form, portType }) => form === 'other' && portType === undefined);
    const tell = (code: string, of: readonly Interface[], message: string): Remark[] =>
      of.length === 0
        ? []
        : [
            {
              objectId: change.id,
              code,
              message: `${message}: ${listed(
                of.map(({ name }) => name),
                { most: 5 },
              )}`,
              path: 'spec.interfaces',
            },
          ];
    return [
      ...tell('NO_SOCKET', without, 'without a socket for a cable, and so no ports'),
      ...tell(
        'FORM_UNKNOWN',
        guessed,
        'of the form `other`, and so taken for optical unless `portType` says otherwise',
      ),
    ];
  });
}
