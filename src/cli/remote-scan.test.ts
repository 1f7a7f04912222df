import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, give, startApiService } from '../../test/support/api-service.ts';
import { dockerArchive, layer } from '../../test/support/image.ts';
import { debianLayer } from '../../test/support/root-file-systems.ts';
import { runDrydock } from '../../test/support/run.ts';
import { scanOne } from '../../test/support/scan.ts';
import { randomSecret } from '../../test/support/service.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { advisoriesOf, makeAdvisory } from '../../test/support/view.ts';
import { checks } from '../checks/index.ts';
import type { Report } from '../model/report.ts';

const archive = writeTemporary(
  'image.tar',
  dockerArchive({ layers: [debianLayer(), layer([{ path: 'srv/app', content: 'own' }])], platform: 'linux/amd64' }),
);
const records = {
  tracker: [
    makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] }], { severity: 'high' }),
    makeAdvisory('CVE-2024-0002', [{ package: 'glibc', ranges: [{ fixed: 'no version at all!' }] }]),
  ],
};
const secret = randomSecret();
const token = writeTemporary('token', `${secret}\n`);

const run = async (...args: string[]) =>
  await runDrydock(['scan', archive, ...args], { environment: { XDG_CACHE_HOME: temporaryFolder() } });

describe('drydock scan --server', () => {
  let service: ApiService;
  const fakes: Server[] = [];
  beforeAll(async () => {
    service = await startApiService({
      tokens: [{ name: 'ci', scope: 'scan', digest: createHash('sha256').update(secret).digest() }],
    });
    await give(service.store, records);
  });
  afterAll(async () => await service.stop());
  afterEach(() => {
    for (const fake of fakes.splice(0)) fake.close();
  });

  /** A server that answers as it likes. */
  async function fake(status: number, body: string, headers: Record<string, string> = {}): Promise<string> {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, headers).end(body);
    });
    fakes.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('makes the report that a scan with the same advisories makes', async () => {
    // What looks into contents is set up by the command line, and is not what the service judges.
    const skipped = ['malware', 'secrets', 'webshells'];
    const flags = ['--server', service.url, '--server-token-file', token, '--skip-checks', skipped.join()];
    const { status, stdout, stderr } = await run(...flags, '-f', 'json');
    expect([status, stderr]).toEqual([0, expect.stringContaining(`hosts contacted: ${new URL(service.url).host}`)]);
    const source = advisoriesOf(records);
    const local = await scanOne(
      archive,
      {
        advisories: { supply: () => Promise.resolve({ source, problems: [] }) },
        checks: checks.filter(({ id }) => !skipped.includes(id)),
      },
      { now: new Date() },
    );
    const comparable = (report: Report): unknown =>
      JSON.parse(
        JSON.stringify({
          ...report,
          createdAt: '',
          tool: '',
          advisories: '',
          hosts: '',
          // Base images are known to the command line.
          image: { ...report.image, base: undefined },
          problems: report.problems.filter(({ message }) => !message.includes('base-old')),
        }),
      );
    const remote = JSON.parse(stdout) as Report;
    expect(comparable(remote)).toEqual(comparable(local));
    expect(remote.findings).toMatchObject([{ id: 'CVE-2024-0001', package: { name: 'libssl3' } }]);
    expect(remote.problems).toContainEqual(expect.objectContaining({ code: 'version.invalid' }));
    expect(remote.advisories).toEqual({ generation: 1, feeds: [], starter: false });
  });

  it('fails as other scans do where something is found', async () => {
    const { status } = await run('--server', service.url, '--server-token-file', token, '--fail-on', 'high');
    expect(status).toBe(1);
  });

  it.each<[string, string[], RegExp]>([
    ['an address that is none', ['--server', 'drydock.example'], /^drydock: --server: an https address is expected/m],
    [
      'an address without TLS',
      ['--server', 'http://drydock.example'],
      /without TLS.* say --plain-http drydock\.example\.$/m,
    ],
    ['a password in it', ['--server', 'https://a:hunter2@drydock.example'], /Use --server-token-file\.$/m],
    [
      'a token that is not there',
      ['--server', 'https://drydock.example', '--server-token-file', '/none'],
      /\/none cannot be read \(ENOENT\)\.$/m,
    ],
    [
      'a database besides',
      ['--server', 'https://drydock.example', '--db', 'x.db'],
      /--server and --db exclude each other/m,
    ],
    ['no network', ['--server', 'https://drydock.example', '--offline'], /--server and --offline exclude each other/m],
  ])('refuses %s', async (_, args, message) => {
    const { status, stdout, stderr } = await run(...args);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
    expect(stderr).not.toContain('hunter2');
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    ['wants a token', () => Promise.resolve(service.url), /answers HTTP 401: a token is needed\. Give a token/],
    ['is none of ours', () => fake(404, 'not found'), /answers HTTP 404\. Is it the address of a Drydock service\?/],
    ['leads elsewhere', () => fake(302, '', { Location: 'http://127.0.0.1:1/' }), /answers HTTP 302\./],
    ['says nothing that is understood', () => fake(200, '<html>'), /answers in a form that is not understood/],
    [
      'says something of another form',
      () => fake(200, '{"findings":[{}],"problems":[],"advisories":{}}'),
      /answers in a form that is not understood/,
    ],
    ['is not there', () => Promise.resolve('http://127.0.0.1:1'), /refuses connections/],
  ])('is no success where the service %s', async (_, server, message) => {
    const { status, stdout, stderr } = await run('--server', await server());
    expect([status, stdout]).toEqual([5, '']);
    expect(stderr).toMatch(message);
  });
});
