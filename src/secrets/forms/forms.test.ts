import { describe, expect, it } from 'vitest';
import { base62Checksum, hexChecksum } from '../checksums.ts';
import { findSecrets } from '../find-secrets.ts';
import { secretRules } from './index.ts';

// Tokens are put together when the test runs: none of them was ever issued, and no other scanner sees one here.
let seed = 20260826;
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const lower = upper.toLowerCase();
const digits = '0123456789';
const hex = `${digits}abcdef`;
const word = `${upper}${lower}${digits}`;
const url = `${word}-_`;
const base64 = `${word}+/`;
function drawn(alphabet: string, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += alphabet[Math.floor(random() * alphabet.length)];
  return text;
}
const uuid = (): string => `${drawn(hex, 8)}-${drawn(hex, 4)}-4${drawn(hex, 3)}-a${drawn(hex, 3)}-${drawn(hex, 12)}`;
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const withChecksum = (prefix: string): string => {
  const body = drawn(word, 30);
  return `${prefix}${body}${base62Checksum(body)}`;
};

/** Rule, name of the variable, and a token that its issuer might have made. */
const tokens: readonly (readonly [rule: string, name: string, make: () => string])[] = [
  ['aws-access-key-id', 'ID', () => `AKIA${drawn(`${upper}234567`, 16)}`],
  ['aws-secret-key', 'AWS_SECRET_ACCESS_KEY', () => `a1Z${drawn(base64, 37)}`],
  ['google-api-key', 'ID', () => `AIza${drawn(url, 35)}`],
  ['google-oauth-client-secret', 'ID', () => `GOCSPX-${drawn(url, 28)}`],
  ['firebase-messaging-key', 'ID', () => `AAAA${drawn(url, 7)}:APA91b${drawn(url, 134)}`],
  ['alibaba-access-key-id', 'ID', () => `LTAI5t${drawn(word, 18)}`],
  ['tencent-secret-id', 'ID', () => `AKID${drawn(word, 32)}`],
  ['azure-client-secret', 'ID', () => `${drawn(word, 3)}8Q~${drawn(`${word}_~`, 34)}`],
  ['azure-account-key', 'AccountKey', () => Buffer.from(drawn(word, 64)).toString('base64')],
  ['github-token', 'ID', () => withChecksum('ghp_')],
  ['github-fine-grained-token', 'ID', () => `github_pat_${drawn(word, 22)}_${drawn(word, 59)}`],
  ['gitlab-token', 'ID', () => `glpat-${drawn(url, 20)}`],
  ['bitbucket-app-password', 'ID', () => `ATBB${drawn(word, 24)}${drawn(`${digits}ABCDEF`, 8)}`],
  ['npm-token', 'ID', () => withChecksum('npm_')],
  ['rubygems-token', 'ID', () => `rubygems_${drawn(hex, 48)}`],
  ['docker-hub-token', 'ID', () => `dckr_pat_${drawn(url, 27)}`],
  ['slack-token', 'ID', () => `xoxb-${drawn(digits, 12)}-${drawn(digits, 12)}-${drawn(word, 24)}`],
  ['slack-app-token', 'ID', () => `xapp-1-A${drawn(`${upper}${digits}`, 10)}-${drawn(digits, 13)}-${drawn(hex, 64)}`],
  [
    'discord-bot-token',
    'ID',
    () => `${Buffer.from(`1${drawn(digits, 17)}`).toString('base64url')}.${drawn(url, 6)}.${drawn(url, 38)}`,
  ],
  [
    'discord-old-bot-token',
    'BOT_TOKEN',
    () => `${Buffer.from(`4${drawn(digits, 17)}`).toString('base64url')}.${drawn(url, 6)}.${drawn(url, 38)}`,
  ],
  ['telegram-bot-token', 'ID', () => `7${drawn(digits, 8)}:AA${drawn(url, 33)}`],
  ['twilio-secret', 'TWILIO_AUTH_TOKEN', () => `a1${drawn(hex, 30)}`],
  ['sendgrid-key', 'ID', () => `SG.${drawn(url, 22)}.${drawn(url, 43)}`],
  ['mailgun-key', 'ID', () => `key-${drawn(hex, 32)}`],
  ['mailchimp-key', 'ID', () => `${drawn(hex, 32)}-us14`],
  ['stripe-key', 'ID', () => `sk_live_${drawn(word, 24)}`],
  ['shopify-token', 'ID', () => `shpat_${drawn(hex, 32)}`],
  ['square-secret', 'ID', () => `sq0csp-${drawn(url, 43)}`],
  ['braintree-token', 'ID', () => `access_token$production$${drawn(`${lower}${digits}`, 16)}$${drawn(hex, 32)}`],
  ['digitalocean-token', 'ID', () => `dop_v1_${drawn(hex, 64)}`],
  ['heroku-key', 'HEROKU_API_KEY', uuid],
  ['cloudflare-named-token', 'CLOUDFLARE_API_TOKEN', () => `a1B-${drawn(url, 36)}`],
  ['cloudflare-origin-ca-key', 'ID', () => `v1.0-${drawn(hex, 24)}-${drawn(hex, 146)}`],
  ['vault-token', 'ID', () => `hvs.${drawn(url, 90)}`],
  ['terraform-cloud-token', 'ID', () => `${drawn(word, 14)}.atlasv1.${drawn(url, 67)}`],
  ['datadog-key', 'DD_API_KEY', () => `a1${drawn(hex, 30)}`],
  ['new-relic-licence-key', 'ID', () => `${drawn(hex, 36)}NRAL`],
  [
    'grafana-service-token',
    'ID',
    () => {
      const body = drawn(word, 32);
      return `glsa_${body}_${hexChecksum(body)}`;
    },
  ],
  ['databricks-token', 'ID', () => `dapi${drawn(hex, 32)}`],
  ['mapbox-secret-token', 'ID', () => `sk.${encoded({ u: 'acme', a: drawn(lower, 25) })}.${drawn(url, 22)}`],
  ['openai-key', 'ID', () => `sk-${drawn(word, 20)}T3BlbkFJ${drawn(word, 20)}`],
  ['anthropic-key', 'ID', () => `sk-ant-api03-${drawn(url, 93)}AA`],
  ['hugging-face-token', 'ID', () => `hf_Aa${drawn(`${upper}${lower}`, 32)}`],
  ['doppler-token', 'ID', () => `dp.pt.${drawn(word, 43)}`],
  ['onepassword-token', 'ID', () => `ops_${encoded({ signInAddress: 'acme.1password.com', key: drawn(word, 90) })}`],
  ['atlassian-token', 'ID', () => `ATATT3xFfGF0${drawn(url, 171)}=${drawn(`${digits}ABCDEF`, 8)}`],
  ['linear-key', 'ID', () => `lin_api_${drawn(word, 40)}`],
  ['postman-key', 'ID', () => `PMAK-${drawn(hex, 24)}-${drawn(hex, 34)}`],
  ['airtable-token', 'ID', () => `pat${drawn(word, 14)}.${drawn(hex, 64)}`],
  [
    'json-web-token',
    'ID',
    () =>
      `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: drawn(digits, 9), iat: 1700000000 })}.${drawn(url, 43)}`,
  ],
  ['password', 'DB_PASSWORD', () => `a1Z${drawn(word, 15)}`],
  ['secret', 'SIGNING_KEY', () => `a1Z${drawn(word, 37)}`],
];

