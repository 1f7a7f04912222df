import { hash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Feed } from '../../src/model/feed.ts';
import { tar } from './tar.ts';
import { vexDocument } from './vex.ts';
import { zip } from './zip.ts';

/** What a mirror has of one feed: a record or two in every document that an update asks for. */
export interface SmallFeed {
  /** By the path below the mirror's root. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** What to ask for, so that few documents are enough. Absent: everything. */
  readonly namespaces?: ReadonlySet<string>;
}

type Files = Readonly<Record<string, string | Uint8Array>>;

const CVE = 'CVE-2024-1000';
const year = new Date().getUTCFullYear();
const text = JSON.stringify;

/** Small data of a feed. @throws Error for a feed that this file does not know: say here what a mirror has of it */
export function smallFeed(feed: Feed): SmallFeed {
  const [family = '', folder = ''] = feed.folder.split('/');
  const known: readonly [Files, ...string[]] | undefined =
    family === 'osv' && folder !== '' ? [osv(folder)] : small[feed.name]?.();
  if (known === undefined)
    throw new Error(`test/support/small-feeds.ts does not know what a mirror has of ${feed.name}`);
  const [files, ...namespaces] = known;
  const place = feed.mirrorPath === '' ? '' : `${feed.mirrorPath}/`;
  return {
    files: new Map(
      Object.entries(files).map(([path, body]) => [
        path.startsWith('/') ? path.slice(1) : `${place}${path}`,
        Buffer.from(body),
      ]),
    ),
    ...(namespaces.length > 0 && { namespaces: new Set(namespaces) }),
  };
}

