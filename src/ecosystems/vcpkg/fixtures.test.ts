import { describe, expect, it } from 'vitest';
import { fixtureCases, fixtureFiles, named, readFixture } from '../../../test/support/language-fixtures.ts';
import { hasShared, sharedAbsent } from '../../../test/support/shared.ts';
import { vcpkg } from './index.ts';

describe.skipIf(!hasShared)(`files of syft${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  const cases = hasShared ? fixtureCases('syft', 'cpp').filter(({ path }) => path.includes('/vcpkg/')) : [];

  it.each(cases)('$title', async (one) => {
    const files = [...fixtureFiles('syft', one.path)].map(([path, body]) => [`src/${path}`, body] as const);

    const { packages, problems } = await readFixture(vcpkg.analyzers, new Map(files));

    // Syft fetches the registry at the commit that vcpkg-configuration.json names, and takes versions and what those ports need
    // in turn from there: nothing of that is in the files, and a scan opens no connection for it.
    const elsewhere = ['vcpkg-cmake', 'vcpkg-cmake-config'];
    const told: Readonly<Record<string, string>> = { hello: '0.1.0' };
    const expected = one.packages
      .filter(({ name }) => !elsewhere.includes(name))
      .map(({ name }) => ({ name, version: told[name] ?? '' }));
    expect(named(packages)).toEqual(named(expected));
    expect(packages.every(({ type, evidence }) => type === 'vcpkg' && evidence === 'manifest')).toBe(true);
    expect(packages.filter(({ application }) => application === true)).toMatchObject([
      { name: 'hello', requires: ['fmt', 'vcpkg-sample-library'] },
    ]);
    expect(problems).toEqual([]);
  });
});

describe('what vcpkg has installed', () => {
  it('is one package by its database and by the file beside it', async () => {
    const status = `Package: fmt
Version: 11.0.2
Port-Version: 1
Depends: vcpkg-cmake:x64-linux, vcpkg-cmake-config
Architecture: x64-linux
Status: install ok installed

Package: fmt
Feature: extra
Architecture: x64-linux
Status: install ok installed

Package: gone
Version: 1.0
Status: purge ok not-installed
`;
    const spdx = {
      packages: [
        { name: 'fmt', SPDXID: 'SPDXRef-port', versionInfo: '11.0.2#1', licenseConcluded: 'MIT' },
        { name: 'fmt:x64-linux', SPDXID: 'SPDXRef-binary', versionInfo: 'abcd' },
      ],
    };

    const { packages, problems } = await readFixture(
      vcpkg.analyzers,
      new Map([
        ['opt/vcpkg_installed/vcpkg/status', Buffer.from(status)],
        ['opt/vcpkg_installed/x64-linux/share/fmt/vcpkg.spdx.json', Buffer.from(JSON.stringify(spdx))],
        ['opt/vcpkg/ports/zlib/vcpkg.json', Buffer.from('{"name": "zlib", "version": "1.3.1"}')],
      ]),
    );

    expect(problems).toEqual([]);
    const one = { type: 'vcpkg', name: 'fmt', version: '11.0.2', qualifiers: { port_version: '1' } };
    expect(packages).toMatchObject([
      { ...one, requires: ['vcpkg-cmake', 'vcpkg-cmake-config'] },
      { ...one, licences: ['MIT'] },
    ]);
  });
});
