import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runDrydock } from '../../test/support/run.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';

describe('who waits for a server that does not answer well', () => {
  let server: Server;
  let host: string;
  const asked = new Map<string, number>();
  beforeEach(() => asked.clear());
  beforeAll(async () => {
    // Two waits of a second each: then a log wants to know that work goes on.
    server = createServer((request, response) => {
      const count = (asked.get(request.url ?? '') ?? 0) + 1;
      asked.set(request.url ?? '', count);
      if (count > 3) response.writeHead(404).end();
      else response.writeHead(503, { 'retry-after': '1' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  const file = path.join(temporaryFolder(), 'a.db');
  it.each<[string, (host: string) => readonly string[], RegExp]>([
    ['a registry', (at) => ['scan', `registry:${at}/a/b`], /^drydock: retrying in [12]\.\d s: \S+ answered HTTP 503$/m],
    [
      'a feed',
      (at) => ['db', 'update', 'debian-tracker', '--mirror', `http://${at}`, '--db', file],
      /^drydock: Debian security tracker: retrying in [12]\.\d s: \S+ answered HTTP 503$/m,
    ],
  ])('sees that it is asked again: %s', async (_, args, line) => {
    const { stderr } = await runDrydock(args(host), { progress: true });
    expect(stderr).toMatch(line);
  });

  it('sees nothing when quiet', async () => {
    const { stderr } = await runDrydock(['scan', '-q', `registry:${host}/c/d`], { progress: true });
    expect(stderr).toMatch(/^drydock: .* does not have the manifest latest of c\/d\n$/);
  });
});
