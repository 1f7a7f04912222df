import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSecrets, findSecretsInText } from './find-secrets.ts';
import { secretRules } from './forms/index.ts';
import { redact } from './redact.ts';
import { redactImage } from './redact-image.ts';

const keywords = [...new Set(secretRules.flatMap((rule) => rule.keywords))];
const piece = fc.oneof(
  fc.constantFrom(...keywords),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.stringMatching(/^[A-Za-z0-9+/_-]{0,60}={0,2}$/),
  fc.constantFrom(
    '=',
    ': ',
    '="',
    '",',
    '\n',
    '\\n',
    '-----BEGIN RSA PRIVATE KEY-----',
    '-----END',
    '://',
    '@',
    ' ',
    '\0',
  ),
);
const texts = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));

describe('findSecrets', () => {
  it('tells places within the bytes, in order, never the secret, and throws on nothing', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('a', '.env', 'x/.npmrc', 'etc/shadow', 'a.pyc', '.pgpass'), (text, path) => {
        const bytes = Buffer.from(text, 'latin1');

        const found = findSecrets(bytes, { path });

        let last = 0;
        for (const { start, end, shown } of found) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(bytes.length);
          last = end;
          const secret = bytes.subarray(start, end).toString('latin1');
          expect(shown).toMatch(/^[\x21-\x7e]{1,4}…[\x21-\x7e]{1,4}$|^\(\d+ characters\)$/);
          if (!shown.startsWith('(')) expect(shown.length - 1).toBeLessThanOrEqual(secret.length / 4);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves no secret in a redacted text', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('env', 'label', 'history', 'argument'), (text, kind) => {
        const found = findSecretsInText(text, { kind, name: 'DB_PASSWORD' });

        const redacted = redact(text, found);

        for (const { start, end } of found) {
          const secret = text.slice(start, end);
          if (secret.length >= 6) expect(redacted).not.toContain(secret);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('reads what is cut off anywhere', () => {
    const lines = 'MIIEpAIBAAKCAQEAx7qZ8kq0y5w1vBf3sXo9\n'.repeat(30);
    const text = `-----BEGIN RSA PRIVATE KEY-----\n${lines}-----END RSA PRIVATE KEY-----\n`;
    for (let end = 0; end <= text.length; end += 7) {
      expect(() => findSecrets(Buffer.from(text.slice(0, end)), { path: 'id_rsa' })).not.toThrow();
    }
  });

  it('gives at most as many as it is asked for, the surest, and tells how many more there are', () => {
    const weak = Array.from({ length: 300 }, (_, i) => `password=Summer${i}!x\n`).join('');
    const sure = `url=postgres://app:k2Jd9sLq0Zx8Wv@db/x\n`;
    let beyond = 0;

    const found = findSecrets(Buffer.from(weak + sure), {
      path: '.env',
      beyond: (count) => {
        beyond = count;
      },
    });

    expect(found).toHaveLength(100);
    expect(found.at(-1)).toMatchObject({ rule: 'url-password', confidence: 'high' });
    expect(beyond).toBe(201);
  });
});

describe('the time', () => {
  // Steps are not counted inside expressions, so processor time is: it must not grow faster than the bytes.
  const repeated = [
    'PRIVATE KEY-----',
    '-----BEGIN RSA PRIVATE KEY-----\n',
    '://a:',
    'eyJ',
    'ops_eyJ',
    'ya29.',
    'password=',
    'password=a',
    'password=;;;;;;;;',
    "x_auth_token='",
    '"key":{',
    '"auth":"',
    "token='",
    'token="a",',
    'kind: Secret\ndata:\n a: ',
    'mysql -p',
    'PuTTY-User-Key-File-3: a\nEncryption: none\n',
    '$ANSIBLE_VAULT;1.1;AES256\n',
    '"kty":"RSA"{',
    'Z2hwX',
    'hwXwZ2hw',
    '\\u0067',
    '\\u0067\n',
    ' Z2hwXabcdefghijklmnop',
    '=LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQ',
  ];

  it.each(repeated)('grows with the bytes alone: %j', (text) => {
    const spent = (size: number): number => {
      const bytes = Buffer.alloc(size, text);
      const before = process.cpuUsage();
      findSecrets(bytes, { path: 'a.conf' });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    spent(4 * 1024);

    const [small, large] = [spent(32 * 1024), spent(128 * 1024)];

    // Four times the bytes; sixteen times the time would be the square.
    expect(large).toBeLessThan(10 * Math.max(small, 20));
  });
});

describe('the time of an image', () => {
  it.each(['["a" ', '["a","b"] ', '[" ', '\\["', '"a"\'b\'', 'a\\b', 'YWFhYWFhYWFhYWFhYWFh ', "$'\\x41'"])(
    'grows with its texts alone: %j',
    (text) => {
      const spent = (size: number): number => {
        const instruction = `RUN token ${text.repeat(size / text.length)}`;
        const before = process.cpuUsage();
        redactImage({ reference: 'a', names: [], layers: [], history: [{ index: 0, instruction }], config: {} });
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      };
      spent(4 * 1024);

      const [small, large] = [spent(32 * 1024), spent(128 * 1024)];

      expect(large).toBeLessThan(10 * Math.max(small, 20));
    },
  );
});
