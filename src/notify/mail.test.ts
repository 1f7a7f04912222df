import { afterEach, describe, expect, it } from 'vitest';
import { type MailServer, startMailServer } from '../../test/support/mail-server.ts';
import { silent } from '../log.ts';
import type { StoredNotification } from '../store/notification-shelf.ts';
import type { StoredSeverity } from '../store/package-version.ts';
import { composeMail, mailTarget } from './mail.ts';
import type { NotificationTarget } from './target.ts';

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function notification(number: number, severity: StoredSeverity, more: object = {}): StoredNotification {
  return {
    name: `8b1c3a3e-0000-4000-8000-00000000000${number}`,
    created: new Date(number),
    new: {
      id: number,
      namespace: { name: 'debian:13', versionFormat: 'dpkg' },
      name: `CVE-2099-${number}`,
      description: '',
      link: '',
      severity,
      metadata: '',
      fixes: [],
      origin: 'feed',
      ...more,
    },
  };
}

function target(server: Pick<MailServer, 'url'>, log = silent): NotificationTarget {
  const smtp = { reveal: () => server.url };
  const made = mailTarget({ smtp, from: 'drydock@example.test', to: ['a@example.test', 'b@example.test'] }, log);
  opened.push(made);
  return made;
}

async function mailServer(...args: Parameters<typeof startMailServer>): Promise<MailServer> {
  const server = await startMailServer(...args);
  opened.push(server);
  return server;
}

describe('mails', () => {
  it('tell of one notification', async () => {
    const server = await mailServer();
    const fixes = [{ package: 'openssl', version: '3.0.12' }, { package: 'other' }];
    const link = 'https://example.test/1';
    await target(server).send([notification(1, 'High', { description: 'A\nflaw', fixes, link })]);
    const [mail] = server.mails;
    expect(mail?.from).toBe('drydock@example.test');
    expect(mail?.to).toEqual(['a@example.test', 'b@example.test']);
    expect(mail?.headers.get('subject')).toBe('[Drydock] CVE-2099-1 (High) in debian:13 is new');
    expect(mail?.headers.get('message-id')).toBe('<8b1c3a3e-0000-4000-8000-000000000001@drydock>');
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail?.body).toBe(
      [
        'CVE-2099-1 (High) in debian:13 is new',
        '  A flaw',
        '  openssl: 3.0.12',
        '  other: no fix yet',
        '  https://example.test/1',
        '  notification 8b1c3a3e-0000-4000-8000-000000000001',
      ].join('\n'),
    );
  });

  it('tell of several together, the worst first, and name each', async () => {
    const server = await mailServer();
    const many = [notification(1, 'Low'), notification(2, 'Critical'), notification(3, 'Low')];
    await target(server).send(many);
    const [mail] = server.mails;
    expect(server.mails).toHaveLength(1);
    expect(mail?.headers.get('subject')).toBe('[Drydock] 3 changes of vulnerabilities');
    expect([...(mail?.body ?? '').matchAll(/^CVE-2099-(\d)/gm)].map((found) => found[1])).toEqual(['2', '1', '3']);
    for (const { name } of many) {
      expect(mail?.body).toContain(`notification ${name}`);
      expect(mail?.headers.get('x-drydock-notification')).toContain(name);
    }
  });

  it('have the same id when they are repeated, and another one when they are not', () => {
    const [a, b, c] = [notification(1, 'Low'), notification(2, 'High'), notification(3, 'Low')];
    expect(composeMail([a, b]).id).toBe(composeMail([b, a]).id);
    expect(composeMail([a, b]).id).not.toBe(composeMail([a, c]).id);
    expect(composeMail([a]).id).not.toBe(composeMail([b]).id);
  });

  it.each<[string, StoredNotification, string]>([
    [
      'a change',
      { ...notification(1, 'High'), old: notification(1, 'Low').new! },
      'CVE-2099-1 (High, was Low) in debian:13 changed',
    ],
    [
      'an end',
      { name: 'n', created: new Date(0), old: notification(1, 'Low').new! },
      'CVE-2099-1 (Low) in debian:13 is gone',
    ],
    ['nothing that is known', { name: 'n', created: new Date(0) }, 'n is gone'],
  ])('name %s', (_, one, title) => {
    expect(composeMail([one]).subject).toBe(`[Drydock] ${title}`);
  });

  it('let no text write headers or lines of its own', async () => {
    const server = await mailServer();
    const wild = 'x\r\nBcc: evil@example.test\r\n\r\n.\r\nRSET\r\n\u001b[2J';
    await target(server).send([
      notification(1, 'High', { name: wild, link: wild, description: wild, fixes: [{ package: wild }] }),
    ]);
    const [mail] = server.mails;
    expect(server.mails).toHaveLength(1);
    expect([...(mail?.headers.keys() ?? [])]).not.toContain('bcc');
    expect(mail?.to).toEqual(['a@example.test', 'b@example.test']);
    expect(mail?.body).not.toMatch(/\u001b|^Bcc|^RSET/m);
  });

  it.each<[string, (what: 'mail' | 'recipient', count: number, text: string) => string | undefined, string]>([
    ['a mail', (what) => (what === 'mail' ? '451 hunter2' : undefined), 'the mail server answered 451'],
    ['all recipients', (what) => (what === 'recipient' ? '550 hunter2' : undefined), 'the mail server answered 550'],
  ])('are tried again when the server refuses %s, whose words are not repeated', async (_, answer, message) => {
    const server = await mailServer(answer);
    const failure = await target(server)
      .send([notification(1, 'High')])
      .catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ name: 'DeliveryError', message });
    expect(server.mails).toEqual([]);
  });

  it('are taken when one of the recipients is not, which is told', async () => {
    const server = await mailServer((what, _, text) =>
      what === 'recipient' && text.startsWith('b') ? '550 no' : undefined,
    );
    const told: object[] = [];
    await target(server, { ...silent, warn: (data: object) => void told.push(data) }).send([notification(1, 'High')]);
    expect(server.mails.map(({ to }) => to)).toEqual([['a@example.test']]);
    expect(told).toEqual([{ target: 'mail', rejected: 1 }]);
  });

  it('cannot go where nobody listens, nor send a password in the clear', async () => {
    const nowhere = target({ url: 'smtp://127.0.0.1:1' }).send([notification(1, 'High')]);
    await expect(nowhere).rejects.toThrow('the mail server could not be talked to');
    const server = await mailServer();
    const open = target({ url: server.url.replace('//', '//user:hunter2@') }).send([notification(1, 'High')]);
    await expect(open).rejects.toMatchObject({ name: 'DeliveryError' });
    expect(server.mails).toEqual([]);
  });
});
