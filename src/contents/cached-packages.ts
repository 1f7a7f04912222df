import type { FileHeader } from '../model/file.ts';

/** Where package managers of distributions keep what they fetched: `apt` leaves it there by the hundred. */
const CACHES: readonly string[] = [
  'var/cache/apt/archives/',
  'var/cache/dnf/',
  'var/cache/libdnf5/',
  'var/cache/yum/',
  'var/cache/zypp/',
  'var/cache/apk/',
  'etc/apk/cache/',
];

const AR_OF_DEBIAN = '!<arch>\ndebian-binary';
const RPM = '\xed\xab\xee\xdb';
const GZIP = '\x1f\x8b\x08';

/**
 * Whether a file is a package of a distribution in the cache of its package manager, by what it is, not by what it is
 * called; those of Alpine alone need the name, too, since they begin as any gzip file does.
 */
export function isCachedPackage({ path, name, archive }: FileHeader, head: Uint8Array): boolean {
  if (archive !== undefined || !CACHES.some((folder) => path.startsWith(folder))) return false;
  return isAt(head, AR_OF_DEBIAN) || isAt(head, RPM) || (name.endsWith('.apk') && isAt(head, GZIP));
}

function isAt(head: Uint8Array, magic: string): boolean {
  if (head.length < magic.length) return false;
  for (let i = 0; i < magic.length; i++) if (head[i] !== magic.charCodeAt(i)) return false;
  return true;
}
