import {
  bdbDatabase,
  type HeaderValue,
  ndbDatabase,
  rpmHeader,
  sqliteDatabase,
  type TestRpm,
  textsValue,
} from '../support/rpm.ts';

/** The forms of an rpm database, by the name of its file in var/lib/rpm. */
export const rpmForms = {
  sqlite: 'rpmdb.sqlite',
  ndb: 'Packages.db',
  'bdb-le': 'Packages',
  'bdb-be': 'Packages',
} as const;

export type RpmForm = keyof typeof rpmForms;

/** Writes a database of headers. */
export function rpmDatabase(form: RpmForm, headers: readonly Uint8Array[]): Buffer {
  if (form === 'sqlite') return sqliteDatabase(headers).database;
  return form === 'ndb' ? ndbDatabase(headers) : bdbDatabase(headers, { bigEndian: form === 'bdb-be' });
}

/** The header of a package with two files in two directories. */
export function smallRpm(name: string, more: Partial<TestRpm> = {}): Buffer {
  return rpmHeader({
    name,
    version: '1.0',
    licence: 'MIT',
    files: [{ path: '/usr/bin/tool' }, { path: '/etc/tool.conf' }],
    ...more,
  });
}

/** The same of a package called `bad`, one of whose tags is changed. */
export function badRpm(tag: number, change: Partial<HeaderValue>): Buffer {
  const good: Readonly<Record<number, HeaderValue>> = {
    1000: { type: 6, count: 1, data: Buffer.from('bad\0') },
    1116: { type: 4, count: 2, data: Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]) },
    1117: textsValue(['tool', 'tool.conf']),
    1118: textsValue(['/usr/bin/', '/etc/']),
  };
  return smallRpm('bad', { tags: { [tag]: { ...good[tag]!, ...change } } });
}

/** The same with another number of tags, or of bytes behind them, than there are. */
export function lyingRpm(position: 0 | 4, value: number): Buffer {
  const bytes = smallRpm('bad');
  bytes.writeUInt32BE(value, position);
  return bytes;
}
