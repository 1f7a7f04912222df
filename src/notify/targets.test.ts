import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate, whyNoCertificates } from '../../test/support/certificates.ts';
import { clairFaults } from '../../test/support/clair-v4-schemas.ts';
import { startReceiver } from '../../test/support/receiver.ts';
import { silent } from '../log.ts';
import type { NotificationShelf, StoredNotification } from '../store/notification-shelf.ts';
import type { StoredVulnerability } from '../store/vulnerability-shelf.ts';
import { clairV4Webhook } from './clair-v4-webhook.ts';
import { type ClairWebhookSettings, clairWebhook } from './clair-webhook.ts';
import { jsonWebhook } from './json-webhook.ts';
import { openTargets } from './open-targets.ts';
import type { NotificationTarget } from './target.ts';

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function keep<T extends { close(): Promise<unknown> }>(one: T): T {
  opened.push(one);
  return one;
}

const fresh: StoredVulnerability = {
  id: 7,
  namespace: { name: 'debian:13', versionFormat: 'dpkg' },
  name: 'CVE-2099-1',
  description: 'a flaw',
  link: 'https://example.test/1',
  severity: 'High',
  metadata: '',
  fixes: [{ package: 'a', version: '2' }, { package: 'b' }],
  origin: 'feed',
};
const name = '8b1c3a3e-0000-4000-8000-000000000001';
const added: StoredNotification = { name, created: new Date('2026-01-02T03:04:05Z'), new: fresh };
const clock = { now: () => Date.parse('2026-01-02T03:05:00.900Z'), sleep: async () => {} };

/** A shelf that knows of so many layers. */
const shelf = (layers: number): NotificationShelf =>
  ({
    introducingLayers: async (_: number, __: number, limit: number) =>
      Array.from({ length: Math.min(layers, limit) }, (_item, id) => ({ id, name: `l${id}` })),
  }) as unknown as NotificationShelf;

const webhook = (settings: ClairWebhookSettings): NotificationTarget => keep(clairWebhook(settings));

describe("Clair's webhook", () => {
  it.each([
    [200, undefined],
    [201, undefined],
    [202, 'the target answered HTTP 202'],
    [204, 'the target answered HTTP 204'],
    [301, 'the target answered HTTP 301'],
    [500, 'the target answered HTTP 500'],
  ])('takes %i for what Clair takes it for', async (status, failure) => {
    const receiver = keep(await startReceiver(() => status));
    const sent = await webhook({ url: receiver.url })
      .send([added])
      .catch((error: unknown) => (error as Error).message);
    expect(sent).toBe(failure);
  });

  it('says that nobody listens', async () => {
    await expect(webhook({ url: 'http://127.0.0.1:1' }).send([added])).rejects.toMatchObject({
      name: 'DeliveryError',
      message: 'the target refuses connections',
    });
  });

  it('does not wait for ever', async () => {
    const receiver = keep(await startReceiver(() => undefined));
    const slow = keep(clairWebhook({ url: receiver.url }, 50));
    await expect(slow.send([added])).rejects.toThrow('the target did not answer in time');
  });

  it('goes through the proxy that it was given, and nowhere else', async () => {
    const receiver = keep(await startReceiver());
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
      response.writeHead(request.url?.startsWith('http://webhook.invalid/') === true ? 200 : 502).end();
      request.resume();
    });
    proxy.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      const through = connect(receiver.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(through).pipe(socket);
      });
      for (const one of [socket, through]) one.on('error', () => {});
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    keep({
      close: async () => {
        proxy.closeAllConnections();
        proxy.close();
      },
    });
    const address = `http://user:pass@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await webhook({ url: 'http://webhook.invalid/notify', proxy: address }).send([added]);
    const basic = `Basic ${Buffer.from('user:pass').toString('base64')}`;
    expect(asked).toEqual([`POST http://webhook.invalid/notify ${basic}`]);
    expect(receiver.received).toEqual([]);
  });

  it('shows its certificate, and trusts who it was told to', async (context) => {
    if (whyNoCertificates !== undefined) return context.skip(whyNoCertificates);
    const own = makeCertificate('client');
    const server = makeCertificate('webhook.test', 'DNS:webhook.test');
    const tls = { cert: server.certificate, key: server.key, requestCert: true, ca: own.certificate };
    const { url } = keep(await startReceiver(() => 200, { ...tls, rejectUnauthorized: true }));
    const ca = server.certificate;
    const named = { url, ca, serverName: 'webhook.test' };
    await webhook({ ...named, ...own }).send([added]);
    // Nobody knows who asks; nobody knows who answers; the name is another one.
    await expect(webhook(named).send([added])).rejects.toThrow('the target');
    await expect(webhook({ url, serverName: 'webhook.test', ...own }).send([added])).rejects.toThrow('the target');
    await expect(webhook({ url, ca, ...own }).send([added])).rejects.toThrow('the target');
  });
});

