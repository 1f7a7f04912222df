import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../config/service-secret.ts';
import type { LogLevel } from '../config/service-settings.ts';
import { createServiceLog } from './service-log.ts';

function makeLog(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const now = () => new Date('2026-11-25T09:15:24.974Z');
  return { lines, log: createServiceLog({ write: (line) => lines.push(line), level, now }) };
}

describe('the log of the service', () => {
  it("writes lines of JSON with Clair's members", () => {
    const { lines, log } = makeLog();
    log.within('server/request', { 'request id': 'a' }).info({ status: '200', n: 5, none: undefined }, 'Handled');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\}\n$/);
    expect(JSON.parse(lines[0]!)).toEqual({
      'request id': 'a',
      status: '200',
      n: 5,
      Event: 'Handled',
      Level: 'info',
      Location: 'server/request',
      Time: '2026-11-25 09:15:24.974000',
    });
  });

  it.each<[LogLevel, string[]]>([
    ['debug', ['error', 'warning', 'info', 'debug']],
    ['info', ['error', 'warning', 'info']],
    ['warn', ['error', 'warning']],
    ['error', ['error']],
    ['fatal', []],
    ['panic', []],
  ])('at level %s writes %j', (level, expected) => {
    const { lines, log } = makeLog('info');
    log.setLevel(level);
    for (const name of ['error', 'warn', 'info', 'debug'] as const) log.within('x')[name]({}, name);
    expect(lines.map((line) => (JSON.parse(line) as { Level: string }).Level)).toEqual(expected);
  });

  it('lets no member of a line take the place of one of its own', () => {
    const { lines, log } = makeLog();
    log.info({ Level: 'panic', Event: 'x', __proto__: { y: 1 } }, 'message');
    expect(JSON.parse(lines[0]!)).toMatchObject({ Level: 'info', Event: 'message' });
  });

  it('stands what has no end', () => {
    const { lines, log } = makeLog();
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    log.info({ loop, text: 'x'.repeat(1e6), list: Array(1e5).fill(1), n: Number.NaN, b: 5n }, 'message');
    expect(lines[0]!.length).toBeLessThan(10_000);
    expect(JSON.parse(lines[0]!)).toMatchObject({ n: 'NaN', b: '5' });
  });

  const secret = fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' }).filter((text) => {
    const plain = text.replaceAll(/[^A-Za-z0-9]/g, '');
    return plain.length >= 8 && /[A-Z]/.test(plain) && /\d/.test(plain);
  });
  const word = fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/);

  it('never writes what is secret by name or type, or what it was told to hide', () => {
    fc.assert(
      fc.property(secret, (text) => {
        const { lines, log } = makeLog();
        const places = [
          { headers: new Map([['X-Anything', text]]) },
          { request: { headers: { authorization: text, cookie: [text] } } },
          { password: text, token: text, apiKey: text, 'client-secret': text, smtp_password: text },
          { source: new Secret(text), deep: [{ one: new Secret(text) }] },
        ];
        for (const place of places) log.info(place, 'message');
        log.hide(text);
        log.info({ url: text, [text]: 1, error: new Error(`x${text}y`, { cause: new Error(text) }) }, `it is ${text}`);
        log.within('part', { more: text }).warn({ list: [[text]], map: new Map([[text, text]]) }, 'message');
        const written = lines.join('');
        expect(written).not.toContain(text);
        expect(written).not.toContain(JSON.stringify(text).slice(1, -1));
      }),
    );
  });

  it('never writes credentials of addresses, headers and connection strings', () => {
    fc.assert(
      fc.property(word, (text) => {
        const { lines, log } = makeLog();
        const texts = [
          `https://user:${text}@host/path`,
          `proxy http://${text}@proxy:3128 refused`,
          `Authorization: Bearer ${text}`,
          `authorization: basic ${text}`,
          `host=h user=u password=${text} dbname=d`,
          `host=h password='${text} and more'`,
          `postgres://u:${text}@h:5432/d?sslmode=disable`,
          `/v2/blob?token=${text}&x=1`,
          `/v2/blob?X-Amz-Signature=${text}`,
          `{"Authorization":"${text}"}`,
          `access_token: ${text}`,
        ];
        for (const place of texts) {
          log.error({ place, error: new Error(place), url: place }, place);
          if (URL.canParse(place)) log.info({ url: new URL(place) }, 'url');
        }
        expect(lines.join('')).not.toContain(text);
      }),
    );
  });

  it('never writes a part of a secret that it cut off', () => {
    for (let before = 4070; before < 4100; before++) {
      const { lines, log } = makeLog();
      log.info({ text: `${'x'.repeat(before)} https://user:sekrit-password@host/`.slice(0, 5000) }, 'message');
      expect(lines[0]).not.toContain('sekr');
    }
  });

  it('escapes whatever a terminal would obey', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { lines, log } = makeLog();
        log.info({ text, [text]: text }, text);
        expect(lines[0]!.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(lines[0]!.endsWith('\n')).toBe(true);
        JSON.parse(lines[0]!);
      }),
    );
  });
});
