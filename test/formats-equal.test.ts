import path from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { layerThreads } from '../src/layer-threads.ts';
import type { Report } from '../src/model/report.ts';
import { json } from '../src/report/json.ts';
import { dpkgStatus } from './support/databases.ts';
import {
  type Compression,
  dockerArchive,
  type ImageContent,
  layer,
  ociLayout,
  writeOciLayout,
} from './support/image.ts';
import { askingFile, installedFile, languageSamples } from './support/language-samples.ts';
import { debianFiles, debianPackages } from './support/root-file-systems.ts';
import { projectRoot, runDrydock } from './support/run.ts';
import { scanOne } from './support/scan.ts';
import { temporaryFolder, writeTemporary } from './support/temporary.ts';
import { advisoriesOf, makeAdvisory } from './support/view.ts';

const status = 'var/lib/dpkg/status';
const upgraded = debianPackages.map((pkg) => (pkg.name === 'libssl3' ? { ...pkg, version: '3.0.15-1~deb12u1' } : pkg));

/** Four layers: a base, files, an upgrade with a removal, and a link; an instruction without a layer among them. */
const content: ImageContent = {
  layers: [
    layer(debianFiles()),
    layer([
      { path: 'app/server', content: 'a program\n', mode: 0o755 },
      { path: 'app/old', content: 'gone' },
    ]),
    layer([
      { path: status, content: dpkgStatus(upgraded.slice(0, -1)) },
      { path: 'usr/lib/x86_64-linux-gnu/libssl.so.3', content: 'a newer library' },
      { path: 'var/lib/dpkg/info/.wh.zlib1g.list' },
      { path: 'usr/lib/x86_64-linux-gnu/.wh.libz.so.1' },
      { path: 'app/.wh.old' },
    ]),
    layer([{ path: 'app/current', type: 'symlink', linkTarget: 'server' }]),
  ],
  history: [
    { created: '2024-01-01T00:00:00Z', created_by: '/bin/sh -c #(nop) ADD file:0123 in / ' },
    { created: '2024-01-01T00:00:00Z', created_by: '/bin/sh -c #(nop)  CMD ["bash"]', empty_layer: true },
    { created: '2024-02-01T00:00:00Z', created_by: 'COPY app /app # buildkit' },
    { created: '2024-02-01T00:00:00Z', created_by: 'RUN /bin/sh -c apt-get upgrade -y # buildkit' },
    { created: '2024-02-01T00:00:00Z', created_by: 'RUN /bin/sh -c ln -s server /app/current # buildkit' },
  ],
  config: {
    Env: ['PATH=/usr/bin:/bin'],
    Cmd: ['bash'],
    User: 'nobody',
    // Without these some rules are decided of one format and not of the other.
    Healthcheck: { Test: ['CMD', 'true'] },
    Labels: { 'org.opencontainers.image.base.name': 'debian:12' },
  },
  repoTags: ['example.org/app:1.0'],
  platform: 'linux/amd64',
};

const compressions: readonly Compression[] = ['none', 'gzip', 'zstd'];
const file = (name: string, bytes: Uint8Array) => () => scanAll(writeTemporary(name, bytes));

/** How the image comes, and how it is scanned. */
const forms: readonly (readonly [form: string, scan: () => Promise<Report>])[] = [
  ...compressions.flatMap((compression) => [
    [
      `docker archive, old layout, layers ${compression}`,
      file('a.tar', dockerArchive({ ...content, compression })),
    ] as const,
    [
      `docker archive, blobs, layers ${compression}`,
      file('b.tar', dockerArchive({ ...content, compression, layout: 'blobs' })),
    ] as const,
    [`OCI archive, layers ${compression}`, file('o.tar', ociLayout({ ...content, compression }))] as const,
    [`OCI folder, layers ${compression}`, () => scanAll(writeOciLayout({ ...content, compression }))] as const,
  ]),
  ['docker archive of podman', file('p.tar', dockerArchive({ ...content, layout: 'podman' }))],
  ['docker archive of kaniko', file('k.tar', dockerArchive({ ...content, layout: 'kaniko' }))],
  [
    'OCI archive with layers compressed in different ways',
    file('m.tar', ociLayout({ ...content, compression: ['gzip', 'none', 'zstd', 'gzip'] })),
  ],
  [
    'OCI archive with a nested index and attestations',
    file('n.tar', ociLayout({ ...content, nestedIndex: true, attestations: true })),
  ],
  ['OCI archive, compressed as a whole', file('o.tar.gz', gzipSync(ociLayout(content)))],
  ['docker archive on standard input', () => scanAll('-', dockerArchive(content))],
  ['docker archive with blobs on standard input', () => scanAll('-', dockerArchive({ ...content, layout: 'blobs' }))],
  ['OCI archive on standard input', () => scanAll('-', ociLayout(content))],
  ['OCI archive, compressed as a whole, on standard input', () => scanAll('-', gzipSync(ociLayout(content)))],
];