const carriers: readonly (readonly [kind: string, path: string, carry: (name: string, token: string) => string])[] = [
  ['a file of variables', 'app/.env', (name, token) => `PORT=80\n${name}=${token}\n`],
  ['JSON', 'app/config.json', (name, token) => JSON.stringify({ port: 80, [name]: token })],
  ['YAML', 'app/config.yaml', (name, token) => `app:\n  ${name}: "${token}"\n`],
  ['Python', 'app/settings.py', (name, token) => `import os\n${name} = '${token}'\n`],
  ['XML', 'app/web.xml', (name, token) => `<add key="${name}" value="${token}"/>`],
];

describe('tokens', () => {
  it.each(tokens)('are found as what they are: %s', (rule, name, make) => {
    for (const [, path, carry] of carriers) {
      const token = make();
      const text = carry(name, token);

      const found = findSecrets(Buffer.from(text), { path });

      const start = text.indexOf(token);
      expect({ text, found }).toMatchObject({ found: [{ rule, start, end: start + token.length }] });
    }
  });

  const proved = new Set(['github-token', 'npm-token', 'grafana-service-token']);
  /** Those of which issuers give no certain length: only what is much shorter is none. */
  const ofAnyLength = new Set([
    'firebase-messaging-key',
    'alibaba-access-key-id',
    'azure-client-secret',
    'slack-token',
    'discord-bot-token',
    'telegram-bot-token',
    'mailchimp-key',
    'stripe-key',
    'vault-token',
    'terraform-cloud-token',
    'openai-key',
    'anthropic-key',
    'doppler-token',
    'onepassword-token',
    'atlassian-token',
    'linear-key',
    'json-web-token',
  ]);
  const ofForm = tokens.filter(([, name]) => name === 'ID');

  it.each(ofForm)('are another with a character more, or none: %s', (rule, _name, make) => {
    const token = make();
    const text = `x = ${token}${drawn(word, 400)}`;

    const found = findSecrets(Buffer.from(text), { path: 'a.txt' }).filter((one) => one.rule === rule);

    // Those with a checksum are told by it, whatever follows; what is longer is something else, unless the form has no
    // certain length: then it is found as a whole.
    const isProved = found.some(({ validated }) => validated === 'checksum');
    expect(found.map(({ end }) => end - 4 === token.length)).toEqual(found.map(() => isProved));
    if (proved.has(rule)) expect(found).toHaveLength(1);
  });

  it.each(ofForm)(
    'are none with a character less, or with a fifth where any length will do: %s',
    (rule, _name, make) => {
      const token = make();
      const isFound = (text: string): boolean =>
        findSecrets(Buffer.from(`x = "${text}"`), { path: 'a.txt' }).some((one) => one.rule === rule);

      const [less, fifth] = [token.slice(0, -1), token.slice(0, token.length / 5)];
      const told = [token, less, fifth].map(isFound);
      expect({ token, told }).toEqual({ token, told: [true, ofAnyLength.has(rule), false] });
    },
  );
});

describe('rules', () => {
  it('have names of their own and say what to do', () => {
    const ids = secretRules.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const { id, title, why, remediation } of secretRules) {
      expect({ id, says: id.length > 2 && title.length > 2 && why.length > 20 && remediation.length > 20 }).toEqual({
        id,
        says: true,
      });
      expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    }
  });

  it('have keywords of three bytes at least, and sticky patterns', () => {
    for (const rule of secretRules) {
      for (const keyword of rule.keywords) expect(keyword.length).toBeGreaterThan(2);
      if ('pattern' in rule)
        expect({ id: rule.id, sticky: rule.pattern.sticky }).toEqual({ id: rule.id, sticky: true });
      if ('names' in rule) expect(rule.names.global || rule.value.global || rule.value.sticky).toBe(false);
    }
  });
});
