import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { startBrowser, whyNoBrowser } from '../../../test/support/browser.ts';
import { ask, randomSecret } from '../../../test/support/service.ts';
import { start, stopAfterEach, tokenOf } from '../../../test/support/stopped-services.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { createPage } from './serve-page.ts';

stopAfterEach();

const script = `console.log("${'drydock '.repeat(500)}")`;

function builtPage(): string {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Drydock</title>');
  writeFileSync(path.join(folder, 'report.html'), 'the frame of the report');
  writeFileSync(path.join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(path.join(folder, 'secret.pem'), 'nobody built this');
  writeFileSync(path.join(folder, 'assets', 'index-abc123.js'), script);
  return folder;
}

describe('the page', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  async function serve(folder: string): Promise<string> {
    const page = createPage(folder);
    server = createServer((request, response) => {
      if (!page(request, response, request.url!.split('?')[0]!)) response.writeHead(404).end('others');
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const html = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  it.each<[string, string, string, string, string]>([
    ['a browser that opens it', 'GET', '/', html, 'frame'],
    ['an address of a view', 'GET', '/images/0b9c?tab=layers', html, 'frame'],
    ['a name that nobody chose', 'GET', '/%2e%2e/%2e%2e/etc/passwd', html, 'frame'],
    ['the frame by its name', 'GET', '/index.html', html, 'frame'],
    ['the frame of the report', 'GET', '/report.html', html, 'frame'],
    ['the frame of the report, for a program', 'GET', '/report.html', '*/*', 'others'],
    ['a script', 'GET', '/assets/index-abc123.js', '*/*', 'script'],
    ['a script that there is none of', 'GET', '/assets/index-other.js', '*/*', 'others'],
    ['a way out of the folder', 'GET', '/assets/../../../../etc/passwd', '*/*', 'others'],
    ['an encoded way out', 'GET', '/assets/..%2f..%2fpackage.json', '*/*', 'others'],
    ['a name with a null', 'GET', '/assets/index-abc123.js%00', '*/*', 'others'],
    ['a file of no kind that is served', 'GET', '/secret.pem', '*/*', 'others'],
    ['the icon', 'GET', '/favicon.svg', 'image/avif,*/*', 'icon'],
    ['a program', 'GET', '/', '*/*', 'others'],
    ['a program that says nothing', 'GET', '/', '', 'others'],
    ['the v1 API, in a browser', 'GET', '/v1/namespaces', html, 'others'],
    ['its root', 'GET', '/v1', html, 'others'],
    ['the own API, in a browser', 'GET', '/api/images', html, 'others'],
    ['the API of Harbor, in a browser', 'GET', '/harbor/api/v1/metadata', html, 'others'],
    ['a name that begins like an API', 'GET', '/apixel', html, 'frame'],
    ['a form', 'POST', '/', html, 'others'],
  ])('%s: %s %s', async (_, method, target, accept, expected) => {
    const url = await serve(builtPage());
    const { status, body, headers } = await ask(`${url}${target}`, { method, headers: { Accept: accept } });
    const found = body.includes('<title>')
      ? 'frame'
      : body === script
        ? 'script'
        : body.startsWith('<svg')
          ? 'icon'
          : body;
    expect([found, status]).toEqual([expected, expected === 'others' ? 404 : 200]);
    expect(headers['content-security-policy'] !== undefined).toBe(expected !== 'others');
  });

  it('answers a HEAD as it would a GET, without a body', async () => {
    const url = await serve(builtPage());
    const { status, headers, body } = await ask(`${url}/`, { method: 'HEAD', headers: { Accept: html } });
    expect([status, body, headers['content-length']]).toEqual([200, '', '37']);
  });

  it('is compressed as the client can read it, each form with a tag of its own', async () => {
    const url = await serve(builtPage());
    const get = async (encoding: string, more: Record<string, string> = {}) => {
      const answer = await fetchRaw(`${url}/assets/index-abc123.js`, { 'Accept-Encoding': encoding, ...more });
      return { ...answer, coding: answer.headers['content-encoding'], etag: String(answer.headers['etag']) };
    };
    const [plain, br, gzip] = [await get('identity'), await get('gzip, deflate, br, zstd'), await get('gzip;q=0.5')];
    expect(plain.bytes.toString()).toBe(script);
    expect([br.coding, brotliDecompressSync(br.bytes).toString()]).toEqual(['br', script]);
    expect([gzip.coding, gunzipSync(gzip.bytes).toString()]).toEqual(['gzip', script]);
    expect((await get('br;q=0, gzip')).coding).toBe('gzip');
    expect((await get('br;q=0, gzip;q=0.000')).coding).toBeUndefined();
    expect(new Set([plain.etag, br.etag, gzip.etag]).size).toBe(3);
    for (const { headers } of [plain, br, gzip]) {
      expect(headers['vary']).toBe('Accept-Encoding');
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
    for (const known of [br.etag, `"x", W/${br.etag}`, '*']) {
      const { status, bytes } = await get('br', { 'If-None-Match': known });
      expect([status, bytes.length]).toEqual([304, 0]);
    }
    expect((await get('br', { 'If-None-Match': gzip.etag })).status).toBe(200);
  });

  it('asks again for its frame, and lets nobody in', async () => {
    const url = await serve(builtPage());
    const { headers } = await ask(`${url}/`, { headers: { Accept: html } });
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|http/);
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('says what to do where it was not built', async () => {
    const url = await serve(temporaryFolder());
    const { status, body } = await ask(`${url}/images`, { headers: { Accept: html } });
    expect(status).toBe(503);
    expect(body).toContain('sh tools/prepare.sh');
  });
});

async function fetchRaw(url: string, headers: Record<string, string>) {
  const { request } = await import('node:http');
  return await new Promise<{
    status: number;
    headers: Readonly<Record<string, string | string[] | undefined>>;
    bytes: Buffer;
  }>((resolve, reject) => {
    request(url, { headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(pieces) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('the page of the service', () => {
  const html = { Accept: 'text/html' };

  it('is there before tokens are asked for, and nothing else is', async () => {
    const { url, ready } = await start({ tokens: [tokenOf('read', randomSecret())] });
    await ready;
    expect(await ask(`${url}/`, { headers: html })).toMatchObject({ status: 200 });
    for (const target of ['/v1/namespaces', '/api/images', '/harbor/api/v1/metadata']) {
      expect(await ask(`${url}${target}`, { headers: html })).toMatchObject({ status: 401 });
    }
    expect(await ask(`${url}/nowhere`)).toMatchObject({ status: 401 });
  });

  it('is told of in the log, and can be turned off', async () => {
    const on = await start();
    await on.ready;
    expect(on.lines.join('')).toContain(`${on.url}/`);
    const off = await start({ page: false });
    await off.ready;
    expect(off.lines.join('')).not.toContain(`${off.url}/`);
    const { status, headers } = await ask(`${off.url}/`, { headers: html });
    expect([status, headers['content-security-policy']]).toEqual([404, undefined]);
  });

  it('answers to no other name where only the reach of this machine protects it', async () => {
    const { url, ready } = await start();
    await ready;
    const { status } = await ask(`${url}/`, { headers: { ...html, Host: 'evil.example' } });
    expect(status).toBe(403);
  });
});

describe.skipIf(whyNoBrowser() !== undefined)('the page in a browser', () => {
  it('opens without a fault, and faults are seen', async () => {
    const { url, ready } = await start();
    await ready;
    const browser = await startBrowser();
    try {
      const { page, violations, errors, strangers } = await browser.open();
      await page.goto(`${url}/`);
      // Not what is built into it: what the script says of this service.
      await page.getByText('The overview could not be loaded').waitFor();
      // What the API that this service lacks answers is no matter of the page.
      expect([violations, strangers]).toEqual([[], []]);
      await page.evaluate(() => {
        const { document } = globalThis as unknown as {
          document: {
            createElement(name: string): { src: string; textContent: string };
            head: { append(...nodes: unknown[]): void };
          };
        };
        const inline = document.createElement('style');
        inline.textContent = 'body { color: red }';
        const image = document.createElement('img');
        image.src = 'http://127.0.0.1:9/x.png';
        document.head.append(inline, image);
      });
      await expect.poll(() => violations.length).toBeGreaterThanOrEqual(2);
      expect(violations.join('\n')).toMatch(/style-src/);
      expect(violations.join('\n')).toMatch(/img-src/);
      expect(errors.length).toBeGreaterThanOrEqual(2);
    } finally {
      await browser.close();
    }
  });
});
