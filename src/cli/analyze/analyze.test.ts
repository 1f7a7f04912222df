import { readdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerArchive, layer, sha256 } from '../../../test/support/image.ts';
import { projectRoot, runDrydock, runProgram } from '../../../test/support/run.ts';
import { type SmallClair, startSmallClair } from '../../../test/support/small-clair.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';

const hex = (bytes: Uint8Array): string => sha256(bytes).slice('sha256:'.length);
const part = (name: string): Buffer => layer([{ path: `etc/${name}`, content: name }]);
const [debian, alpine, empty, end] = [part('debian'), part('alpine'), part('empty'), part('end')];

const vulnerability = { Name: 'CVE-2099-1', NamespaceName: 'x', Severity: 'High', Description: 'A\u001b[31mB' };
const feature = (Name: string) => [{ Name, Version: '1', Vulnerabilities: [vulnerability] }];

async function withClair(use: (server: SmallClair, endpoint: string) => Promise<void>): Promise<void> {
  const features = new Map([
    [sha256(debian), feature('of-debian')],
    [sha256(alpine), feature('of-alpine')],
  ]);
  const server = await startSmallClair((digest) => features.get(digest));
  try {
    await use(server, `http://127.0.0.1:${server.port}`);
  } finally {
    await server.close();
  }
}

async function analyze(endpoint: string, layers: readonly Buffer[]): Promise<string> {
  const file = writeTemporary('image.tar', dockerArchive({ layers, layout: 'blobs' }));
  const { stdout, stderr } = await runDrydock(['analyze-local-images', '-endpoint', endpoint, file]);
  return stdout === '' ? stderr : stdout;
}

describe('drydock analyze-local-images', () => {
  it('tells of its own image where another one has the same layers on another base', async () => {
    await withClair(async (server, endpoint) => {
      expect(await analyze(endpoint, [debian, empty, end])).toContain('of-debian @ 1');
      expect(await analyze(endpoint, [alpine, empty, end])).toContain('of-alpine @ 1');
      expect(await analyze(endpoint, [alpine, empty])).toContain('of-alpine @ 1');
      expect(await analyze(endpoint, [empty, alpine, empty])).toContain('of-alpine @ 1');
      expect(await analyze(endpoint, [debian, empty, end])).toContain('of-debian @ 1');
      // The same names for the same image.
      const names = server.posted.map(({ Name }) => Name);
      expect(names.slice(0, 3)).toEqual([debian, empty, end].map(hex));
      expect(names.slice(-3)).toEqual([debian, empty, end].map(hex));
    });
  });

  it('asks no more than the original where one layer is all there is', async () => {
    await withClair(async ({ requests }, endpoint) => {
      await analyze(endpoint, [debian]);
      expect(requests).toEqual(['POST /v1/layers', `GET /v1/layers/${hex(debian)}?vulnerabilities`]);
    });
  });

  it('lets no text of a server obey the terminal', async () => {
    await withClair(async (_, endpoint) => {
      const report = await analyze(endpoint, [debian]);
      expect(report).toContain('\tA\\x1b[31mB\n');
      expect(report).not.toContain('\u001b');
    });
  });

  it.each([
    ['no JSON', 200, 'hello', 'Could not get layer information: the answer is no JSON'],
    ['no layer', 200, '{}', 'Could not get layer information: the answer describes no layer'],
    ['a refusal', 404, '{"Error":{}}\n', 'Could not get layer information: Got response 404 with message {"Error":{}}'],
    ['lists that are none', 200, '{"Layer":{"Features":{"a":1}}}', 'NOTE: No features have been detected'],
    ['features that are none', 200, '{"Layer":{"Features":[1,null]}}', 'NOTE: No features have been detected'],
    [
      'fields that are none',
      200,
      '{"Layer":{"Features":[{"Name":1,"Vulnerabilities":[{"Severity":"Wild"}]}]}}',
      ' (Wild)\n\tPackage:        @ \n',
    ],
  ])('stands %s for an answer', async (_, status, body, expected) => {
    const server = createServer((request, response) => {
      response.writeHead(request.method === 'POST' ? 201 : status).end(body);
      request.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      expect(await analyze(endpoint, [debian])).toContain(expected);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('leaves nothing behind when it is interrupted', async () => {
    let asked: () => void = () => {};
    const reached = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const server = createServer(() => asked());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const file = writeTemporary('image.tar', dockerArchive({ layers: [debian], layout: 'blobs' }));
    const folder = temporaryFolder();
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let before: readonly string[] = [];
    try {
      const { status } = await runDrydock(['analyze-local-images', '-endpoint', endpoint, file], {
        environment: { TMPDIR: folder },
        onStart: (send) =>
          void reached.then(() => {
            before = readdirSync(folder);
            send('SIGINT');
          }),
      });
      expect(status).toBe(130);
      expect(before).toEqual([expect.stringMatching(/^analyze-local-image-/)]);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it.each(['http://127.0.0.1:1', 'http://user:secret@127.0.0.1:1'])('never shows a password: %s', async (endpoint) => {
    const shown = endpoint.replace('secret', 'xxxxx');
    const said = await analyze(endpoint, [debian]);
    expect(said).toContain(`Post "${shown}/v1/layers": dial tcp 127.0.0.1:1: connect: connection refused`);
  });

  it('wants an endpoint', async () => {
    expect(await analyze('127.0.0.1:1', [debian])).toContain('unsupported protocol scheme ""');
  });

  it('is what a link of its name starts', async () => {
    const link = path.join(temporaryFolder(), 'analyze-local-images');
    symlinkSync(path.join(projectRoot, 'src/cli/main.ts'), link);
    const { status, stderr } = await runProgram(process.execPath, [link, '-h']);
    expect([status, stderr.split('\n')[0]]).toEqual([0, `Usage: ${link} [options] image-id`]);
    const launched = await runDrydock(['-h'], { environment: { DRYDOCK_STARTED_AS: './analyze-local-images' } });
    expect(launched.stderr).toContain('Usage: ./analyze-local-images [options] image-id');
  });

  it('has its options for itself', async () => {
    const { status, stderr } = await runDrydock(['-q', 'analyze-local-images', 'x']);
    expect(status).toBe(2);
    expect(stderr).toContain('the options of "drydock analyze-local-images" are its own, and stand behind its name.');
  });

  it('has a page of help', async () => {
    const { stdout } = await runDrydock(['help', 'analyze-local-images']);
    expect(stdout).toContain('-endpoint string');
    expect(stdout).not.toContain('--quiet');
  });
});
