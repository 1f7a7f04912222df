import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate, type TestCertificate, whyNoCertificates } from '../../test/support/certificates.ts';
import type { TlsSettings } from '../config/service-settings.ts';
import { type Listener, listen } from './listen.ts';

const open: Listener[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.close(0)));
});

async function start(tls?: TlsSettings): Promise<Listener> {
  const listener = await listen({
    address: { host: '127.0.0.1', port: 0 },
    option: 'listen',
    ...(tls !== undefined && { tls }),
    receiveTime: 30_000,
    handler: (_, response) => response.end('ok'),
  });
  open.push(listener);
  return listener;
}

describe('a listener that closes', () => {
  it.each([
    ['that has sent nothing yet', false],
    ['that has sent nothing yet, by TLS', true],
  ])('does not wait for a client %s', async (_, isSecure) => {
    const listener = await start(isSecure ? makeCertificate('server') : undefined);
    const how = { host: '127.0.0.1', port: listener.address.port, rejectUnauthorized: false };
    const client = isSecure ? connectTls(how) : connect(how);
    client.on('error', () => {});
    await once(client, isSecure ? 'secureConnect' : 'connect');
    // The listener may hear of it a moment later.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await listener.close(3000)).toBe(true);
    client.destroy();
  });
});

describe.skipIf(whyNoCertificates)(whyNoCertificates ?? 'a listener with client certificates', () => {
  const server = makeCertificate('server');
  const other = makeCertificate('other');
  const [first, second] = [makeCertificate('first'), makeCertificate('second')];

  /** Requests of one client, all on one connection as long as the service keeps it. */
  function clientOf({ address }: Listener, own: TestCertificate) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    return async (): Promise<string> =>
      await new Promise((resolve) => {
        const ca = [server.certificate, other.certificate];
        const { port } = address;
        const how = { host: '127.0.0.1', port, agent, ca, cert: own.certificate, key: own.key };
        const asked = request(how, (response) => {
          response.resume().on('end', () => resolve(asked.reusedSocket ? 'again' : 'anew'));
        });
        asked.on('error', () => resolve('refused'));
        asked.end();
      });
  }

  it('does not answer on connections of clients whose authority is not one any more', async () => {
    const tls = { ...server, clientCa: first.certificate };
    const listener = await start(tls);
    const ask = clientOf(listener, first);
    expect([await ask(), await ask()]).toEqual(['anew', 'again']);
    listener.useTls({ ...tls, clientCa: second.certificate });
    expect([await ask(), await ask()]).toEqual(['refused', 'refused']);
    expect(await clientOf(listener, second)()).toBe('anew');
  });

  it('keeps connections where its own certificate is another one', async () => {
    const tls = { ...server, clientCa: first.certificate };
    const listener = await start(tls);
    const ask = clientOf(listener, first);
    expect(await ask()).toBe('anew');
    listener.useTls({ ...tls, ...other });
    expect(await ask()).toBe('again');
  });
});
