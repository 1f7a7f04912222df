import { describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { ndbDatabase, rpmHeader, type TestRpm } from '../../../test/support/rpm.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import { oracleOval } from './feed.ts';

/** Criteria as Oracle writes them, told by their comments: what a test says, its comment says too. */
function leaf(comment: string): string {
  return `<criterion test_ref="oval:x:tst:1" comment="${comment}"/>`;
}

const all = (...parts: string[]): string => `<criteria operator="AND">${parts.join('')}</criteria>`;
const any = (...parts: string[]): string => `<criteria operator="OR">${parts.join('')}</criteria>`;
const fix = (name: string, evr: string, ...more: string[]): string =>
  all(leaf(`${name} is earlier than ${evr}`), leaf(`${name} is signed with the Oracle Linux 8 key`), ...more);

function errata(id: string, criteria: string, more = ''): string {
  return `<definition class="patch" id="oval:x:def:${id}"><metadata><title>
${id}:  a security update (IMPORTANT)
</title><reference source="elsa" ref_id="${id}" ref_url="https://linux.oracle.com/errata/${id}.html"/><reference source="CVE" ref_id="CVE-2024-1000"/><advisory><severity>IMPORTANT</severity><issued date="2024-07-01"/>${more}</advisory></metadata>${criteria}</definition>`;
}

const document = (...definitions: string[]): string =>
  `<oval_definitions><definitions>${definitions.join('')}</definitions></oval_definitions>`;

const read = (...definitions: string[]) =>
  readFiles(oracleOval, { 'com.oracle.elsa-all.xml': document(...definitions) });

const inRelease = (release: string, ...parts: string[]): string =>
  all(leaf(`Oracle Linux ${release} is installed`), any(...parts));

describe('oracleOval', () => {
  it('reads an errata with its one score', async () => {
    const cve = '<cve cvss3="8.1/CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H">CVE-2024-1000</cve>';
    const { upserts, notes } = await read(errata('ELSA-2024-1', inRelease('8', fix('hull', '0:1-2.el8')), cve));

    expect(notes).toEqual([]);
    expect(upserts).toEqual([
      {
        key: 'ELSA-2024-1',
        id: 'ELSA-2024-1',
        aliases: ['CVE-2024-1000'],
        severity: 'high',
        title: 'a security update',
        cvss: [
          {
            version: '3.0',
            vector: 'CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H',
            score: 8.1,
            source: 'oracle-oval',
          },
        ],
        urls: ['https://linux.oracle.com/errata/ELSA-2024-1.html'],
        published: '2024-07-01',
        affected: [
          {
            namespace: 'oracle:8',
            package: 'hull',
            nameKind: 'binary',
            state: 'fixed',
            ranges: [{ fixed: '0:1-2.el8' }],
          },
        ],
      },
    ]);
  });

  it('pitfall 23: a fix counts only below the test for its release', async () => {
    const { upserts } = await read(
      errata('ELSA-2024-1', any(inRelease('8', fix('hull', '0:1-2.el8')), inRelease('9', fix('hull', '0:1-2.el9')))),
    );

    expect(upserts[0]?.affected.map((row) => [row.namespace, row.ranges[0]?.fixed])).toEqual([
      ['oracle:8', '0:1-2.el8'],
      ['oracle:9', '0:1-2.el9'],
    ]);
  });

  it.each([
    ['without a release', all(fix('hull', '0:1-2.el8')), 'ELSA-2024-1 asks for no package of a release'],
    ['with criteria that nobody knows', all(leaf('it rains')), 'ELSA-2024-1 asks for no package of a release'],
    ['without criteria', '', 'ELSA-2024-1 has no criteria'],
  ])('leaves out an errata %s, and says so', async (_, criteria, note) => {
    const { upserts, notes } = await read(errata('ELSA-2024-1', criteria));

    expect(upserts).toEqual([]);
    expect(notes).toEqual([`com.oracle.elsa-all.xml.bz2: ${note}`]);
  });

  it('reads an errata of very many packages in linear time', async () => {
    const fixes = Array.from({ length: 20_000 }, (_, i) =>
      fix(`hull${i}`, '0:1-2.el8', leaf('Oracle Linux arch is x86_64')),
    );
    const { upserts } = await read(errata('ELSA-2024-1', inRelease('8', ...fixes)));

    expect(upserts[0]?.affected).toHaveLength(20_000);
  });

  it('reads the documents of years, again only those that changed, and none of another year into them', async () => {
    const mirror = await startFeedMirror();
    const at = (year: number) => `oracle-oval/com.oracle.elsa-${year}.xml.bz2`;
    const now = new Date().getUTCFullYear();
    try {
      for (let year = 2007; year < now; year++) {
        mirror.set(at(year), document(errata(`ELSA-${year}-1`, inRelease('8', fix('hull', '0:1-2.el8')))));
      }
      const first = await updateFrom(mirror, oracleOval);
      expect(first.upserts).toHaveLength(now - 2007);
      expect(first.replaced).toContain('ELSA-2024-');
      // The document of this year comes with its first errata.
      expect(first.notes).toEqual([]);

      const [own, other] = [`ELSA-${now - 1}-2`, 'ELSA-2010-7'];
      const criteria = inRelease('8', fix('hull', '0:1-2.el8'));
      mirror.set(at(now - 1), document(errata(own, criteria), errata(other, criteria)));
      const second = await updateFrom(mirror, oracleOval, first.state);
      expect(second.upserts.map(({ id }) => id)).toEqual([own]);
      expect(second.replaced).toEqual([`ELSA-${now - 1}-`]);
      expect(second.notes).toEqual([expect.stringContaining('ELSA-2010-7 belongs into the document of another year')]);
    } finally {
      mirror.close();
    }
  });
});

it('pitfall 30: an errata that is told anew has the same key', async () => {
  const first = await read(errata('ELSA-2024-1', inRelease('8', fix('hull', '0:1-2.el8'))));
  const second = await read(errata('ELSA-2024-1', inRelease('8', fix('hull', '0:1-3.el8'))));

  expect(second.upserts.map(({ key }) => key)).toEqual(first.upserts.map(({ key }) => key));
  expect(second.upserts[0]?.affected[0]?.ranges).toEqual([{ fixed: '0:1-3.el8' }]);
});

describe('an image of Oracle Linux', () => {
  const x86 = leaf('Oracle Linux arch is x86_64');
  const arm = leaf('Oracle Linux arch is aarch64');
  const records = [
    errata(
      'ELSA-2024-1',
      inRelease('8', all(x86, any(fix('hull', '0:1-5.el8'))), all(arm, any(fix('hull', '0:1-5.el8')))),
    ),
    errata('ELSA-2024-2', inRelease('8', all(arm, any(fix('mast', '0:1-5.el8'))))),
    errata(
      'ELSA-2024-3',
      inRelease('8', all(x86, any(fix('openssl', '2:1.1.1g-15.ksplice1.el8', leaf('openssl is ksplice-based'))))),
    ),
    errata(
      'ELSA-2024-4',
      inRelease('8', all(leaf('Module sail:2.4 is enabled'), any(fix('sail', '0:2-9.module+el8')))),
    ),
    errata('ELSA-2024-5', inRelease('9', fix('hull', '0:9-1.el9'))),
  ];

  async function found(...rpms: readonly TestRpm[]): Promise<string[]> {
    const { upserts } = await read(...records);
    const supply = async () => ({ source: advisoriesOf({ 'oracle-oval': upserts }), problems: [] });
    const archive = dockerArchive({
      layers: [
        layer([
          { path: 'etc/os-release', content: 'ID="ol"\nVERSION_ID="8.10"\n' },
          { path: 'var/lib/rpm/Packages.db', content: ndbDatabase(rpms.map(rpmHeader)) },
        ]),
      ],
    });
    const { findings } = await scanOne(writeTemporary('image.tar', archive), { advisories: { supply } });
    return findings.flatMap(({ kind, id, package: pkg, fixedVersion }) =>
      kind === 'vulnerability' ? [`${pkg?.name} ${id} ${fixedVersion}`] : [],
    );
  }

  it.each<[string, TestRpm, string[]]>([
    [
      'pitfall 3: an older build without an epoch, and a fix with one of 0',
      { name: 'hull', version: '1', release: '4.el8' },
      ['hull CVE-2024-1000 0:1-5.el8'],
    ],
    [
      'a 32-bit package beside it',
      { name: 'hull', version: '1', release: '4.el8', arch: 'i686' },
      ['hull CVE-2024-1000 0:1-5.el8'],
    ],
    ['the fixed build, although another release has a later one', { name: 'hull', version: '1', release: '5.el8' }, []],
    ['a fix for another architecture', { name: 'mast', version: '1', release: '4.el8', arch: 'x86_64' }, []],
    [
      'a fix for its architecture',
      { name: 'mast', version: '1', release: '4.el8', arch: 'aarch64' },
      ['mast CVE-2024-1000 0:1-5.el8'],
    ],
    [
      'pitfall 23: an ordinary build and a fix of Ksplice',
      { name: 'openssl', epoch: 2, version: '1.1.1c', release: '1.el8' },
      [],
    ],
    [
      'pitfall 23: a build of Ksplice and its fix',
      { name: 'openssl', epoch: 2, version: '1.1.1c', release: '1.ksplice1.el8' },
      ['openssl CVE-2024-1000 2:1.1.1g-15.ksplice1.el8'],
    ],
    [
      'pitfall 2: a fix of a module, and a package of its stream',
      { name: 'sail', version: '2', release: '1.module+el8', modularityLabel: 'sail:2.4:8100:1' },
      ['sail CVE-2024-1000 0:2-9.module+el8'],
    ],
    [
      'pitfall 2: a fix of a module, and a package of another stream',
      { name: 'sail', version: '2', release: '1.module+el8', modularityLabel: 'sail:2.2:8100:1' },
      [],
    ],
    ['pitfall 2: a fix of a module, and a package of none', { name: 'sail', version: '2', release: '1.el8' }, []],
  ])('%s', async (_, rpm, expected) => {
    expect(await found(rpm)).toEqual(expected);
  });
});
