import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  accepts,
  cache,
  databaseFile,
  drydock,
  folderWith,
  hull,
  image,
  importAdvisories,
  mast,
  policy,
  report,
  root,
  scanOf,
  suppressed,
  vex,
} from '../../../test/support/accepting.ts';
import { FakeRegistry } from '../../../test/support/fake-registry.ts';
import { sha256 } from '../../../test/support/image.ts';
import { tar } from '../../../test/support/tar.ts';
import type { Report } from '../../model/report.ts';

beforeAll(importAdvisories);

describe('scan with --vex', () => {
  it('rules out by files, and says of every other statement why it says nothing (T-20)', async () => {
    const folder = folderWith({
      'a.json': vex('CVE-2099-0001', hull),
      'b.json': vex('CVE-2099-0002', 'pkg:deb/debian/mast@9'),
    });

    const args = scanOf(image, '--vex', 'a.json,b.json');
    const result = await report(args, { folder });
    const short = (await drydock(args, { folder })).stdout.replace(/\s+/g, ' ');
    const long = (await drydock([...args, '--explain-vex'], { folder })).stdout.replace(/\s+/g, ' ');

    expect(suppressed(result)).toEqual({ 'CVE-2099-0001': 'vex:a.json', 'CVE-2099-0002': undefined });
    expect(result.vex).toMatchObject([
      { source: 'a.json', matched: 1, findings: 1, unmatched: [] },
      {
        source: 'b.json',
        matched: 0,
        unmatched: [{ index: 0, mismatch: 'other-version', reason: 'the image has mast 1.0, not 9' }],
      },
    ]);
    expect(short).toContain('b.json: 0 of 1 statement on 0 findings; 1 on another version (--explain-vex)');
    expect(short).toContain('1 ruled out by VEX');
    expect(long).toContain('statement 0, CVE-2099-0002 in pkg:deb/debian/mast@9: the image has mast 1.0, not 9');
  });

  it('says of a finding what rules nothing out', async () => {
    const folder = folderWith({ 'a.json': vex('CVE-2099-0001', hull, { status: 'under_investigation' }) });

    const { status, stdout } = await drydock(scanOf(image, '--vex', 'a.json', '--fail-on', 'high'), { folder });

    expect(status).toBe(1);
    expect(stdout).toContain('HIGH CVE-2099-0001 hull: under investigation: vulnerable_code_not_present (vex:a.json)');
  });

  it.each([
    ['that is truncated', '{"@context": "https://openvex', 'v.json: no JSON'],
    ['that is something else', '{}', 'v.json: no VEX document'],
    ['of another form', '<?xml version="1.0"?><bom/>', 'v.json: no JSON'],
  ])('refuses a document %s, with status 2', async (_, content, words) => {
    const { status, stderr } = await drydock(scanOf(image, '--vex', 'v.json'), {
      folder: folderWith({ 'v.json': content }),
    });

    expect(status).toBe(2);
    expect(stderr).toContain(words);
  });

  it('refuses an address and a file that is not there', async () => {
    expect(await drydock(scanOf(image, '--vex', 'https://example.com/v.json'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('download it first'),
    });
    expect(await drydock(scanOf(image, '--vex', 'nope.json'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is no such file'),
    });
  });
});

describe('vex create', () => {
  it.each(['openvex', 'csaf', 'cyclonedx'])(
    '%s: read with --vex, it rules out what was justified, and nothing else',
    async (form) => {
      const folder = folderWith({
        '.drydockignore.yaml': policy(
          'id: CVE-2099-0001, reason: not called, expires: 2026-12-31, justification: vulnerable_code_not_in_execute_path',
          'id: CVE-2099-0002, reason: low risk, expires: 2026-12-31',
        ),
      });
      const args = [
        'vex',
        'create',
        image,
        '--db',
        databaseFile(),
        '--author',
        'Example <https://example.com>',
        '-f',
        form,
      ];
      const { status, stdout } = await drydock(args, { folder });
      writeFileSync(path.join(folder, 'v.json'), stdout);

      const { findings } = await report(scanOf(image, '--no-policy', '--vex', 'v.json'), { folder });

      expect(status).toBe(0);
      expect(findings.map(({ id, vex: said, suppressed: by }) => [id, said?.status, said?.statement, by?.by])).toEqual([
        ['CVE-2099-0001', 'not_affected', expect.stringMatching(/^\w+: not called$/), 'vex:v.json'],
        ['CVE-2099-0002', 'affected', 'Accepted until 2026-12-31: low risk', undefined],
      ]);
      expect((await drydock(args, { folder })).stdout).toBe(stdout);
    },
  );

  it('takes a report, another product, and says what it lacks', async () => {
    const folder = folderWith({ '.drydockignore.yaml': accepts });
    writeFileSync(path.join(folder, 'r.json'), (await drydock(scanOf(image, '-f', 'json'), { folder })).stdout);

    const { stdout } = await drydock(['vex', 'create', 'r.json', '--author', 'Me', '--product', 'pkg:oci/shop'], {
      folder,
    });

    expect(JSON.parse(stdout)).toMatchObject({
      author: 'Me',
      statements: [{ status: 'affected', products: [{ '@id': 'pkg:oci/shop' }] }],
    });
    expect(await drydock(['vex', 'create', 'r.json'], { folder })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--author'),
    });
    expect(await drydock(['vex', 'create', 'r.json', '--author', 'Me', '-f', 'csaf'], { folder })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('an address of its author'),
    });
    expect(await drydock(['vex', 'create', 'r.json', '--author', 'Me', '--product', 'shop'], { folder })).toMatchObject(
      { status: 2 },
    );
  });
});

