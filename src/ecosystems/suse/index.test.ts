import { describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import { suseDocuments } from './documents.ts';
import { suseOval } from './feed.ts';

/** A test as SUSE writes it: the object's name, and what its state asks for. */
type Asked = readonly [comment: string, name: string, state: string, attributes?: string];

const release = (name: string, version: string, comment = `${name} ${version} is installed`): Asked => [
  comment,
  name,
  `<version operation="equals">${version}</version>`,
];
const below = (name: string, evr: string, arch = 'aarch64|ppc64le|s390x|x86_64'): Asked => [
  `${name} is below`,
  name,
  `<arch datatype="string" operation="pattern match">(${arch})</arch><evr datatype="evr_string" operation="less than">${evr}</evr>`,
];
const affected = (name: string): Asked => [`${name} is affected`, name, '<evr operation="greater than">0:0-0</evr>'];
const unaffected = (name: string): Asked => [
  `${name} is not affected`,
  name,
  '<version operation="equals">0</version>',
];

interface Branch {
  readonly operator: 'AND' | 'OR';
  readonly parts: readonly (Branch | Asked)[];
}

const all = (...parts: (Branch | Asked)[]): Branch => ({ operator: 'AND', parts });
const any = (...parts: (Branch | Asked)[]): Branch => ({ operator: 'OR', parts });

function document(definitions: Readonly<Record<string, Branch>>, more = ''): string {
  const tests: string[] = [];
  const objects: string[] = [];
  const states: string[] = [];
  const write = (part: Branch | Asked): string => {
    if ('operator' in part) {
      return `<criteria operator="${part.operator}">${part.parts.map(write).join('')}</criteria>`;
    }
    const [comment, name, state, attributes = ''] = part;
    const id = String(2009000000 + tests.length);
    tests.push(
      `<rpminfo_test id="oval:x:tst:${id}" ${attributes}><object object_ref="oval:x:obj:${id}"/><state state_ref="oval:x:ste:${id}"/></rpminfo_test>`,
    );
    objects.push(`<rpminfo_object id="oval:x:obj:${id}"><name>${name}</name></rpminfo_object>`);
    states.push(`<rpminfo_state id="oval:x:ste:${id}">${state}</rpminfo_state>`);
    return `<criterion test_ref="oval:x:tst:${id}" comment="${comment}"/>`;
  };
  const told = Object.entries(definitions).map(
    ([cve, criteria], index) =>
      `<definition id="oval:x:def:${index}" class="vulnerability"><metadata><title>${cve}</title><advisory><severity>Important</severity><issued date="2024-01-02"/><updated date="2025-02-03"/>${more}</advisory></metadata>${write(criteria)}</definition>`,
  );
  return `<oval_definitions><definitions>${told.join('')}</definitions><tests>${tests.join('')}</tests><objects>${objects.join('')}</objects><states>${states.join('')}</states></oval_definitions>`;
}

const FILE = 'suse.linux.enterprise.15-affected.xml';
const sles = (version: string): Asked =>
  release('sles-release', version, `SUSE Linux Enterprise Server ${version} is installed`);
const ltss = (version: string): Asked =>
  release('sles-release', version, `SUSE Linux Enterprise Server ${version}-LTSS is installed`);

async function rows(criteria: Branch): Promise<{ rows: string[]; notes: readonly string[] }> {
  const { upserts, notes } = await readFiles(suseOval, { [FILE]: document({ 'CVE-2024-1000': criteria }) });
  const told = upserts.flatMap(({ affected: list }) =>
    list.map(({ namespace, package: name, state, ranges, only }) =>
      [namespace, name, ranges[0]?.fixed ?? state, ...(only?.architectures ?? [])].join(' '),
    ),
  );
  return { rows: told, notes };
}

describe('suseOval', () => {
  it('pitfall 20: reads a definition, with scores of SUSE and of NVD', async () => {
    const scores =
      '<cve cvss3="7.1/CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:N/I:H/A:L">CVE-2024-1000 at SUSE</cve>' +
      '<cve cvss3="9.8/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H">CVE-2024-1000 at NVD</cve>';
    const { upserts, replaced, notes } = await readFiles(suseOval, {
      [FILE]: document({ 'CVE-2024-1000': all(sles('15.6'), below('hull', '0:1-2')) }, scores),
    });

    expect(upserts).toEqual([
      {
        key: 'suse.linux.enterprise.15/CVE-2024-1000',
        id: 'CVE-2024-1000',
        aliases: [],
        severity: 'high',
        cvss: [
          { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:N/I:H/A:L', score: 7.1, source: 'suse-oval' },
          { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, source: 'nvd' },
        ],
        urls: ['https://www.suse.com/security/cve/CVE-2024-1000/'],
        published: '2024-01-02',
        modified: '2025-02-03',
        affected: [
          { namespace: 'suse:15.6', package: 'hull', nameKind: 'binary', state: 'fixed', ranges: [{ fixed: '0:1-2' }] },
        ],
      },
    ]);
    expect([replaced, notes]).toEqual([['suse.linux.enterprise.15/'], []]);
  });

  it.each<[string, Branch, string[]]>([
    [
      'pitfall 23: each product with its own fix',
      any(
        all(sles('15.5'), below('hull', '0:1-5')),
        all(sles('15.6'), any(below('hull', '0:1-6'), below('mast', '0:1-6'))),
      ),
      ['suse:15.5 hull 0:1-5', 'suse:15.6 hull 0:1-6', 'suse:15.6 mast 0:1-6'],
    ],
    [
      'modules with the server, other products not',
      all(
        any(
          release('sle-module-basesystem-release', '15.6'),
          release('SLES_SAP-release', '15.6'),
          release('sle-ha-release', '15.6'),
        ),
        below('hull', '0:1-6'),
      ),
      ['suse:15.6 hull 0:1-6'],
    ],
    [
      'the fix of general support, not that of extended support',
      any(all(sles('15.4'), below('hull', '0:1-4')), all(ltss('15.4'), below('hull', '0:1-9'))),
      ['suse:15.4 hull 0:1-4'],
    ],
    [
      'the fix of extended support where general support has none',
      any(all(sles('15.4'), affected('hull')), all(ltss('15.4'), below('hull', '0:1-9'))),
      ['suse:15.4 hull 0:1-9'],
    ],
    ['what is not fixed', all(sles('15.6'), affected('hull')), ['suse:15.6 hull affected']],
    ['what is not affected', all(sles('15.6'), unaffected('hull')), ['suse:15.6 hull not-affected']],
    ['architectures', all(sles('15.6'), below('hull', '0:1-2', 'x86_64')), ['suse:15.6 hull 0:1-2 x86_64']],
    [
      'a kernel beside its live patches',
      all(
        sles('15.2'),
        any(
          all(
            below('kernel-default', '0:5.3.18-24.102'),
            all(
              ['kernel-default is ==5.3.18-24.64', 'kernel-default', '<evr operation="equals">0:5.3.18-24.64</evr>'],
              any(below('kernel-livepatch-5_3_18-24_64-default', '0:14-150200.2.1-0'), [
                'no patch',
                'kernel-livepatch-5_3_18-24_64-default',
                '<version>1</version>',
                'check="none satisfy"',
              ]),
            ),
          ),
        ),
      ),
      ['suse:15.2 kernel-default 0:5.3.18-24.102', 'suse:15.2 kernel-livepatch-5_3_18-24_64-default 0:14-150200.2.1'],
    ],
  ])('reads %s', async (_, criteria, expected) => {
    expect(await rows(criteria)).toEqual({ rows: expected, notes: [] });
  });

  it.each<[string, Branch, string]>([
    [
      'a product',
      all(release('sail-release', '15.6'), below('hull', '0:1')),
      'nobody knows the product of sail-release 15.6',
    ],
    [
      'a test',
      all(sles('15.6'), ['x', 'hull', '<evr operation="case insensitive equals">1</evr>']),
      'nobody knows what a test of hull asks for',
    ],
  ])('says that it does not know %s', async (_, criteria, note) => {
    const { rows: told, notes } = await rows(criteria);

    expect(told).toEqual([]);
    expect(notes).toEqual([`suse.linux.enterprise.15-affected.xml.gz: ${note} (1 definitions)`]);
  });

  it('pitfall 21: leaves out what is called otherwise than a CVE', async () => {
    const { upserts, notes } = await readFiles(suseOval, {
      [FILE]: document({ 'CVE-2024-12': all(sles('15.6'), below('hull', '0:1')), 'SUSE-SU-403 Forbidden-1': all() }),
    });

    expect(upserts).toEqual([]);
    expect(notes.map((note) => note.split(': ')[1])).toEqual([
      'oval:x:def:0 is called "CVE-2024-12", which is no CVE',
      'oval:x:def:1 is called "SUSE-SU-403 Forbidden-1", which is no CVE',
    ]);
  });

  it.each([
    ['opensuse.leap.15.6.xml', 'openSUSE-release', '15.6', 'opensuse-leap:15.6'],
    ['opensuse.leap.16.0.xml', 'Leap-release', '16.0', 'opensuse-leap:16.0'],
    ['opensuse.tumbleweed.xml', 'openSUSE-release', '20210101', 'opensuse-tumbleweed'],
    ['suse.linux.micro.6-affected.xml', 'SL-Micro-release', '6.1', 'sl-micro:6.1'],
    ['suse.linux.enterprise.micro.5-affected.xml', 'SLE-Micro-release', '5.5', 'sle-micro:5.5'],
  ])('%s is about %s', async (file, name, version, namespace) => {
    const { upserts, notes } = await readFiles(suseOval, {
      [file]: document({ 'CVE-2024-1000': all(release(name, version), below('hull', '0:1-2')) }),
    });

    expect([upserts[0]?.affected[0]?.namespace, notes]).toEqual([namespace, []]);
  });

  it('passes over documents of patches, single CVEs and other products, and says so', async () => {
    const files = ['suse.linux.enterprise.15-patch.xml', 'org.opensuse.CVE-2008-5679.xml', 'suse.manager.4.3.xml'];
    const { notes } = await readFiles(suseOval, Object.fromEntries(files.map((file) => [file, ''])));

    expect(notes).toEqual(files.map((file) => `${file} is no document of this feed`));
  });

  it('pitfall 27: reads again only what changed, and keeps what a document said that is gone', async () => {
    const mirror = await startFeedMirror();
    const at = (name: string) => `suse-oval/${name}`;
    const content = (cve: string) => document({ [cve]: all(sles('15.6'), below('hull', '0:1-2')) });
    try {
      for (const { path } of suseDocuments) mirror.set(at(path), content('CVE-2024-1000'));
      const first = await updateFrom(mirror, suseOval);
      expect(first.replaced).toHaveLength(suseDocuments.length);

      mirror.set(at('suse.linux.enterprise.15-affected.xml.gz'), content('CVE-2024-2000'));
      mirror.fault(at('opensuse.leap.15.0.xml.gz'), 'missing');
      const second = await updateFrom(mirror, suseOval, first.state);
      expect(second.upserts.map(({ key }) => key)).toEqual(['suse.linux.enterprise.15/CVE-2024-2000']);
      expect(second.replaced).toEqual(['suse.linux.enterprise.15/']);
      expect(second.notes).toEqual(['opensuse.leap.15.0.xml.gz is not there; what it said before is kept']);

      const third = await updateFrom(mirror, suseOval, {}, new Set(['suse:15.6']));
      expect(third.replaced).toEqual(['suse.linux.enterprise.15/']);
    } finally {
      mirror.close();
    }
  });
});

describe.skipIf(!hasShared)('an image of SUSE Linux Enterprise', () => {
  const installed = hasShared
    ? (JSON.parse(readShared('fixtures/rpmdb/sle15-sqlite/expected.json').toString()) as {
        name: string;
        version: string;
        release: string;
      }[])
    : [];
  const evr = (name: string): string => {
    const found = installed.find((pkg) => pkg.name === name);
    return `0:${found?.version}-${found?.release}`;
  };

  async function found(version: string): Promise<string[]> {
    const oval = document({
      'CVE-2024-1000': all(sles('15.3'), any(below('glibc', '0:99-1'), below('bash', evr('bash')))),
      'CVE-2024-2000': all(sles('15.3'), affected('libz1')),
      'CVE-2024-3000': all(sles('15.3'), any(unaffected('glibc'), below('bash', `${evr('bash')}.1`, 's390x'))),
      'CVE-2024-4000': all(sles('15.4'), below('glibc', '0:99-1')),
    });
    const { upserts } = await readFiles(suseOval, { [FILE]: oval });
    const archive = dockerArchive({
      layers: [
        layer([
          { path: 'etc/os-release', content: `ID="sles"\nVERSION_ID="${version}"\n` },
          {
            path: 'usr/lib/sysimage/rpm/rpmdb.sqlite',
            content: readShared('fixtures/rpmdb/sle15-sqlite/rpmdb.sqlite.zst'),
          },
        ]),
      ],
    });
    const supply = async () => ({ source: advisoriesOf({ 'suse-oval': upserts }), problems: [] });
    const { findings, packages } = await scanOne(writeTemporary('image.tar', archive), { advisories: { supply } });
    expect(packages).toHaveLength(35);
    return findings
      .flatMap(({ kind, id, package: pkg, fixedVersion }) =>
        kind === 'vulnerability' ? [`${pkg?.name} ${id} ${fixedVersion ?? '-'}`] : [],
      )
      .toSorted();
  }

  it('has what its service pack has: a fix above, no fix, not those of another architecture or the fixed build', async () => {
    expect(await found('15.3')).toEqual(['glibc CVE-2024-1000 0:99-1', 'libz1 CVE-2024-2000 -']);
  });

  it('of another service pack has what that has', async () => {
    expect(await found('15.4')).toEqual(['glibc CVE-2024-4000 0:99-1']);
  });
});