/** Files of each feed below its place on a mirror, or below the root of it behind a slash; then what to ask for. */
const small: Readonly<Record<string, () => readonly [Files, ...string[]]>> = {
  'alpine-secdb': () => [
    { '': '<html><a href="v3.20/">v3.20/</a></html>', 'v3.20/main.json': secdb, 'v3.20/community.json': secdb },
    'alpine:v3.20',
  ],
  'alpine-rejections': () => [{ 'main.yaml': `hull:\n- ${CVE}\n`, 'community.yaml': '---\n' }],
  'alpine-unfixed': () => [{ 'all.tar.gz': gzipSync(tar([{ path: `data/${CVE}.json`, content: alpineOpen }])) }],
  'amazon-1-updateinfo': () => [
    {
      '2018.03/updates/x86_64/mirror.list': 'http://repo.us-west-2.amazonaws.com/2018.03/updates/hash/x86_64\n',
      ...repository('2018.03/updates/hash/x86_64', notice('ALAS-2024-1000')),
    },
  ],
  'amazon-updateinfo': () => [
    {
      '2/extras-catalog.json': text({ topics: [{ n: 'docker' }] }),
      '2/core/latest/x86_64/mirror.list': 'https://cdn.amazonlinux.com/2/core/2.0/x86_64/guid\n',
      ...repository('2/core/2.0/x86_64/guid', notice('ALAS2-2024-1000')),
      '2/extras/docker/latest/x86_64/mirror.list': 'https://cdn.amazonlinux.com/2/extras/docker/x86_64/guid\n',
      ...repository('2/extras/docker/x86_64/guid', notice('ALAS2DOCKER-2024-001')),
    },
    'amazon:2',
  ],
  'arch-tracker': () => [
    {
      'all.json': text([
        {
          name: 'AVG-1',
          packages: ['hull'],
          status: 'Fixed',
          severity: 'High',
          type: 'denial of service',
          affected: '1-1',
          fixed: '2-1',
          issues: [CVE],
          advisories: [],
        },
      ]),
    },
  ],
  'azurelinux-oval': () => [{ 'azurelinux-3.0-oval.xml': azureOval }, 'azurelinux:3.0'],
  'bottlerocket-updateinfo': () => [{ 'updateinfo.xml.gz': gzipSync(notices(notice('BRSA-abcdefgh'))) }],
  'chainguard-secdb': () => [{ 'security.json': secdb }],
  'cisa-kev': () => [
    { 'known_exploited_vulnerabilities.json': text({ vulnerabilities: [{ cveID: CVE, dateAdded: '2024-01-01' }] }) },
  ],
  'cve-list': () => [
    {
      'raw/refs/heads/main/cves/deltaLog.json': text([
        { fetchTime: '2024-05-01T00:00:00Z', new: [{ cveId: CVE }], updated: [] },
      ]),
      'archive/refs/heads/main.zip': zip([{ name: `m/cves/2024/1xxx/${CVE}.json`, content: cve5 }]),
    },
  ],
  cwe: () => [
    {
      'cwec_latest.xml.zip': zip([
        {
          name: 'cwec_v4.xml',
          content: '<Weakness_Catalog><Weaknesses><Weakness ID="79" Name="XSS"/></Weaknesses></Weakness_Catalog>',
        },
      ]),
    },
  ],
  'debian-tracker': () => [
    {
      'tracker/data/json': text({ hull: { [CVE]: { releases: { bookworm: { status: 'open', urgency: 'high' } } } } }),
      '/debian-security-tracker/data/DSA/list': `[01 Jan 2024] DSA-5000-1 hull - security update\n\t{${CVE}}\n`,
      '/debian-security-tracker/data/DLA/list': '[01 Jan 2024] DLA-4000-1 mast - security update\n',
    },
  ],
  'end-of-life': () => [
    {
      'api/v1/products/full': text({
        result: [{ name: 'debian', releases: [{ name: '12', eolFrom: '2028-06-30' }] }],
      }),
    },
  ],
  epss: () => [
    {
      'epss_scores-current.csv.gz': gzipSync(
        `#model_version:v1,score_date:2026-08-16T12:00:00Z\ncve,epss,percentile\n${CVE},0.5,0.9\n`,
      ),
    },
  ],
  'fedora-bodhi': () => [bodhi(), 'fedora:41'],
  'minimos-secdb': () => [{ 'security.json': secdb }],
  nvd: () => [Object.assign({}, ...[...years(2002, year), 'modified'].map(nvdFiles)) as Files],
  'nvd-overrides': () => [
    { 'archive/refs/heads/main.tar.gz': gzipSync(tar([{ path: `x/${CVE}.json`, content: override }])) },
  ],
  'oracle-oval': () => [
    Object.fromEntries(years(2007, year).map((one) => [`com.oracle.elsa-${one}.xml.bz2`, oracleOval(one)])),
  ],
  'photon-cve': () => [
    {
      'photon_versions.json': text({ branches: ['5.0'] }),
      'cve_data_photon5.0.json': text([
        {
          cve_id: CVE,
          pkg: 'hull',
          cve_score: 7.5,
          aff_ver: 'all versions before 2-1.ph5 are vulnerable',
          res_ver: '2-1.ph5',
        },
      ]),
    },
  ],
  'redhat-repository-cpe': () => [
    {
      'repository-to-cpe.json': text({
        data: { 'rhel-9-baseos-rpms': { cpes: ['cpe:/o:redhat:enterprise_linux:9'] } },
      }),
    },
  ],
  'redhat-vex': () => [
    {
      'archive_latest.txt': 'csaf_vex_2024-05-01.tar.zst\n',
      'csaf_vex_2024-05-01.tar.zst': zstdCompressSync(
        tar(
          ['1000', '1001'].map((number) => ({
            path: `2024/cve-2024-${number}.json`,
            content: vex(`CVE-2024-${number}`),
          })),
        ),
      ),
      'changes.csv': '"2024/cve-2024-1001.json","2024-05-02T10:00:00+00:00"\n',
      'deletions.csv': '"2020/cve-2020-1000.json","2020-05-02T10:00:00+00:00"\n',
      '2024/cve-2024-1001.json': vex('CVE-2024-1001'),
    },
  ],
  'suse-oval': () => [{ 'suse.linux.enterprise.15-affected.xml.gz': gzipSync(suseOval) }, 'suse:15.6'],
  'ubuntu-tracker': () => [
    {
      'ubuntu-cve-tracker-master.tar.gz': gzipSync(
        tar([{ path: 'x/active/CVE-2024-1000', content: `Candidate: ${CVE}\nPriority: low\n\njammy_hull: needed\n` }]),
      ),
    },
  ],
  'wolfi-secdb': () => [{ 'security.json': secdb }],
};

