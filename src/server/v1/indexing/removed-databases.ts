import type { DatabaseSlot } from '../../../model/fact.ts';
import type { LayerIndex } from '../../../reading/layer-index.ts';

/** Where the package databases of an image may be. */
const databases: Readonly<Record<DatabaseSlot, readonly string[]>> = {
  dpkg: ['var/lib/dpkg/status'],
  apk: ['lib/apk/db/installed', 'usr/lib/apk/db/installed'],
  rpm: ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'].flatMap((folder) =>
    ['Packages', 'Packages.db', 'rpmdb.sqlite'].map((name) => `${folder}/${name}`),
  ),
};

/** Each database by its path and by those of the directories above it, the root among them. */
const slotsBelow = makeSlotsBelow();

function makeSlotsBelow(): ReadonlyMap<string, ReadonlySet<DatabaseSlot>> {
  const slots = new Map<string, Set<DatabaseSlot>>();
  for (const [slot, paths] of Object.entries(databases) as [DatabaseSlot, readonly string[]][]) {
    for (const path of paths) {
      const parts = path.split('/');
      for (let depth = 0; depth <= parts.length; depth++) {
        const above = parts.slice(0, depth).join('/');
        slots.set(above, (slots.get(above) ?? new Set()).add(slot));
      }
    }
  }
  return slots;
}

/**
 * Package databases of lower layers that a layer removes: by a whiteout of the file or of a directory above it, or by an
 * opaque marker in one of them (OCI image specification, "Layer Filesystem Changeset").
 */
export function removedDatabases({ directories, opaque, whiteouts }: LayerIndex): ReadonlySet<DatabaseSlot> {
  const hidden = [
    ...opaque.map((directory) => directories[directory] ?? ''),
    ...whiteouts.flatMap(({ directory, name }) => {
      const folder = directories[directory] ?? '';
      // A prefix without a name removes nothing.
      if (name === '') return [];
      return [folder === '' ? name : `${folder}/${name}`];
    }),
  ];
  return new Set(hidden.flatMap((path) => [...(slotsBelow.get(path) ?? [])]));
}
