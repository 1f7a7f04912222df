import { describe, expect, it } from 'vitest';
import { oracleOval } from '../../src/ecosystems/oracle/feed.ts';
import type { Advisory } from '../../src/model/advisory.ts';
import { readFiles } from '../support/feed-events.ts';
import { ovalXml } from '../support/oval-xml.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { clairCases } from './clair.ts';

const FILE = 'com.oracle.elsa-all.xml';

/** `id namespace package fixed [module]`. */
function ours(advisories: readonly Advisory[]): string[] {
  return advisories
    .flatMap(({ id, affected }) =>
      affected.map((row) => line(id, row.namespace, row.package, row.ranges[0]?.fixed ?? '', row.only?.module)),
    )
    .toSorted();
}

function line(id: string, namespace: string, name: string, fixed: string, module?: string): string {
  return [id, namespace, name, fixed, ...(module === undefined ? [] : [module])].join(' ');
}

async function read(document: string | Buffer): Promise<readonly Advisory[]> {
  const { upserts, notes } = await readFiles(oracleOval, { [FILE]: document });
  expect(notes).toEqual([]);
  return upserts;
}

interface VulnListCriteria {
  readonly Criterias: readonly VulnListCriteria[] | null;
  readonly Criterions: readonly { readonly Comment: string }[] | null;
}

/** vuln-list-update keeps the tree with the comments only; the releases stand in `Platform`. */
function ofVulnList(text: Buffer): string[] {
  const golden = JSON.parse(text.toString()) as {
    Title: string;
    Platform: string[];
    Criteria: VulnListCriteria;
  };
  const id = /^ELSA-[\d-]+/.exec(golden.Title)?.[0] ?? '';
  const walk = ({ Criterias, Criterions }: VulnListCriteria): string[] => [
    ...(Criterions ?? []).map(({ Comment }) => Comment),
    ...(Criterias ?? []).flatMap(walk),
  ];
  const fixes = walk(golden.Criteria).flatMap((comment) => {
    const [name, fixed] = comment.split(' is earlier than ');
    return fixed === undefined ? [] : [[name ?? '', fixed] as const];
  });
  // It has lost which fix is for which release: that of the fix's own tag.
  return fixes.flatMap(([name, fixed]) => {
    const releases = golden.Platform.map((platform) => platform.replace('Oracle Linux ', ''));
    const [own] = releases.filter((release) => fixed.includes(`.el${release}`));
    return line(id, `oracle:${own ?? releases[0]}`, name, fixed);
  });
}

interface VulsGolden {
  readonly id: string;
  readonly detections: readonly {
    readonly ecosystem: string;
    readonly conditions: readonly { readonly criteria: VulsCriteria }[];
  }[];
}

interface VulsCriteria {
  readonly criterias?: readonly VulsCriteria[];
  readonly criterions?: readonly {
    readonly version: {
      readonly package: { readonly binary: { readonly name: string; readonly architectures?: readonly string[] } };
      readonly affected: { readonly fixed: readonly string[] };
    };
  }[];
}

/** vuls-data-update writes the module before the name: `httpd:2.4::httpd`. */
function ofVuls(golden: VulsGolden): { readonly line: string; readonly architectures: readonly string[] }[] {
  const walk = ({ criterias = [], criterions = [] }: VulsCriteria): NonNullable<VulsCriteria['criterions']> => [
    ...criterions,
    ...criterias.flatMap(walk),
  ];
  return golden.detections.flatMap(({ ecosystem, conditions }) =>
    conditions.flatMap(({ criteria }) =>
      walk(criteria).map(({ version }) => {
        const parts = version.package.binary.name.split('::');
        const [module] = parts.length > 1 ? parts : [undefined];
        return {
          line: line(golden.id, ecosystem, parts.at(-1) ?? '', version.affected.fixed[0] ?? '', module),
          architectures: version.package.binary.architectures ?? [],
        };
      }),
    ),
  );
}

describe.skipIf(!hasShared)('samples of Oracle: vuln-list-update', () => {
  const folder = 'oracle/oval/testdata';
  const files = hasShared ? sampleFiles('oracle', 'vuln-list-update') : new Map<string, Buffer>();
  const file = (name: string): Buffer => files.get(`${folder}/${name}`) ?? Buffer.alloc(0);

  it('all-positive-data and elsa-2018-1196-1 are the 15 goldens', async () => {
    const records = [
      ...(await read(file('all-positive-data.xml.bz2'))),
      ...(await read(file('elsa-2018-1196-1.xml.bz2'))),
    ];
    const goldens = [...files].filter(([path]) => path.startsWith(`${folder}/golden/`)).map(([, text]) => text);

    expect([records.length, goldens.length]).toEqual([15, 15]);
    expect(ours(records)).toEqual([...new Set(goldens.flatMap(ofVulnList))].toSorted());
    const words = goldens.map((text) => {
      const { Title, Severity, References } = JSON.parse(text.toString()) as {
        Title: string;
        Severity: string;
        References: { Source: string; ID: string }[];
      };
      const word = { MODERATE: 'medium', IMPORTANT: 'high', LOW: 'low', CRITICAL: 'critical' }[Severity] ?? 'unknown';
      return [
        /^ELSA-[\d-]+/.exec(Title)?.[0],
        word,
        References.flatMap(({ Source, ID }) => (Source === 'CVE' ? [ID] : [])).toSorted(),
      ];
    });
    expect(records.map(({ id, severity, aliases }) => [id, severity, aliases.toSorted()]).toSorted()).toEqual(
      words.toSorted(),
    );
  });

  it('reads what is only titled in another form, and says that an errata is told twice', async () => {
    const { upserts, notes } = await readFiles(oracleOval, { [FILE]: file('invalid-title-format.xml.bz2') });

    expect(upserts.map(({ id }) => id)).toEqual(['ELSA-2007-0057', 'ELSA-2007-0057']);
    expect(notes).toEqual(['com.oracle.elsa-all.xml.bz2: ELSA-2007-0057 is told twice; the later one counts']);
  });
});