describe('scan with --vex oci', () => {
  const predicate = vex('CVE-2099-0001', 'pkg:oci/b');
  const statement = Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://openvex.dev/ns/v0.2.0',
      subject: [],
      predicate,
    }),
  );
  const envelope = Buffer.from(
    JSON.stringify({
      payloadType: 'application/vnd.in-toto+json',
      payload: statement.toString('base64'),
      signatures: [],
    }),
  );
  let registry: FakeRegistry;

  afterEach(() => registry.close());

  /** The manifest of something attached, with one layer. */
  function attach(content: Buffer, mediaType: string, tag: string, annotations: object = {}): string {
    const digest = registry.addBlob(content);
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256('{}'), size: 2 },
      layers: [{ mediaType, digest, size: content.length, annotations }],
    };
    return registry.addManifest(manifest, manifest.mediaType, tag).digest;
  }

  async function scanned() {
    return await report(scanOf(`registry:${registry.host}/a/b:1`, '--vex', 'oci'));
  }

  it.each(['by its own address', 'by the tag that stands for it'])(
    'reads what refers to the image: %s',
    async (how) => {
      let referrers = Buffer.alloc(0);
      registry = await FakeRegistry.start({
        fault: (request, response) => {
          if (how !== 'by its own address' || request.url?.includes('/referrers/') !== true) return false;
          response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' });
          response.end(referrers);
          return true;
        },
      });
      const { digest } = registry.push({ layers: [root] }, '1');
      const attached = attach(statement, 'application/vnd.in-toto+json', 'x');
      const index = {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
          {
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
            digest: attached,
            size: 1,
            artifactType: 'application/vnd.in-toto+json',
          },
        ],
      };
      referrers = Buffer.from(JSON.stringify(index));
      if (how !== 'by its own address') registry.addManifest(index, index.mediaType, digest.replace(':', '-'));

      const result = await scanned();

      expect(suppressed(result)['CVE-2099-0001']).toBe(`vex:oci:${sha256(statement)}`);
      expect(result.problems.filter(({ code }) => code === 'vex.unreadable')).toEqual([]);
    },
  );

  it('reads what cosign attaches', async () => {
    registry = await FakeRegistry.start();
    const { digest } = registry.push({ layers: [root] }, '1');
    attach(envelope, 'application/vnd.dsse.envelope.v1+json', `${digest.replace(':', '-')}.att`, {
      predicateType: 'https://openvex.dev/ns/v0.2.0',
    });

    expect(suppressed(await scanned())['CVE-2099-0001']).toBe(`vex:oci:${sha256(envelope)}`);
  });

  it('reads what BuildKit puts into the index of the image', async () => {
    registry = await FakeRegistry.start();
    const { digest } = registry.push({ layers: [root] }, '0');
    const own = Buffer.from(
      JSON.stringify({
        ...JSON.parse(statement.toString()),
        subject: [{ name: 'x', digest: { sha256: digest.slice(7) } }],
      }),
    );
    const attached = attach(own, 'application/vnd.in-toto+json', 'x', {
      'in-toto.io/predicate-type': 'https://openvex.dev/ns/v0.2.0',
    });
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const index = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType,
          digest,
          size: registry.manifests.get(digest)!.bytes.length,
          platform: { os: 'linux', architecture: 'amd64' },
        },
        {
          mediaType,
          digest: attached,
          size: registry.manifests.get(attached)!.bytes.length,
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': digest },
        },
      ],
    };
    registry.addManifest(index, index.mediaType, '1');

    expect(suppressed(await scanned())['CVE-2099-0001']).toBe(`vex:oci:${sha256(own)}`);
  });

  it('does not take an attestation of another image', async () => {
    registry = await FakeRegistry.start();
    const { digest } = registry.push({ layers: [root] }, '1');
    const other = { ...JSON.parse(statement.toString()), subject: [{ name: 'x', digest: { sha256: 'a'.repeat(64) } }] };
    attach(Buffer.from(JSON.stringify(other)), 'application/vnd.in-toto+json', `${digest.replace(':', '-')}.att`);

    const result = await scanned();

    expect(suppressed(result)['CVE-2099-0001']).toBeUndefined();
    expect(result.problems.find(({ code }) => code === 'vex.unreadable')?.message).toContain(
      'an attestation of another image',
    );
  });

  it('says what it could not read, and that a file has nothing attached', async () => {
    registry = await FakeRegistry.start();
    const { digest } = registry.push({ layers: [root] }, '1');
    attach(Buffer.from('nonsense'), 'application/vnd.in-toto+json', `${digest.replace(':', '-')}.att`);

    const messages = ({ problems }: Report) =>
      problems.filter(({ code }) => code === 'vex.unreadable').map(({ message }) => message);

    expect(messages(await scanned())).toEqual([expect.stringMatching(/^--vex oci: sha256:[0-9a-f]{64}: no JSON/)]);
    expect(messages(await report(scanOf(image, '--vex', 'oci')))).toEqual([
      // Who writes a file may write the name of a registry that says what they like.
      '--vex oci: an image that is no name in a registry has nothing attached. Its file calls it docker.io/library/example:1, which proves nothing: --image-name NAME says that it is.',
    ]);
  });
});