describe('the webhook of Clair v4', () => {
  /** A shelf on which a row of these ids concerns manifests. */
  const concerning = (...rows: readonly number[]) => ({
    concernedImages: async (row: number, { beginning }: { readonly beginning: string }) =>
      rows.includes(row) && beginning === 'clair:'
        ? [{ id: 1, reference: 'clair:sha256:a', package: { namespace: 'debian:13', name: 'a', version: '1' } }]
        : [],
  });
  const settings = (url: string) => ({ url, publicUrl: 'https://scanner.example/below/' });

  it('says where the notification is to be had', async () => {
    const receiver = keep(await startReceiver());
    await keep(clairV4Webhook(settings(receiver.url), { notifications: concerning(7) })).send([added]);
    const [{ method, headers, body }] = receiver.received as [(typeof receiver.received)[0]];
    expect([method, headers['content-type']]).toEqual(['POST', 'application/json']);
    const callback = `https://scanner.example/below/notifier/api/v1/notification/${name}`;
    expect(JSON.parse(body)).toEqual({ notification_id: name, callback });
    expect(clairFaults('notification_webhook', JSON.parse(body))).toBe('');
  });

  it('says nothing of what concerns no manifest, and something of what did', async () => {
    const receiver = keep(await startReceiver());
    const target = keep(clairV4Webhook(settings(receiver.url), { notifications: concerning(6) }));
    await target.send([added]);
    expect(receiver.received).toEqual([]);
    await target.send([{ ...added, old: { ...fresh, id: 6 } }]);
    expect(receiver.received).toHaveLength(1);
  });

  it.each([201, 204, 302, 404, 500])('takes %i for no success', async (status) => {
    const { url } = keep(await startReceiver(() => status));
    const target = keep(clairV4Webhook(settings(url), { notifications: concerning(7) }));
    await expect(target.send([added])).rejects.toThrow(`the target answered HTTP ${status}`);
  });
});

