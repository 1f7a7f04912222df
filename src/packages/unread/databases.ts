import type { Analyzer } from '../../model/analyzer.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { directoriesOf } from '../directories-of.ts';

/** Package databases that Drydock has no reader for yet, by path, with the program they belong to. */
const unread: ReadonlyMap<string, string> = new Map([
  ['usr/lib/opkg/status', 'opkg'],
  ['var/lib/opkg/status', 'opkg'],
  ['var/lib/chisel/manifest.wall', 'chisel'],
]);

/**
 * Says that a database is there whose packages are not in the report: an image may have it beside one that is read,
 * and silence would pass for cleanness.
 */
export const unreadDatabases: Analyzer<never> = {
  name: 'unread-databases',
  version: 2,

  wants(file: FileHeader): Appetite {
    const first = file.path.charCodeAt(0);
    if (first !== 0x75 && first !== 0x76) return Appetite.None; // usr, var
    return unread.has(file.path) ? Appetite.Header : Appetite.None;
  },

  within: directoriesOf(unread.keys()),

  open: (layer) => ({
    read({ path }) {
      const message = `${path} is a package database of ${unread.get(path)}, which cannot be read yet`;
      layer.problem({ code: 'packages.unread', message, path });
    },
    close: () => [],
  }),
};
