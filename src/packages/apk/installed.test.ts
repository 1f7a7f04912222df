import { describe, expect, it } from 'vitest';
import { apkInstalled as database } from '../../../test/support/databases.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { apkInstalled } from './installed.ts';

const text = database([
  {
    name: 'ssl_client',
    version: '1.36.1-r15',
    source: 'busybox',
    license: 'GPL-2.0-only',
    files: ['usr/bin/ssl_client'],
  },
]);

describe('apkInstalled', () => {
  it('asks for the two places of the database, and for nothing else', async () => {
    const paths = [
      'lib/apk/db/installed',
      'usr/lib/apk/db/installed',
      'lib/apk/db/installed.bak',
      'lib/apk/db/scripts.tar',
      'opt/lib/apk/db/installed',
      'installed',
      'usr/bin/which',
    ];

    const { asked } = await readLayerWith(
      apkInstalled,
      paths.map((path) => ({ path, content: text })),
    );

    expect(asked).toEqual(paths.slice(0, 2));
  });

  it('gives the database and the files of each package', async () => {
    const { facts, problems } = await readLayerWith(apkInstalled, [{ path: 'lib/apk/db/installed', content: text }]);

    expect(problems).toEqual([]);
    expect(facts).toEqual([
      {
        kind: 'package-database',
        slot: 'apk',
        path: 'lib/apk/db/installed',
        packages: [
          {
            type: 'apk',
            name: 'ssl_client',
            version: '1.36.1-r15',
            arch: 'x86_64',
            source: { name: 'busybox', version: '1.36.1-r15' },
            licences: ['GPL-2.0-only'],
            maintainer: 'Example Maintainer <maintainer@example.org>',
          },
        ],
      },
      {
        kind: 'ownership',
        path: 'lib/apk/db/installed',
        owner: 'ssl_client',
        type: 'apk',
        files: 'usr/bin/ssl_client',
      },
    ]);
  });

  it('turns what it cannot read into problems', async () => {
    const { facts, problems } = await readLayerWith(apkInstalled, [
      { path: 'lib/apk/db/installed', content: `P:lost\n\n${text}` },
    ]);

    expect(facts).toMatchObject([{ packages: [{ name: 'ssl_client' }] }, { owner: 'ssl_client' }]);
    expect(problems).toMatchObject([{ code: 'file.format', analyzer: 'apk-installed' }]);
  });
});
