import { describe, expect, it } from 'vitest';
import { fixtureCases, fixtureFiles, named, readFixture } from '../../../test/support/language-fixtures.ts';
import { hasShared, sharedAbsent } from '../../../test/support/shared.ts';
import { lua } from './index.ts';

const cases = hasShared ? fixtureCases('syft', 'lua') : [];
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

describe.skipIf(!hasShared)(`files of syft${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  it.each(cases)('$title ($path)', async ({ path, packages: expected }) => {
    const file = nameOf(path);
    const content = fixtureFiles('syft', path).get('')!;
    // As LuaRocks keeps it.
    const [name, version] = [expected[0]!.name.toLowerCase(), expected[0]!.version];
    const installedAs = `usr/local/lib/luarocks/rocks-5.1/${name}/${version}/${name}-${version}.rockspec`;

    const { packages, problems } = await readFixture(
      lua.analyzers,
      new Map([
        [`srv/${file}`, content],
        [installedAs, content],
      ]),
    );

    expect(problems).toEqual([]);
    expect(named(packages)).toEqual(named(expected));
    const [one] = expected;
    const title = { type: 'luarocks', name: one!.name, version: one!.version };
    expect(packages).toMatchObject([
      { ...title, evidence: 'manifest', location: `srv/${file}` },
      { ...title, location: installedAs },
    ]);
    expect(packages[1]?.evidence).toBeUndefined();
  });

  it('needs what it says it needs', async () => {
    const content = fixtureFiles('syft', 'lua/testdata/rockspec/luasyslog-2.0.1-1.rockspec').get('')!;

    const { packages } = await readFixture(lua.analyzers, new Map([['srv/a.rockspec', content]]));

    expect(packages).toMatchObject([{ requires: ['lualogging'], licences: ['MIT/X11'] }]);
  });

  it.each([
    'corrupt/bad-1.23.0-0.rockspec',
    'glob-paths/lua/package.rockspec',
    'rockspec/empty.rockspec',
    'rockspec/whitespace-only.rockspec',
  ])('says that %s tells nothing', async (path) => {
    const content = fixtureFiles('syft', `lua/testdata/${path}`).get('')!;

    const { packages, problems } = await readFixture(lua.analyzers, new Map([['srv/a.rockspec', content]]));

    expect(packages).toEqual([]);
    expect(problems).toMatchObject([{ code: 'file.format', path: 'srv/a.rockspec' }]);
  });
});