const advisories = advisoriesOf({
  test: [
    makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] }], { severity: 'high' }),
    makeAdvisory('CVE-2024-0002', [{ package: 'glibc', ranges: [{ fixed: '2.36-9+deb12u9' }] }], { severity: 'low' }),
  ],
});

function scanAll(reference: string, stdin?: Uint8Array): Promise<Report> {
  return scanOne(reference, {
    advisories: { supply: () => Promise.resolve({ source: advisories, problems: [] }) },
    ...(stdin !== undefined && { stdin: Readable.from([stdin.subarray(0, 700), stdin.subarray(700)]) }),
  });
}

/** The JSON report without what names the container of the image and not the image. */
function comparable(report: Report): unknown {
  const written = JSON.parse(json.render([report], { width: 80, colour: false }));
  for (const key of ['reference', 'digest', 'mediaType']) delete written.image[key];
  for (const one of written.image.layers) {
    delete one.digest;
    delete one.size;
  }
  return written;
}

describe('one image in every form (T-27)', () => {
  let reference: Report;

  beforeAll(async () => {
    reference = await scanAll(writeTemporary('reference.tar', dockerArchive(content)));
  });

  it('tells something worth comparing', () => {
    expect(reference.packages.map((pkg) => `${pkg.name} ${pkg.layer.index}`)).toEqual([
      'base-files 0',
      'bash 0',
      'libc6 0',
      'libssl3 2',
    ]);
    expect(reference.findings.filter((finding) => finding.kind === 'vulnerability')).toHaveLength(2);
    expect(reference.image.history).toHaveLength(5);
    expect(reference.image.layers.map((one) => one.instruction?.slice(0, 4))).toEqual(['ADD ', 'COPY', 'RUN ', 'RUN ']);
    expect(reference.problems).toEqual([]);
  });

  it.each(forms)('%s', async (_, scan) => {
    expect(comparable(await scan())).toEqual(comparable(reference));
  });
});

describe('two runs (T-19)', () => {
  const demo = path.join(projectRoot, 'examples/demo.tar');
  const environment = { SOURCE_DATE_EPOCH: '1700000000' };
  /** The same on another machine: nothing of the time zone, the language or the temporary folder may show. */
  const elsewhere = { ...environment, TZ: 'Pacific/Auckland', LC_ALL: 'tr_TR.UTF-8', TMPDIR: temporaryFolder() };

  it('write the same bytes with SOURCE_DATE_EPOCH', async () => {
    const first = await runDrydock(['scan', demo, '--offline', '-f', 'json'], { environment });
    const second = await runDrydock(['scan', demo, '--offline', '-f', 'json'], { environment: elsewhere });

    expect(first.status, first.stderr).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    expect(JSON.parse(first.stdout).createdAt).toBe('2023-11-14T22:13:20Z');
  });

  it('write the same text as a table', async () => {
    const first = await runDrydock(['scan', demo, '--offline'], { environment });
    const second = await runDrydock(['scan', demo, '--offline'], { environment: elsewhere });

    expect(first.stdout).not.toBe('');
    expect(second.stdout).toBe(first.stdout);
  });

  /** Packages of every language in three layers, with copies, in an order that no reader chose. */
  const ofLanguages = writeTemporary(
    'languages.tar',
    dockerArchive({
      compression: 'gzip',
      layers: [
        layer(debianFiles()),
        ...['opt/b', 'opt/a', 'srv'].map((folder, i) =>
          layer(
            languageSamples.flatMap((sample) => [
              installedFile(sample, folder, `1.${i % 2}.0`),
              askingFile(sample, folder, '1.9.0'),
            ]),
          ),
        ),
      ],
    }),
  );

  it.each(['json', 'cyclonedx', 'spdx', 'sarif'])(
    'write the same bytes of packages of languages as %s, in one thread and in four',
    async (format) => {
      const words = ['scan', ofLanguages, '--offline', '-f', format, '--threads'];
      const first = await runDrydock([...words, '1'], { environment });
      const second = await runDrydock([...words, '4'], { environment: elsewhere });

      // SARIF has findings, and packages only by them.
      expect(first.stdout).toContain(format === 'sarif' ? 'libssl3' : 'Rope.Net');
      expect(second.stdout).toBe(first.stdout);
    },
  );

  it('find the same with threads of their own for every layer, however small', async () => {
    const options = { width: 80, colour: false };
    const alone = await scanOne(ofLanguages);
    const threads = await scanOne(ofLanguages, { helpers: layerThreads(2, temporaryFolder(), { worthwhile: 0 }) });

    expect(alone.packages.filter(({ type }) => type !== 'deb').length).toBeGreaterThan(24);
    expect(json.render([threads], options)).toBe(json.render([alone], options));
  });
});
