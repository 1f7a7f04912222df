import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddressError } from './dial.ts';
import { guardedDialer, isListed } from './guarded-dialer.ts';
import { networkDialer } from './network-dialer.ts';

describe('a guarded dialer', () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.end('here');
  });
  const inner = networkDialer();
  let port: number;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(async () => {
    await inner.close();
    server.close();
  });

  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '[::1]', '0x7f000001', '2130706433', '127.1', '0.0.0.0'])(
    'does not reach this machine as %s',
    async (host) => {
      const before = asked;
      await expect(guardedDialer(inner, () => []).request(new URL(`http://${host}:${port}/`))).rejects.toThrow(
        AddressError,
      );
      await expect(
        guardedDialer(inner, () => ['other.example', '127.0.0.1:1']).request(new URL(`http://${host}:${port}/`)),
      ).rejects.toThrow(AddressError);
      expect(asked).toBe(before);
    },
  );

  it('reaches what is listed, as long as it is, and knows whom it asked', async () => {
    const hosts = [`127.0.0.1:${port}`];
    const dialer = guardedDialer(inner, () => hosts);
    const response = await dialer.request(new URL(`http://127.0.0.1:${port}/`));
    response.discard();
    expect([response.status, [...dialer.hosts]]).toEqual([200, [`127.0.0.1:${port}`]]);
    expect([...guardedDialer(inner, () => []).hosts]).toEqual([]);
    hosts.length = 0;
    await expect(dialer.request(new URL(`http://127.0.0.1:${port}/`))).rejects.toThrow(AddressError);
  });

  it.each([
    ['https://registry.example/v2/', 'registry.example', true],
    ['https://registry.example:5000/', 'registry.example', true],
    ['https://registry.example:5000/', 'Registry.Example:5000', true],
    ['https://registry.example/', 'registry.example:443', true],
    ['http://registry.example/', 'registry.example:80', true],
    ['http://registry.example/', 'registry.example:443', false],
    ['https://registry.example:5001/', 'registry.example:5000', false],
    ['https://evil.registry.example/', 'registry.example', false],
    ['https://registry.example.evil/', 'registry.example', false],
    ['https://[fd00::1]:5000/', '[fd00::1]', true],
    ['https://[fd00::1]:5000/', '[fd00::1]:5000', true],
  ])('%s is on a list with %s: %j', (url, host, expected) => {
    expect(isListed(new URL(url), [host])).toBe(expected);
  });
});