describe.skipIf(!hasShared)('samples of Oracle: vunnel', () => {
  const files = hasShared ? sampleFiles('oracle', 'vunnel') : new Map<string, Buffer>();
  const input = (name: string): Buffer => files.get(`oracle/test-fixtures/${name}`) ?? Buffer.alloc(0);

  it('mock_data is the two snapshots: tests that the document lacks are read by their comments', async () => {
    const goldens = [...files].filter(([path]) => path.includes('/snapshots/'));
    const expected = goldens.flatMap(([, text]) => {
      const { identifier, item } = JSON.parse(text.toString()) as {
        identifier: string;
        item: { Vulnerability: { FixedIn: { Name: string; NamespaceName: string; Version: string }[] } };
      };
      const id = (identifier.split('/')[1] ?? '').toUpperCase();
      return item.Vulnerability.FixedIn.map(({ Name, NamespaceName, Version }) =>
        line(id, NamespaceName.replace('ol:', 'oracle:'), Name, Version),
      );
    });

    expect(goldens).toHaveLength(2);
    expect(ours(await read(input('mock_data')))).toEqual(expected.toSorted());
  });

  it('pitfall 23: builds of Ksplice are for their like', async () => {
    const [record] = await read(input('mock_ksplice_data'));

    expect(record?.affected.map(({ only }) => only?.flavour)).toEqual(Array.from({ length: 6 }, () => 'ksplice'));
    // openssl-debugsource and openssl-static are for aarch64 only; the others are for all.
    const single = record?.affected.filter(({ only }) => only?.architectures !== undefined);
    expect(single?.map((row) => [row.package, row.only?.architectures])).toEqual([
      ['openssl-debugsource', ['aarch64']],
      ['openssl-static', ['aarch64']],
    ]);
  });

  it('fixes that differ by architecture name it, those that do not name none', async () => {
    const records = await read(input('mock_per_arch_data'));
    const rows = (id: string) => records.find((record) => record.id === id)?.affected ?? [];
    const rsyslog = rows('ELSA-2022-4803').filter((row) => row.package === 'rsyslog');

    expect(rsyslog.map(({ ranges, only }) => [ranges[0]?.fixed, only?.architectures])).toEqual([
      ['0:8.24.0-57.0.4.el7_9.3', ['aarch64']],
      ['0:8.24.0-57.0.1.el7_9.3', ['x86_64', 'i386', 'i586', 'i686']],
    ]);
    expect(rows('ELSA-2025-10073').map(({ only }) => only)).toEqual([undefined]);
    expect(rows('ELSA-2024-2961').every(({ only }) => only === undefined)).toBe(true);
  });
});

describe.skipIf(!hasShared)('samples of Oracle: vuls-data-update', () => {
  const files = hasShared ? sampleFiles('oracle', 'vuls-data-update') : new Map<string, Buffer>();
  const extracted = 'extract/oracle/linux/testdata';

  it.each(['happy', 'majormixed', 'modularitylabel', 'modularitylabel-stream-reversed'])(
    '%s: the same fixes, modules, releases and architectures',
    async (name) => {
      const records = await read(ovalXml(files, `${extracted}/fixtures/${name}`));
      const golden = [...files]
        .filter(([path]) => path.startsWith(`${extracted}/golden/${name}/data/`))
        .flatMap(([, text]) => ofVuls(JSON.parse(text.toString()) as VulsGolden));

      expect(golden.length).toBeGreaterThan(0);
      expect(ours(records)).toEqual(golden.map((row) => row.line).toSorted());
      // Where no architecture is named, the fix is for each that the errata speaks of.
      const rows = records.flatMap(({ id, affected }) => affected.map((row) => ({ id, row })));
      for (const { id, row } of rows) {
        const told = line(id, row.namespace, row.package, row.ranges[0]?.fixed ?? '', row.only?.module);
        const theirs = golden.find((one) => one.line === told)?.architectures ?? [];
        const named = row.only?.architectures;
        if (named === undefined) expect(theirs.length, told).toBeGreaterThan(1);
        else expect(named, told).toEqual(expect.arrayContaining([...theirs]));
      }
    },
  );
});

describe.skipIf(!hasShared)('samples of Oracle: test data of Clair', () => {
  it.each(clairCases('oracle'))('$testdata', async ({ content, count, vulnerabilities }) => {
    const records = await read(content);
    const words = (text: string): string => text.replace(/\s+/g, ' ').trim();

    expect(records).toHaveLength(count);
    expect(
      records.map(({ id, urls, severity, description }) => [id, urls[0], severity, words(description ?? '')]),
    ).toEqual(
      vulnerabilities.map(({ name, link, severity, description }) => [
        name,
        link,
        severity.toLowerCase(),
        words(description),
      ]),
    );
    const expected = vulnerabilities.flatMap(({ name, fixed_in_contains }) =>
      fixed_in_contains.map(({ namespace, feature, version }) => line(name, namespace, feature, version)),
    );
    expect(ours(records)).toEqual(expect.arrayContaining(expected));
  });
});