function years(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
}

/** Ids and ecosystems of records by the folder of the bucket, where they are not those of a language. */
const osvRecords: Readonly<Record<string, readonly [id: string, ecosystem: string]>> = {
  AlmaLinux: ['ALSA-2024:1000', 'AlmaLinux:9'],
  Drupal: ['DRUPAL-CORE-2024-001', 'Packagist'],
  openEuler: ['OESA-2024-1000', 'openEuler:22.03-LTS-SP3'],
  'Rocky Linux': ['RLSA-2024:1000', 'Rocky Linux:9'],
  Ubuntu: ['UBUNTU-CVE-2024-1000', 'Ubuntu:22.04:LTS'],
};

function osv(ecosystem: string): Files {
  const [id, name] = osvRecords[ecosystem] ?? ['GHSA-aaaa-bbbb-cccc', ecosystem];
  const modified = '2024-01-01T00:00:00Z';
  const record = {
    id,
    modified,
    upstream: [CVE],
    summary: 'hull security update',
    affected: [
      {
        package: { ecosystem: name, name: 'hull' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2-1' }] }],
      },
    ],
  };
  return {
    [`${ecosystem}/modified_id.csv`]: `${modified},${id}\n`,
    [`${ecosystem}/all.zip`]: zip([{ name: `${id}.json`, content: text(record) }]),
    [`${ecosystem}/${id}.json`]: text(record),
  };
}

const secdb = text({
  reponame: 'main',
  packages: [{ pkg: { name: 'hull', secfixes: { '2-r0': [CVE] } } }],
});

function notice(id: string): string {
  return `<update type="security"><id>${id}</id><title>hull</title><severity>Important</severity>
    <references><reference type="cve" id="${CVE}"/></references><pkglist><collection short="c">
    <package name="hull" epoch="0" version="2" release="1" arch="x86_64"/></collection></pkglist></update>`;
}

function notices(...all: readonly string[]): string {
  return `<?xml version="1.0"?><updates>${all.join('')}</updates>`;
}

/** A repository of rpms, as createrepo_c writes it. */
function repository(folder: string, ...all: readonly string[]): Files {
  const body = gzipSync(notices(...all));
  return {
    [`${folder}/repodata/repomd.xml`]: `<repomd><data type="updateinfo"><checksum type="sha256">${hash('sha256', body)}</checksum>
      <location href="repodata/updateinfo.xml.gz"/></data></repomd>`,
    [`${folder}/repodata/updateinfo.xml.gz`]: body,
  };
}

function bodhi(): Files {
  const address = (since: string): string =>
    `updates/?releases=F41&status=stable&type=security&rows_per_page=100&page=1${since}`;
  const page = text({
    page: 1,
    pages: 1,
    total: 1,
    updates: [
      {
        alias: 'FEDORA-2025-0000000001',
        title: 'hull-2-1.fc41',
        severity: 'medium',
        type: 'security',
        status: 'stable',
        date_pushed: '2025-03-29 12:00:00',
        release: { name: 'F41', version: '41', id_prefix: 'FEDORA' },
        bugs: [{ title: `${CVE} hull: x` }],
        builds: [{ nvr: 'hull-2-1.fc41', type: 'rpm', epoch: 0 }],
      },
    ],
  });
  return { [address('')]: page, [address('&pushed_since=2025-03-29')]: page };
}

const cve5 = text({
  cveMetadata: { cveId: CVE, state: 'PUBLISHED' },
  containers: { cna: { title: 'A hole', providerMetadata: { shortName: 'x' } } },
});

const override = text({
  _annotation: { cve_id: CVE },
  cve: {
    configurations: [{ nodes: [{ cpeMatch: [{ criteria: 'cpe:2.3:a:v:p:*:*:*:*:*:*:*:*', vulnerable: true }] }] }],
  },
});

function nvdFiles(part: string): Files {
  const id = `CVE-${part === 'modified' ? '2024' : part}-1000`;
  const document = text({
    totalResults: 1,
    vulnerabilities: [{ cve: { id, descriptions: [{ lang: 'en', value: 'x' }] } }],
  });
  return {
    [`nvdcve-2.0-${part}.meta`]: `lastModifiedDate:2024-01-01T00:00:00-05:00\r\nsha256:${hash('sha256', document)}\r\n`,
    [`nvdcve-2.0-${part}.json.gz`]: gzipSync(document),
  };
}

function vex(id: string): string {
  return text(
    vexDocument(id, [
      { status: 'fixed', product: 'a:redhat:enterprise_linux:9::appstream', component: 'hull@2-1.el9?arch=x86_64' },
    ]),
  );
}

const alpineOpen = text({
  type: 'Vulnerability',
  id: CVE,
  state: [{ fixed: false, repo: '3.20-main', packageName: 'hull', packageVersion: '2-r0' }],
});

/** One rpm test, with what it asks of the package. */
function rpmTest(id: number, name: string, state: string): readonly [test: string, object: string, state: string] {
  return [
    `<rpminfo_test id="oval:x:tst:${id}"><object object_ref="oval:x:obj:${id}"/><state state_ref="oval:x:ste:${id}"/></rpminfo_test>`,
    `<rpminfo_object id="oval:x:obj:${id}"><name>${name}</name></rpminfo_object>`,
    `<rpminfo_state id="oval:x:ste:${id}">${state}</rpminfo_state>`,
  ];
}

function oval(definition: string, ...tests: readonly (readonly [string, string, string])[]): string {
  const [all, objects, states] = [0, 1, 2].map((part) => tests.map((one) => one[part]).join(''));
  return `<?xml version="1.0"?><oval_definitions><definitions>${definition}</definitions><tests>${all}</tests><objects>${objects}</objects><states>${states}</states></oval_definitions>`;
}

const below = '<evr datatype="evr_string" operation="less than">0:2-1</evr>';

const azureOval = oval(
  `<definition class="vulnerability" id="oval:x:def:1"><metadata><title>t</title><reference ref_id="${CVE}" source="CVE"/><patchable>true</patchable><severity>High</severity></metadata><criteria operator="AND"><criterion test_ref="oval:x:tst:1"/></criteria></definition>`,
  rpmTest(1, 'hull', below),
);

function oracleOval(one: string): string {
  const id = `ELSA-${one}-1000`;
  return oval(
    `<definition class="patch" id="oval:x:def:1"><metadata><title>${id}: hull (IMPORTANT)</title><reference source="elsa" ref_id="${id}"/><reference source="CVE" ref_id="${CVE}"/><advisory><severity>IMPORTANT</severity></advisory></metadata><criteria operator="AND"><criterion test_ref="oval:x:tst:1" comment="Oracle Linux 8 is installed"/><criterion test_ref="oval:x:tst:2" comment="hull is earlier than 0:2-1.el8"/></criteria></definition>`,
  );
}

const suseOval = oval(
  `<definition class="vulnerability" id="oval:x:def:1"><metadata><title>${CVE}</title><advisory><severity>Important</severity></advisory></metadata><criteria operator="AND"><criterion test_ref="oval:x:tst:1" comment="SUSE Linux Enterprise Server 15 SP6 is installed"/><criterion test_ref="oval:x:tst:2" comment="hull is below"/></criteria></definition>`,
  rpmTest(1, 'sles-release', '<version operation="equals">15.6</version>'),
  rpmTest(2, 'hull', below),
);