describe('scan with --vex repo', () => {
  const files = {
    'index.json': {
      packages: [
        { id: 'pkg:deb/debian/hull', location: 'pkg/hull.json' },
        { id: 'pkg:deb/debian/mast', location: '../mast.json' },
      ],
    },
    'pkg/hull.json': vex('CVE-2099-0001', 'pkg:deb/debian/hull'),
    'mast.json': vex('CVE-2099-0002', mast),
  };
  let server: Server | undefined;
  const asked: string[] = [];

  afterAll(() => server?.close());

  /** A repository on this machine: its manifest, and its archive with an entity tag. */
  async function serve(): Promise<string> {
    const entries = Object.entries(files).map(([name, content]) => ({
      path: `hub-main/${name}`,
      content: JSON.stringify(content),
    }));
    const archive = gzipSync(tar(entries));
    server = createServer((request, response) => {
      const { url = '', headers } = request;
      const isKnown = headers['if-none-match'] === '"1"';
      asked.push(`${url}${isKnown ? ' again' : ''}`);
      if (url === '/hub/.well-known/vex-repository.json') {
        const { port } = server!.address() as AddressInfo;
        const locations = [{ url: `http://127.0.0.1:${port}/main.tar.gz//hub-main` }];
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({ name: 'x', versions: [{ spec_version: '0.1', locations, update_interval: '24h' }] }),
        );
      } else if (url === '/main.tar.gz') {
        response.writeHead(isKnown ? 304 : 200, { etag: '"1"', 'content-type': 'application/gzip' });
        response.end(isKnown ? undefined : archive);
      } else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hub`;
  }

  it('reads the documents of a folder on packages of the image, and none outside of it', async () => {
    const folder = folderWith(
      Object.fromEntries(Object.entries(files).map(([name, content]) => [`hub/${name}`, content])),
    );

    const result = await report(scanOf(image, '--vex', 'repo', '--vex-repository', 'hub'), { folder });

    expect(suppressed(result)).toEqual({ 'CVE-2099-0001': 'vex:repo:pkg/hull.json', 'CVE-2099-0002': undefined });
    expect(await drydock(scanOf(image, '--vex', 'repo', '--vex-repository', 'nope'))).toMatchObject({ status: 2 });
  });

  it('fetches an archive once for as long as it may be used, and keeps to it where the repository is gone', async () => {
    const place = await serve();
    const args = scanOf(image, '--vex', 'repo', '--vex-repository', place);

    const results = [await report(args), await report(args), await report([...args, '--offline'])];

    expect(results.map((result) => suppressed(result)['CVE-2099-0001'])).toEqual(
      Array(3).fill('vex:repo:pkg/hull.json'),
    );
    expect(asked).toEqual(['/hub/.well-known/vex-repository.json', '/main.tar.gz']);

    const kept = path.join(cache, 'drydock', 'vex-repositories');
    const state = path.join(kept, readdirSync(kept)[0]!, 'state.json');
    const aged = { ...(JSON.parse(readFileSync(state, 'utf8')) as object), checkedAt: '2020-01-01T00:00:00Z' };
    writeFileSync(state, JSON.stringify(aged));
    await report(args);
    expect(asked.slice(2)).toEqual(['/hub/.well-known/vex-repository.json', '/main.tar.gz again']);

    writeFileSync(state, JSON.stringify(aged));
    server?.close();
    const gone = await report([...args, '--offline']);
    expect(suppressed(gone)['CVE-2099-0001']).toBe('vex:repo:pkg/hull.json');
    expect(gone.problems.find(({ code }) => code === 'vex.unreadable')?.message).toMatch(
      /those of 2020-01-01 were used$/,
    );
  });

  it('says that statements could not be had', async () => {
    const { problems } = await report(
      scanOf(image, '--vex', 'repo', '--offline', '--vex-repository', 'http://127.0.0.1:9/x'),
    );

    expect(problems.filter(({ code }) => code === 'vex.unreadable')).toMatchObject([
      { message: expect.stringMatching(/^--vex repo: http:\/\/127\.0\.0\.1:9\/x: .*no statements were used$/) },
    ]);
  });
});
