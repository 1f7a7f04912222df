import { describe, expect, it } from 'vitest';
import {
  type FixtureArchive,
  type FixtureCase,
  fixtureCases,
  fixtureFiles,
  named,
  readFixture,
} from '../../../test/support/language-fixtures.ts';
import { hasShared, sharedAbsent } from '../../../test/support/shared.ts';
import { conan } from './index.ts';

const isVcpkg = ({ path }: FixtureCase): boolean => path.includes('/vcpkg/');
/** The project that a lockfile of Conan 1 is of. osv-scalibr leaves it out. */
const project = 'test@1.0';

/** Cases without an expected error in which a reference that is none is told. */
const stricter = /no-name\./;

function shownAs(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith('conanfile')) return 'src/conanfile.txt';
  return name === 'conaninfo.txt' ? path.replace('cpp/testdata/conaninfo', 'root/.conan/data') : 'src/conan.lock';
}

const cases = (hasShared ? (['osv-scalibr-language', 'syft'] as const) : []).flatMap((archive) =>
  fixtureCases(archive, archive === 'syft' ? 'cpp' : 'language/cpp/conanlock')
    .filter((one) => !isVcpkg(one))
    .map((one): readonly [FixtureArchive, string, FixtureCase] => [archive, `${one.title} (${one.path})`, one]),
);

describe.skipIf(!hasShared)(`files of others${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  it.each(cases)('%s %s', async (archive, _, one) => {
    const content = fixtureFiles(archive, one.path).get('')!;

    const { packages, problems } = await readFixture(conan.analyzers, new Map([[shownAs(one.path), content]]));

    const own = packages.filter(({ application }) => application === true);
    expect([[], [project]]).toContainEqual(named(own));
    const others = packages.filter(({ application }) => application !== true);
    expect(named(others)).toEqual(named(one.packages));
    for (const { groups, name } of one.packages) {
      if (groups === undefined) continue;
      const found = others.find((other) => other.name === name);
      expect(found?.groups).toEqual(groups.includes('build-requires') ? ['build'] : undefined);
    }
    expect(packages.every(({ type }) => type === 'conan')).toBe(true);
    if (one.expectError === true) expect(problems).toMatchObject([{ code: 'lockfile.unreadable' }]);
    else if (stricter.test(one.path)) expect(problems).toHaveLength(1);
    else expect(problems).toEqual([]);
  });

  it('knows the user and the channel, and what is installed', async () => {
    const path =
      'cpp/testdata/conaninfo/mfast/1.2.2/my_user/my_channel/package/9d1f076b471417647c2022a78d5e2c1f834289ac/conaninfo.txt';
    const content = fixtureFiles('syft', path).get('')!;

    const { packages } = await readFixture(conan.analyzers, new Map([[shownAs(path), content]]));

    expect(packages.filter(({ evidence }) => evidence === undefined)).toMatchObject([
      {
        name: 'mfast',
        qualifiers: { user: 'my_user', channel: 'my_channel' },
        requires: ['boost', 'bzip2', 'libbacktrace', 'tinyxml2', 'zlib'],
      },
    ]);
  });
});

describe('what Conan 2 deploys', () => {
  it('is installed', async () => {
    const content = Buffer.from('[settings]\nos=Linux\n[requires]\nbzip2/1.0.Z\n');
    const path = 'srv/full_deploy/host/zlib/1.3.1/Release/x86_64/conaninfo.txt';

    const { packages, problems } = await readFixture(conan.analyzers, new Map([[path, content]]));

    expect(problems).toEqual([]);
    expect(packages).toEqual([{ type: 'conan', name: 'zlib', version: '1.3.1', location: path }]);
  });
});
