import { describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { advisoriesOf, makeAdvisory, makePackage, makeView } from '../../../test/support/view.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import { matchPackages } from '../../match/match.ts';
import { isAffected } from '../../match/ranges.ts';
import type { Advisory } from '../../model/advisory.ts';
import { node } from './index.ts';
import { retireJs } from './retirejs.ts';

const DOCUMENT = 'jsrepository-v6.json';
const read = (document: unknown) => readFiles(retireJs, { [DOCUMENT]: JSON.stringify(document) });
const one = (vulnerability: object, component: object = {}, name = 'hull') => ({
  [name]: { vulnerabilities: [vulnerability], extractors: {}, ...component },
});

/** Which of these versions of a package an advisory is about. */
const affected = (advisory: Advisory, versions: readonly string[]) =>
  versions.filter((version) =>
    advisory.affected.some((row) => isAffected(version, row, semverVersions).outcome === 'affected'),
  );

describe('retireJs', () => {
  it.each([
    ['a CVE', { CVE: ['CVE-2020-0001'], githubID: 'GHSA-aaaa-bbbb-cccc' }, 'CVE-2020-0001', ['GHSA-aaaa-bbbb-cccc']],
    ['a CVE in small letters as none', { CVE: ['cve-1'], retid: '7' }, 'RETIRE-hull-7', []],
    ['GitHub alone', { githubID: 'GHSA-aaaa-bbbb-cccc', retid: '7' }, 'GHSA-aaaa-bbbb-cccc', []],
    [
      'several CVEs',
      { CVE: ['CVE-2020-0001', 'CVE-2020-0002'], githubID: 'GHSA-aaaa-bbbb-cccc' },
      'GHSA-aaaa-bbbb-cccc',
      ['CVE-2020-0001', 'CVE-2020-0002'],
    ],
    ['a number of its own', { retid: 62, issue: '1' }, 'RETIRE-hull-62', []],
    ['an issue', { issue: '162' }, 'RETIRE-hull-issue-162', []],
    ['words that are no id', { gist: '\u001b[31m../a b' }, 'RETIRE-hull-gist-31m..-a-b', []],
  ])('a record is called by %s', async (_, identifiers, id, aliases) => {
    const { upserts, notes } = await read(one({ below: '2.0.0', severity: 'high', identifiers }));

    expect(upserts).toMatchObject([{ key: `hull/${id}`, id, aliases, severity: 'high' }]);
    expect(notes).toEqual([]);
  });

  it('without any name is called by what it says', async () => {
    const [first, second] = await Promise.all(
      ['one', 'other'].map(async (summary) => await read(one({ below: '2.0.0', identifiers: { summary } }))),
    );
    expect(first?.upserts[0]?.id).toMatch(/^RETIRE-hull-[0-9a-f]{8}$/);
    expect(second?.upserts[0]?.id).not.toBe(first?.upserts[0]?.id);
  });

  it.each([
    ['below', { below: '2.0.0' }, ['0.1.0', '1.0.0', '1.9.9-z', '1.9.9']],
    ['from a version on', { atOrAbove: '1.0.0', below: '2.0.0' }, ['1.0.0', '1.9.9-z', '1.9.9']],
    ['without a version that is its own', { below: '2.0.0', excludes: ['1.9.9'] }, ['0.1.0', '1.0.0', '1.9.9-z']],
    ['without a pre-release', { below: '3.0.0', excludes: ['1.9.9-z'] }, ['0.1.0', '1.0.0', '1.9.9', '2.0.0']],
    ['an end without a hyphen', { below: '1.9.9z' }, ['0.1.0', '1.0.0']],
  ])('is about versions %s', async (_, bounds, versions) => {
    const { upserts } = await read(one({ ...bounds, identifiers: { CVE: ['CVE-2020-0001'] } }));
    expect(affected(upserts[0]!, ['0.1.0', '1.0.0', '1.9.9-z', '1.9.9', '2.0.0', '3.0.0'])).toEqual(versions);
  });

  it('puts the ranges of one vulnerability together', async () => {
    const identifiers = { CVE: ['CVE-2020-0001'] };
    const { upserts } = await read({
      hull: {
        vulnerabilities: [
          { below: '1.2.0', identifiers },
          { atOrAbove: '2.0.0', below: '2.1.0', identifiers },
        ],
      },
    });
    expect(upserts).toHaveLength(1);
    expect(affected(upserts[0]!, ['1.1.0', '1.2.0', '2.0.0', '2.1.0'])).toEqual(['1.1.0', '2.0.0']);
  });

  it('has the names that npm has', async () => {
    const identifiers = { CVE: ['CVE-2020-0001'] };
    const vulnerabilities = [{ below: '2.0.0', identifiers }];
    const { upserts } = await read({
      tinyMCE: { npmname: 'tinymce', vulnerabilities },
      ember: { vulnerabilities },
      ckeditor: { vulnerabilities },
      prototypejs: { vulnerabilities },
      'retire-example': { vulnerabilities },
    });
    expect(upserts.flatMap((advisory) => advisory.affected.map((row) => row.package))).toEqual([
      'tinymce',
      'ember-source',
      'ckeditor',
      'ckeditor4',
      'prototypejs',
    ]);
  });

  it('leaves out, and says so, what it cannot read', async () => {
    const good = one({ below: '2.0.0', identifiers: { CVE: ['CVE-2020-0001'] } });
    const { upserts, notes } = await read({
      ...good,
      ...one({ identifiers: { CVE: ['CVE-2020-0002'] } }, {}, 'endless'),
      ...one({ below: 'the next' }, {}, 'odd'),
      ...one(7 as unknown as object, {}, 'number'),
      ...one({ below: '1.0.0', cwe: ['CWE-1104'], identifiers: { retid: '73' } }, {}, 'unmaintained'),
      list: [],
      ['x'.repeat(500)]: { vulnerabilities: [] },
    });
    expect(upserts.map(({ key }) => key)).toEqual(['hull/CVE-2020-0001']);
    expect(notes).toHaveLength(5);
    for (const note of notes) expect(note.length).toBeLessThan(200);
  });

  it.each(['', '{}', '[]', 'null', '{"a":', '{"a":{"vulnerabilities":[]}}', '{"__proto__":{"vulnerabilities":[{}]}}'])(
    'refuses %j',
    async (text) => {
      await expect(readFiles(retireJs, { [DOCUMENT]: text })).rejects.toThrow(/repository/);
    },
  );

  it('asks a mirror once, and takes one that does not have it yet', async () => {
    const mirror = await startFeedMirror();
    const without = await updateFrom(mirror, retireJs);
    mirror.set(
      `retirejs/${DOCUMENT}`,
      JSON.stringify(one({ below: '2.0.0', identifiers: { CVE: ['CVE-2020-0001'] } })),
    );
    const first = await updateFrom(mirror, retireJs);
    const second = await updateFrom(mirror, retireJs, first.state);

    expect(without).toMatchObject({ upserts: [], replaced: [] });
    expect(without.notes).toHaveLength(1);
    expect(first).toMatchObject({ replaced: [''], notes: [] });
    expect(second).toMatchObject({ upserts: [], replaced: [], notes: [] });
    mirror.close();
  });

  it('says nothing a second time that OSV says under a name of the same', () => {
    const row = { namespace: 'npm', package: 'hull', nameKind: 'binary' } as const;
    const source = advisoriesOf({
      'npm-osv': [
        {
          ...makeAdvisory('GHSA-aaaa-bbbb-cccc', [{ ...row, ranges: [{ fixed: '2.0.0' }] }]),
          aliases: ['CVE-2020-0001'],
        },
      ],
      retirejs: [
        { ...makeAdvisory('CVE-2020-0001', [{ ...row, ranges: [{ fixed: '2.0.0' }] }]), aliases: [] },
        makeAdvisory('RETIRE-hull-62', [{ ...row, ranges: [{ fixed: '1.5.0' }] }]),
      ],
    });
    const view = makeView({ packages: [makePackage('hull', '1.0.0', { type: 'npm' })] });

    const { findings } = matchPackages(view, [node], source);

    expect(findings.map(({ id }) => id).sort()).toEqual(['CVE-2020-0001', 'RETIRE-hull-62']);
  });

  it.skipIf(!hasShared)('reads all of the repository as it is published', async () => {
    const text = readShared('feeds/retirejs/jsrepository-v6.json.zst').toString();
    const { upserts, notes } = await readFiles(retireJs, { [DOCUMENT]: text });
    const of = (name: string) => upserts.filter(({ affected: rows }) => rows.some((row) => row.package === name));
    const at = (name: string, version: string) =>
      of(name).flatMap((advisory) => (affected(advisory, [version]).length > 0 ? [advisory.id] : []));

    expect(notes).toEqual([]);
    const repository = JSON.parse(text) as Record<string, { vulnerabilities: { identifiers: { CVE?: string[] } }[] }>;
    const theirs = Object.entries(repository)
      .filter(([component]) => component !== 'retire-example')
      .flatMap(([component, { vulnerabilities }]) =>
        vulnerabilities.flatMap(({ identifiers }) =>
          (identifiers.CVE ?? []).filter((cve) => /^CVE-\d{4}-\d{4,}$/.test(cve)).map((cve) => `${component} ${cve}`),
        ),
      );
    const ours = upserts.flatMap(({ key, id, aliases }) =>
      [id, ...aliases].map((name) => `${key.slice(0, key.lastIndexOf('/'))} ${name}`),
    );
    expect(theirs.length).toBeGreaterThan(500);
    expect(theirs.filter((name) => !ours.includes(name))).toEqual([]);
    expect(upserts.filter(({ id }) => !/^(?:CVE|GHSA|RETIRE)-[\w.-]+$/.test(id))).toEqual([]);
    expect(at('jquery', '3.4.1')).toEqual(expect.arrayContaining(['CVE-2020-11022', 'CVE-2020-11023']));
    expect(at('jquery', '3.7.1')).toEqual([]);
    expect(at('jquery', '1.12.4')).toContain('CVE-2015-9251');
    expect(at('jquery', '1.12.4-aem')).not.toContain('CVE-2015-9251');
    expect(at('tinymce', '4.1.0')).toContain('RETIRE-tinymce-62');
    expect(at('prototypejs', '1.7.3')).toEqual(['CVE-2020-27511']);
    // What npm has under this name is not the library.
    expect(of('prototype')).toEqual([]);
    // That a major version is no longer maintained is no vulnerability of it.
    expect(upserts.filter(({ title }) => title !== undefined && /^End-of-Life|are End-of-Life/.test(title))).toEqual(
      [],
    );
  });
});