describe('a webhook of JSON', () => {
  it('says what happened, signed so that anybody with the secret can check it', async () => {
    const receiver = keep(await startReceiver());
    const secret = { reveal: () => 'a secret of some length' };
    const settings = { url: receiver.url, secret, publicUrl: 'https://scanner.example/' };
    const old = { ...fresh, id: 6, severity: 'Low', description: '', link: '', fixes: [] } as const;
    await keep(jsonWebhook(settings, { notifications: shelf(3), clock })).send([{ ...added, old }]);
    const { headers, body } = receiver.received[0]!;
    expect(JSON.parse(body)).toEqual({
      id: name,
      time: '2026-01-02T03:04:05.000Z',
      type: 'vulnerability.changed',
      old: { name: 'CVE-2099-1', namespace: 'debian:13', severity: 'Low', fixes: [], layers: 3, moreLayers: false },
      new: {
        name: 'CVE-2099-1',
        namespace: 'debian:13',
        severity: 'High',
        description: 'a flaw',
        link: 'https://example.test/1',
        fixes: [{ package: 'a', version: '2' }, { package: 'b' }],
        layers: 3,
        moreLayers: false,
      },
      link: `https://scanner.example/v1/notifications/${name}?limit=100`,
    });
    const seconds = headers['webhook-timestamp'] as string;
    expect([headers['webhook-id'], seconds]).toEqual([name, String(Date.parse('2026-01-02T03:05:00Z') / 1000)]);
    const expected = createHmac('sha256', 'a secret of some length')
      .update(`${name}.${seconds}.${body}`)
      .digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  });

  it('counts no more layers than it must', async () => {
    const receiver = keep(await startReceiver(() => 204));
    await keep(jsonWebhook({ url: receiver.url }, { notifications: shelf(20_000), clock })).send([added]);
    const { headers, body } = receiver.received[0]!;
    expect(JSON.parse(body)).toMatchObject({ type: 'vulnerability.added', new: { layers: 10_000, moreLayers: true } });
    expect(headers['webhook-signature']).toBeUndefined();
    expect(headers['webhook-id']).toBe(name);
  });

  it('signs with keys of the standard form as its libraries do', async () => {
    const receiver = keep(await startReceiver());
    const key = Buffer.from('0123456789abcdef01234567');
    const secret = { reveal: () => `whsec_${key.toString('base64')}` };
    await keep(jsonWebhook({ url: receiver.url, secret }, { notifications: shelf(0), clock })).send([
      { name, created: added.created, old: fresh },
    ]);
    const { headers, body } = receiver.received[0]!;
    expect(JSON.parse(body)).toMatchObject({ type: 'vulnerability.removed', old: { name: 'CVE-2099-1' } });
    const signed = `${name}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  });
});

describe('openTargets', () => {
  const bad = { certificate: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----', key: 'none' };
  const mail = { from: 'a', to: ['b'] };
  it.each<[string, object, string]>([
    ['an address that is none', { webhook: { url: 'secret' } }, 'webhook: an absolute http or https address'],
    ['an address of a file', { json: { url: 'file:///secret' } }, 'notify-url: an absolute http or https address'],
    ['a name with a bad escape', { json: { url: 'http://a%zz:secret@a.test' } }, 'notify-url: '],
    ['a password with a bad escape', { webhook: { url: 'http://a:secret%zz@a.test' } }, 'webhook: '],
    ['such a one for mail', { mail: { ...mail, smtp: { reveal: () => 'smtp://a:secret%zz@a.test' } } }, 'smtp: '],
    ['a proxy that is none', { webhook: { url: 'http://a.test', proxy: 'secret' } }, 'webhook-proxy: an absolute'],
    ['a certificate that is none', { webhook: { url: 'https://a.test', ...bad } }, 'webhook-certificate: '],
    ['a mail server that is none', { mail: { ...mail, smtp: { reveal: () => 'secret' } } }, 'smtp: '],
  ])('turns off what has %s, and says so', (_, settings, message) => {
    const told: { failure: string }[] = [];
    const log = { ...silent, error: (data: object) => void told.push(data as { failure: string }) };
    expect(openTargets(settings, { notifications: shelf(0), clock, log })).toEqual([]);
    expect(told).toHaveLength(1);
    expect(told[0]?.failure).toContain(message);
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it('opens what can be used', () => {
    const url = 'http://a.test';
    const mail = { smtp: { reveal: () => 'smtp://a.test' }, from: 'a@a.test', to: ['b@a.test'] };
    const targets = openTargets(
      { webhook: { url }, json: { url }, mail },
      { notifications: shelf(0), clock, log: silent },
    );
    expect(targets.map((target) => target.name)).toEqual(['webhook', 'json', 'mail']);
    expect(openTargets({}, { notifications: shelf(0), clock, log: silent })).toEqual([]);
  });
});
