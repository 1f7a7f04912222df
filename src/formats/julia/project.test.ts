import { describe, expect, it } from 'vitest';
import { parseJuliaManifest, parseJuliaProject } from './project.ts';

const uuid = '682C06A0-de6a-54ab-a142-c8b1cf79cde6';
const project = `name = "Rope"
uuid = "${uuid}"
version = "1.2.0"

[deps]
Anchor = "${uuid}"
Broken = "no uuid"

[compat]
Anchor = "1.2, 2"
julia = "1.6"
`;
const entry = `deps = ["Anchor", "../x", 1]
git-tree-sha1 = "0809951a1774dc724da22d26e4289bbaab77809a"
uuid = "${uuid}"
version = "1.0.8+1"
`;

describe('parseJuliaProject', () => {
  it('reads the package, and what it asks for', () => {
    expect(parseJuliaProject(project)).toEqual({
      own: { name: 'Rope', version: '1.2.0', uuid: uuid.toLowerCase(), requires: ['Anchor', 'Broken'] },
      wanted: [{ name: 'Anchor', version: '1.2, 2', uuid: uuid.toLowerCase(), requires: [] }],
    });
  });

  it.each([
    ['a project that is no package', '[deps]\n'],
    ['a name alone', 'name = "x"\nversion = "1"\n'],
    ['other types', `name = 1\nuuid = []\nversion = {}\ndeps = "x"\ncompat = 3\n`],
    ['a name that is a path', `name = "../x"\nuuid = "${uuid}"\n`],
    ['nothing', ''],
  ])('takes %s for none', (_, text) => {
    expect(parseJuliaProject(text)).toEqual({ wanted: [] });
  });
});

describe('parseJuliaManifest', () => {
  it.each([
    ['2', `manifest_format = "2.0"\n[[deps.Rope_jll]]\n${entry}\n[[deps.Dates]]\nuuid = "${uuid}"\n`],
    ['1', `[[Rope_jll]]\n${entry}\n[[Dates]]\nuuid = "${uuid}"\n`],
  ])('reads the format %s, without what comes with Julia', (_, text) => {
    expect(parseJuliaManifest(text)).toEqual([
      { name: 'Rope_jll', version: '1.0.8+1', uuid: uuid.toLowerCase(), requires: ['Anchor'] },
    ]);
  });

  it('reads needs that name their packages', () => {
    const text = `[[A]]\nuuid = "${uuid}"\nversion = "1.0.0"\n[A.deps]\nB = "${uuid}"\n`;
    expect(parseJuliaManifest(text)).toMatchObject([{ name: 'A', requires: ['B'] }]);
  });

  it.each([
    ['other types', 'manifest_format = "2.0"\ndeps = 1\n'],
    ['entries that are none', 'A = 1\n[B]\nversion = "1"\n[[C]]\nversion = 1\n[["../x"]]\nversion = "1"\nuuid = "1"\n'],
    ['lists of another tool', '[[package]]\nname = "a"\nversion = "1"\n'],
  ])('takes nothing of %s', (_, text) => {
    expect(parseJuliaManifest(text)).toEqual([]);
  });
});
