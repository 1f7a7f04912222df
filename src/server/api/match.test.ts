import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, startApiService } from '../../../test/support/api-service.ts';
import { processorTimeSince } from '../../../test/support/processor-time.ts';
import { ask } from '../../../test/support/service.ts';

const pkg = {
  name: 'libssl3',
  version: '3.0.11-1',
  type: 'deb',
  purl: 'pkg:deb/debian/libssl3@3.0.11-1',
  licences: [] as unknown[],
  layer: { index: 0 },
  locations: ['var/lib/dpkg/status'],
  presence: 'present',
};

describe('inventories to be judged', () => {
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService();
  });
  afterAll(() => service.stop());

  it.each([
    ['packages that are none', { packages: Array(40_000).fill({}) }, 'body/packages/0/name', 20],
    ['one such behind others', { packages: [...Array(9).fill(pkg), {}] }, 'body/packages/9/name', 20],
    [
      'a package that lists what is no word',
      { packages: [{ ...pkg, licences: Array(9000).fill(0) }] },
      'body/packages/0/licences/0',
      20,
    ],
    [
      'a package that lists too much',
      { packages: [{ ...pkg, licences: Array(2_000_000).fill(0) }] },
      'body/packages/0/licences',
      1,
    ],
    ['too many packages', { packages: Array(60_000).fill(0) }, 'body/packages', 1],
  ])('are refused at the first thing that is wrong: %s', async (_, body, path, most) => {
    const before = process.cpuUsage();
    const { status, json } = await service.call('POST', '/api/match', body);
    expect([status, json.code, json.errors[0].path]).toEqual([400, 'usage.option', path]);
    expect(json.errors.length).toBeLessThanOrEqual(most);
    // Half a second; all that is wrong, told one by one, took 3 s.
    expect(processorTimeSince(before)).toBeLessThan(2500);
  });

  it.each([
    [undefined, ['packages.not-judged']],
    [true, []],
  ])('are judged with what lockfiles name where that is asked for: %j', async (lockfiles, codes) => {
    const asked = { ...pkg, name: 'lodash', version: '1.0.0', type: 'npm', purl: 'pkg:npm/lodash@1.0.0' };
    const packages = [{ ...asked, evidence: 'lockfile', groups: ['dev'], locations: ['app/package-lock.json'] }];
    const { status, json } = await service.call('POST', '/api/match', { packages, lockfiles });
    const said = json.problems.map(({ code }: { readonly code: string }) => code);

    expect(status).toBe(200);
    expect(said.filter((code: string) => code === 'packages.not-judged')).toEqual(codes);
  });

  it('have at most 16 MiB', async () => {
    const { status, json } = await service.call('POST', '/api/match', 'x'.repeat(17 * 1024 * 1024));
    expect([status, json.code]).toEqual([413, 'service.too-large']);
  });

  it('are read two at a time of one client, so that their bodies do not fill the memory', async () => {
    const { hostname, port, host } = new URL(service.url);
    const body = JSON.stringify({ packages: [] });
    const head = `POST /api/match HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const [first, other] = [connect(Number(port), hostname), connect(Number(port), hostname)];
    for (const client of [first, other]) client.write(head);
    await new Promise((resolve) => setTimeout(resolve, 100));
    let isAnswered = false;
    const third = ask(`${service.url}/api/match`, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
    }).finally(() => {
      isAnswered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isAnswered).toBe(false);
    // Whoever goes away gives its turn back.
    first.resetAndDestroy();
    await once(first, 'close');
    expect((await third).status).toBe(200);
    other.destroy();
  });
});
