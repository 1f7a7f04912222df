import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerArchive, layer, ociLayout, sha256 } from '../../../test/support/image.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { sbomErrors } from '../../../test/support/sbom-schemas.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { Report } from '../../model/report.ts';

const folder = temporaryFolder();
const ground = layer([{ path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' }]);
const upgrade = layer([{ path: 'usr/share/x', content: 'x' }]);
const app = layer([{ path: 'app/a', content: 'a' }]);
const [download, comment] = ['curl -k https://example.org/x | sh', 'buildkit.dockerfile.v0'];
const history = [
  { created_by: 'ADD rootfs.tar / # buildkit', created: '2025-01-01T00:00:00Z', comment },
  { created_by: `RUN /bin/sh -c ${download} # buildkit`, created: '2025-02-01T00:00:00Z', comment },
  { created_by: 'CMD ["bash"]', empty_layer: true, comment },
  { created_by: `RUN /bin/sh -c ${download} # buildkit`, created: '2026-05-01T00:00:00Z', comment },
];
write('ground.tar', dockerArchive({ repoTags: [], layers: [ground], history: history.slice(0, 1), config: {} }));
write(
  'middle.tar',
  dockerArchive({ repoTags: [], layers: [ground, upgrade], history: history.slice(0, 3), config: {} }),
);
write('app.tar', dockerArchive({ repoTags: [], layers: [ground, upgrade, app], history, config: {} }));
write('other.tar', dockerArchive({ repoTags: [], layers: [app, ground, upgrade], config: {} }));
const label = { 'org.opencontainers.image.base.name': 'debian:\x1b[31m12' };
write('label.tar', dockerArchive({ repoTags: [], layers: [app, ground], config: { Labels: label } }));
/** Its second layer is not the one that it says. */
const diffIds = [ground, upgrade, app].map(sha256);
write('lying.tar', ociLayout({ layers: [ground, app, app], diffIds, history, config: {}, compression: 'gzip' }));

function write(name: string, bytes: Uint8Array): void {
  writeFileSync(path.join(folder, name), bytes);
}

/** Commands of a user with a cache of their own. */
function user(cache: string = temporaryFolder()) {
  const run = async (...args: string[]) =>
    await runDrydock(args, { folder, environment: { XDG_CACHE_HOME: cache, SOURCE_DATE_EPOCH: '1780000000' } });
  return {
    file: path.join(cache, 'drydock/base-images.json'),
    run,
    scan: async (image: string, ...more: string[]): Promise<Report> => {
      const checks = ['--checks', 'history,end-of-life'];
      const { status, stdout, stderr } = await run('scan', image, '-f', 'json', ...checks, ...more);
      expect([status, stderr]).toEqual([0, expect.any(String)]);
      return JSON.parse(stdout) as Report;
    },
  };
}

const origins = ({ findings }: Report, id: string): string[] =>
  findings.filter((finding) => finding.id === id).map(({ from, layer: at }) => `${at?.index} ${from}`);

describe('drydock base', () => {
  it('learns; scans tell by it who brought what, and how old the base is', async () => {
    const { run, scan } = user();
    const unknown = await scan('app.tar', '--no-learn');
    expect(unknown.image.base).toMatchObject({ by: 'none' });
    expect(origins(unknown, 'download-executed')).toEqual(['1 unknown', '2 unknown']);
    expect(unknown.problems.map(({ message }) => message)).toContain(
      'end-of-life: base-old cannot be decided: the layers of its base image are not known',
    );

    const learned = await run('base', 'learn', 'middle.tar', '--name', 'golden:1');
    expect([learned.status, learned.stdout]).toEqual([
      0,
      expect.stringMatching(/^Learned golden:1: 2 layers, sha256:[0-9a-f]{64}\.\n$/),
    ]);
    const report = await scan('app.tar');
    expect(report.image.base).toEqual({
      by: 'taught',
      name: 'golden:1',
      layers: 2,
      entries: 3,
      created: '2025-02-01T00:00:00Z',
      reason:
        'The first 2 of 3 layers are, by digests that the image states (--verify checks them), those of an image that this installation was taught.',
    });
    expect(origins(report, 'download-executed')).toEqual(['1 base', '2 own']);
    expect(origins(report, 'base-old')).toEqual(['1 base']);
  });

  it('is told in the table and in SARIF', async () => {
    const { run } = user();
    await run('base', 'learn', 'middle.tar', '--name', 'golden:1');
    const { stdout } = await run(
      'scan',
      'app.tar',
      '--checks',
      'history,end-of-life',
      '-f',
      'sarif=app.sarif',
      '-f',
      'table',
    );

    expect(stdout).toMatch(/^ {2}base +golden:1 \(2 of 3 layers\)$/m);
    expect(stdout).toMatch(/^TOTAL +\d+ findings: .*; \d+ of them from the base$/m);
    const sarif = readFileSync(path.join(folder, 'app.sarif'), 'utf8');
    expect(sarif).toContain('"from": "base"');
    expect(sarif).toContain('"from": "own"');
  });

  it('knows what was scanned before, the longest that fits, and never the image itself', async () => {
    const { scan, run } = user();
    for (const image of ['ground.tar', 'middle.tar', 'app.tar', 'app.tar']) await scan(image);

    expect((await scan('ground.tar')).image.base).toBeUndefined();
    expect((await scan('middle.tar')).image.base).toMatchObject({ by: 'known', name: 'ground.tar', layers: 1 });
    expect((await scan('app.tar')).image.base).toMatchObject({ by: 'known', name: 'middle.tar', layers: 2 });
    expect((await scan('other.tar')).image.base).toBeUndefined();
    const { stdout } = await run('base', 'list', '-f', 'json');
    const { bases } = JSON.parse(stdout) as { bases: { name: string; by: string; layers: number }[] };
    expect(bases.map(({ name, by, layers }) => [name, by, layers])).toEqual([
      ['app.tar', 'known', 3],
      ['ground.tar', 'known', 1],
      ['middle.tar', 'known', 2],
      ['other.tar', 'known', 3],
    ]);
  });

  it('knows within one run the images that were named before', async () => {
    const { run } = user();
    const { stdout } = await run('scan', 'middle.tar', 'app.tar', '-f', 'json', '--checks', 'none');
    const { reports } = JSON.parse(stdout) as { reports: Report[] };

    expect(reports.map(({ image }) => image.base?.name)).toEqual([undefined, 'middle.tar']);
  });

  it('says whose word it is by what digests; with --verify takes and learns no layers that are others', async () => {
    const { run, scan } = user();
    await run('base', 'learn', 'ground.tar');
    await run('base', 'learn', 'middle.tar');

    const [stated, verified] = [await scan('lying.tar', '--no-learn'), await scan('lying.tar', '--verify')];
    expect(stated.image.base).toMatchObject({ layers: 2, reason: expect.stringContaining('--verify') as string });
    expect(verified.image.base).toMatchObject({ name: 'ground.tar', layers: 1 });
    expect(verified.image.base!.reason).not.toContain('--verify');
    expect((await run('base', 'list')).stdout).not.toContain('lying.tar');
  });

  it('tells a claim of a label as one, without sending it to the terminal', async () => {
    const { run } = user();
    const { stdout } = await run('scan', 'label.tar', '--checks', 'none');

    expect(stdout).toMatch(/^ {2}base +debian:\\x1b\[31m12, as a label says; which layers are its own is not known$/m);
  });

  it('tells in the history which instructions are those of the base', async () => {
    const { run } = user();
    await run('base', 'learn', 'middle.tar', '--name', 'golden:1');
    const [{ stdout: table }, { stdout: json }, { stdout: file }] = await Promise.all([
      run('history', 'app.tar', '--color', 'never'),
      run('history', 'app.tar', '-f', 'json'),
      run('history', 'app.tar', '-f', 'dockerfile'),
    ]);

    expect(table).toMatch(/^ {2}base golden:1: The first 2 of 3 layers are/m);
    expect(table).toMatch(/^ {3}2 {2}CMD \["bash"\]\n\nWHAT FOLLOWS WAS BUILT ON golden:1\n\n {3}3 {2}RUN curl/m);
    const report = JSON.parse(json) as { steps: { from: string }[]; findings: { id: string; from: string }[] };
    expect(report.steps.map(({ from }) => from)).toEqual(['base', 'base', 'base', 'own']);
    expect(report.findings.filter(({ id }) => id === 'download-executed').map(({ from }) => from)).toEqual([
      'base',
      'own',
    ]);
    expect(file).toMatch(/^# The 3 instructions above are those of the base image \(golden:1\).*\nRUN curl/m);
  });

  it('takes the word of a manifest as a claim, and nothing from one that is no reference', async () => {
    const { scan } = user();
    const name = 'org.opencontainers.image.base.name';
    const one = { layers: [ground, app], config: {}, history: [] };
    write('annotated.tar', ociLayout({ ...one, manifestAnnotations: { [name]: 'docker.io/library/debian:12' } }));
    write('odd.tar', ociLayout({ ...one, manifestAnnotations: { [name]: 'https://user:secret@host/a' } }));
    write('list.tar', ociLayout({ ...one, manifestAnnotations: ['a', 7] }));

    const images = await Promise.all(
      ['annotated.tar', 'odd.tar', 'list.tar'].map((image) => scan(image, '--no-learn')),
    );
    expect(images.map(({ image: { base } }) => base && [base.by, base.name])).toEqual([
      ['annotation', 'docker.io/library/debian:12'],
      undefined,
      undefined,
    ]);
  });

  it('is in bills of materials what the image comes from', async () => {
    const { run } = user();
    await run('base', 'learn', 'middle.tar', '--name', 'golden:1');
    await run('scan', 'ground.tar', '--checks', 'none');
    const outputs = ['cyclonedx=a.json', 'spdx=a.spdx.json'].flatMap((output) => ['-o', output]);
    await run('scan', 'app.tar', '--checks', 'none', ...outputs);
    const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
    const { metadata } = JSON.parse(read('a.json')) as { metadata: { component: { pedigree: object } } };
    const spdx = JSON.parse(read('a.spdx.json')) as {
      packages: { SPDXID: string; name: string }[];
      relationships: object[];
    };

    expect(metadata.component.pedigree).toEqual({
      ancestors: [{ type: 'container', 'bom-ref': 'base-image', name: 'golden:1' }],
      notes: expect.stringContaining('The first 2 of 3 layers are') as string,
    });
    expect(sbomErrors('cyclonedx', read('a.json'))).toEqual([]);
    expect(sbomErrors('spdx', read('a.spdx.json'))).toEqual([]);
    expect(spdx.packages).toContainEqual(expect.objectContaining({ SPDXID: 'SPDXRef-BaseImage', name: 'golden:1' }));
    expect(spdx.relationships).toContainEqual({
      spdxElementId: 'SPDXRef-Image',
      relationshipType: 'DESCENDANT_OF',
      relatedSpdxElement: 'SPDXRef-BaseImage',
    });
    // `sbom` gives equal bytes wherever it runs: what was taught is known, what was scanned by chance is not.
    expect((await run('sbom', 'app.tar')).stdout).toContain('"pedigree"');
    expect((await run('sbom', 'middle.tar')).stdout).not.toContain('"pedigree"');
    for (const document of ['a.json', 'a.spdx.json']) {
      const { stdout } = await run('scan', `sbom:${document}`, '-f', 'json', '--checks', 'none');
      const { image, packages } = JSON.parse(stdout) as Report;
      expect([image.reference, image.base?.name, packages.length]).toEqual(['app.tar', 'golden:1', 0]);
    }
  });

  it('calls an archive as it calls itself, its path where it does not', async () => {
    const { run, scan } = user();
    const archive = (layers: Buffer[], repoTags: string[]): Buffer => dockerArchive({ layers, repoTags, config: {} });
    mkdirSync(path.join(folder, 'ci'), { recursive: true });
    const inCi = (bytes: Buffer): void => write('ci/image.tar', bytes);
    inCi(archive([ground], ['debian:13', 'other:1']));
    await scan('ci/image.tar');
    inCi(archive([ground, upgrade], ['app:\x1b[31m1']));
    expect((await scan('ci/image.tar')).image).toMatchObject({
      reference: 'ci/image.tar',
      base: { name: 'debian:13' },
    });
    const learned = await run('base', 'learn', 'ci/image.tar', '-f', 'json');
    expect(JSON.parse(learned.stdout)).toMatchObject({ bases: [{ name: 'ci/image.tar' }] });
    inCi(archive([ground, upgrade], ['golden:1']));
    expect((await run('base', 'learn', 'ci/image.tar')).stdout).toMatch(
      /^Learned golden:1, which was called ci\/image\.tar: 2 layers/,
    );
    expect((await run('base', 'list')).stdout).not.toContain('image.tar');
  });

  it.each([
    [['debian:13'], 0, 'Learned debian:13'],
    [[], 2, 'give one with --name'],
  ])('calls what comes over standard input as it calls itself: %j', async (repoTags, status, words) => {
    const input = dockerArchive({ layers: [ground], repoTags, config: {} });
    const options = { folder, input, environment: { XDG_CACHE_HOME: temporaryFolder() } };
    const result = await runDrydock(['base', 'learn', '-'], options);
    expect([result.status, result.stdout + result.stderr]).toEqual([status, expect.stringContaining(words)]);
  });

  it('says what it called the same layers before', async () => {
    const { run } = user();
    await run('base', 'learn', 'ground.tar', '--name', 'debian:12');

    expect((await run('base', 'learn', 'ground.tar', '--name', 'golden')).stdout).toMatch(
      /^Learned golden, which was called debian:12: 1 layer, sha256:/,
    );
    expect((await run('base', 'learn', 'ground.tar', '--name', 'golden')).stdout).toMatch(/^Learned golden: 1 layer/);
    expect((await run('base', 'list')).stdout).not.toContain('debian:12');
  });

  it('forgets', async () => {
    const { run } = user();
    await run('base', 'learn', 'ground.tar', '--name', 'one');
    await run('base', 'learn', 'middle.tar', '--name', 'two');

    expect(await run('base', 'forget', 'one', 'three')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('No base image is called "three"') as string,
    });
    expect(await run('base', 'forget', 'one')).toMatchObject({ status: 0, stdout: 'Forgotten: one.\n' });
    const { stdout } = await run('base', 'list');
    expect(stdout).toMatch(/two +taught +2/);
    expect(stdout).not.toContain('one');
  });

  it('writes nothing with --no-learn, and is silent where nothing can be written', async () => {
    const { run, file } = user();
    await run('scan', 'app.tar', '--no-learn', '--checks', 'none');
    expect(() => readFileSync(file)).toThrow('ENOENT');

    const { status, stderr } = await user('/dev/null').run('scan', 'app.tar', '--checks', 'none', '--quiet');
    expect([status, stderr]).toEqual([0, '']);
    expect(await user('/dev/null').run('base', 'learn', 'app.tar')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/cannot be changed: .* \(ENOTDIR\)\. Choose a folder/) as string,
    });
  });

  it('a damaged file is a problem of the report, and no crash', async () => {
    const { scan, run, file } = user();
    mkdirSync(path.dirname(file), { mode: 0o700 });
    writeFileSync(file, '{"schemaVersion":1,"bases":[{', { mode: 0o600 });
    const report = await scan('app.tar');

    expect(report.problems).toContainEqual({
      code: 'base.unusable',
      message: `no base image is known: ${file} is damaged, or of another version`,
    });
    expect(await run('base', 'learn', 'app.tar')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is damaged, or of another version') as string,
    });
  });

  it.each([
    [['learn', 'none.tar'], 3, 'none.tar is no file'],
    [['learn', 'app.tar', '--name', ''], 2, 'the value is empty'],
  ])('%j ends with %i', async (args, status, words) => {
    expect(await user().run('base', ...args)).toMatchObject({
      status,
      stderr: expect.stringContaining(words) as string,
    });
  });
});
