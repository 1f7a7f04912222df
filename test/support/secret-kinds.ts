import { createHash, createHmac, createPrivateKey, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { alphabets, type SeededRandom } from './seeded-random.ts';

/** A kind of secret, in the form that its issuer gives it. Nothing here was ever issued. */
export interface SecretKind {
  /** What a program calls it, as a variable of the environment. */
  readonly name: string;
  /** The value that stands under the name. Several lines only of private keys. */
  make(random: SeededRandom): string;
  /** The part of the value that is secret; all of it where nothing is said. */
  secret?(value: string): string;
  /** Only its name tells it: the value alone could be anything. */
  readonly byName?: true;
}

const { hex, digits, lowerDigits, upperDigits, base32, letters, base58, base62, base64url } = alphabets;

/** A prefix of pieces, so that no scanner takes this file for one that holds tokens. */
const join = (...pieces: string[]) => pieces.join('');
const uuid = (random: SeededRandom) =>
  [8, 4, 4, 4, 12]
    .map((length) => random.of(hex, length))
    .join('-')
    .replace(/^(.{14})./, '$14');
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Of GitHub and npm: 30 characters and their CRC-32 in base 62 (github.blog, 2021-04-05 and 2021-09-23). */
function checked(random: SeededRandom): string {
  const body = random.of(base62, 30);
  let sum = crc32(body);
  let text = '';
  for (let i = 0; i < 6; i++) {
    text = base62[sum % 62] + text;
    sum = Math.floor(sum / 62);
  }
  return body + text;
}

/** A macaroon of version 2 with one caveat: what PyPI gives (libmacaroons, doc/format.txt). */
function pypi(random: SeededRandom): string {
  const caveat = Buffer.from(JSON.stringify([3, uuid(random)]));
  return (
    join('py', 'pi-') +
    Buffer.concat([
      Buffer.from([2, 1, 8]),
      Buffer.from(join('pypi', '.org')),
      Buffer.from([2, 36]),
      Buffer.from(uuid(random)),
      Buffer.from([0, 2, caveat.length]),
      caveat,
      Buffer.from([0, 0, 6, 32]),
      random.bytes(32),
    ]).toString('base64url')
  );
}

/** The secret, and the CRC-32 of all before it, little end first (grafana, pkg/components/satokengen). */
function grafana(random: SeededRandom): string {
  const key = join('gl', 'sa_') + random.of(base62, 32);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(key));
  return `${key}_${sum.toString('hex')}`;
}

/** Bech32 (BIP 173) of 32 bytes, in capitals as age writes it. */
function age(random: SeededRandom): string {
  const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
  const prefix = join('age-secret', '-key-');
  const bits = [...random.bytes(32)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const words = bits.match(/.{1,5}/g)!.map((part) => Number.parseInt(part.padEnd(5, '0'), 2));
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  const polymod = (values: readonly number[]) => {
    let sum = 1;
    for (const value of values) {
      const top = sum >>> 25;
      sum = ((sum & 0x1ffffff) << 5) ^ value;
      for (const [i, g] of [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].entries())
        if ((top >>> i) & 1) sum ^= g;
    }
    return sum;
  };
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...words];
  const sum = polymod([...expanded, 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = [0, 1, 2, 3, 4, 5].map((i) => (sum >>> (5 * (5 - i))) & 31);
  return `${prefix}1${[...words, ...check].map((word) => alphabet[word]).join('')}`.toUpperCase();
}

const claims = (random: SeededRandom) =>
  encode({
    sub: random.of(digits, 8),
    iss: 'https://auth.acme-shop.io/',
    role: 'service',
    iat: 1700000000,
    exp: 2400000000,
  });

function hmacJwt(random: SeededRandom): string {
  const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${claims(random)}`;
  return `${body}.${createHmac('sha256', random.bytes(32)).update(body).digest('base64url')}`;
}

/** The key is made of the claims: the same token each time. */
function edJwt(random: SeededRandom): string {
  const body = `${encode({ alg: 'EdDSA', kid: random.of(base62, 12), typ: 'JWT' })}.${claims(random)}`;
  const seed = createHash('sha256').update(body).digest();
  // RFC 8410, section 7: PKCS #8 of Ed25519 is this before the 32 bytes of the key.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return `${body}.${sign(null, Buffer.from(body), key).toString('base64url')}`;
}

/** Of a generator of passwords, with characters that stand for themselves in every carrier and in URLs. */
export function password(random: SeededRandom): string {
  const text = random.of(`${base62}${base62}-_.!`, 15 + random.below(8));
  return `${random.pick([...letters])}${text}${random.pick([...digits])}`;
}

const from =
  (prefix: string, alphabet: string, length: number, suffix = '') =>
  (random: SeededRandom) =>
    prefix + random.of(alphabet, length) + suffix;

/** Each by the name that a program has for it, as a variable of the environment. */
const makers: Readonly<Record<string, (random: SeededRandom) => string>> = {
  // Clouds.
  AWS_SECRET_ACCESS_KEY: from('', alphabets.base64, 40),
  AWS_ACCESS_KEY_ID: from(join('AK', 'IA'), base32, 16),
  GOOGLE_MAPS_API_KEY: from(join('AI', 'zaSy'), base64url, 33),
  GOOGLE_CLIENT_SECRET: from(join('GOC', 'SPX-'), base64url, 28),
  AZURE_STORAGE_CONNECTION_STRING: (r) =>
    `DefaultEndpointsProtocol=https;AccountName=acmeshop;${join('Account', 'Key=')}${r.bytes(64).toString('base64')};EndpointSuffix=core.windows.net`,
  AZURE_CLIENT_SECRET: (r) =>
    `${r.of(base62, 3)}${r.of(digits, 1)}${join('Q', '~')}${r.of(`${base62}_.-~`, 33)}${r.of(base62, 1)}`,
  AZURE_DEVOPS_PAT: (r) => `${r.of(base62, 76)}${join('AZ', 'DO')}${r.of(base62, 4)}`,
  DIGITALOCEAN_TOKEN: from(join('dop', '_v1_'), hex, 64),
  ALIBABA_CLOUD_ACCESS_KEY_ID: from(join('LT', 'AI5t'), base62, 18),
  CLOUDFLARE_API_TOKEN: (r) => `${join('cf', 'ut_')}${r.of(base62, 40)}${r.of(hex, 8)}`,
  HEROKU_API_KEY: from(join('HR', 'KU-AA'), base64url, 58),
  // Code hosts.
  GITHUB_TOKEN: (r) => join('gh', 'p_') + checked(r),
  GH_APP_TOKEN: (r) => join('gh', r.pick(['s_', 'o_', 'u_'])) + checked(r),
  GITHUB_PAT: (r) => `${join('github', '_pat_')}11${r.of(upperDigits, 20)}_${r.of(base62, 59)}`,
  GITLAB_TOKEN: from(join('gl', 'pat-'), base64url, 20),
  CI_DEPLOY_PASSWORD: from(join('gl', 'dt-'), base64url, 20),
  BITBUCKET_APP_PASSWORD: (r) => `${join('AT', 'BB')}${r.of(base62, 24)}${r.of(hex, 8).toUpperCase()}`,
  JIRA_API_TOKEN: (r) => `${join('ATA', 'TT3xFfGF0')}${r.of(base64url, 171)}=${r.of(`${digits}ABCDEF`, 8)}`,
  // Registries of packages.
  NPM_TOKEN: (r) => join('np', 'm_') + checked(r),
  TWINE_PASSWORD: pypi,
  GEM_HOST_API_KEY: from(join('ruby', 'gems_'), hex, 48),
  CARGO_REGISTRY_TOKEN: from(join('c', 'io'), base62, 32),
  DOCKER_HUB_TOKEN: from(join('dckr', '_pat_'), base64url, 27),
  NUGET_API_KEY: from(join('o', 'y2'), 'abcdefghijklmnopqrstuvwxyz234567', 43),
  // Chat.
  SLACK_BOT_TOKEN: (r) => `${join('xo', 'xb-')}2${r.of(digits, 11)}-4${r.of(digits, 12)}-${r.of(base62, 24)}`,
  SLACK_APP_TOKEN: (r) => `${join('xa', 'pp-1-')}A0${r.of(upperDigits, 9)}-6${r.of(digits, 12)}-${r.of(hex, 64)}`,
  SLACK_WEBHOOK_URL: (r) =>
    `${join('https://hooks.', 'slack.com/services/')}T0${r.of(upperDigits, 9)}/B0${r.of(upperDigits, 9)}/${r.of(base62, 24)}`,
  DISCORD_BOT_TOKEN: (r) =>
    `${Buffer.from(`1${r.of(digits, 17)}`).toString('base64url')}.G${r.of(base64url, 5)}.${r.of(base64url, 38)}`,
  DISCORD_WEBHOOK: (r) => `${join('https://discord', '.com/api/webhooks/')}1${r.of(digits, 18)}/${r.of(base64url, 68)}`,
  TELEGRAM_BOT_TOKEN: (r) => `${r.of('123456789', 10)}:${join('A', 'A')}${r.of(base64url, 33)}`,
  TEAMS_WEBHOOK_URL: (r) =>
    `https://acmeshop.${join('webhook', '.office.com/webhookb2/')}${uuid(r)}@${uuid(r)}/IncomingWebhook/${r.of(hex, 32)}/${uuid(r)}`,
  // Mail.
  SENDGRID_API_KEY: (r) => `${join('S', 'G.')}${r.of(base64url, 22)}.${r.of(base64url, 43)}`,
  MAILGUN_API_KEY: from(join('ke', 'y-'), hex, 32),
  MAILCHIMP_API_KEY: from('', hex, 32, '-us14'),
  BREVO_API_KEY: (r) => `${join('xkey', 'sib-')}${r.of(hex, 64)}-${r.of(base62, 16)}`,
  POSTMARK_SERVER_TOKEN: uuid,
  RESEND_API_KEY: (r) => `${join('r', 'e_')}${r.of(base58, 8)}_${r.of(base58, 24)}`,
  // Payments.
  STRIPE_SECRET_KEY: from(join('sk', '_live_', '51'), base62, 97),
  STRIPE_RESTRICTED_KEY: from(join('rk', '_live_', '51'), base62, 97),
  STRIPE_WEBHOOK_SECRET: from(join('wh', 'sec_'), base62, 32),
  SQUARE_ACCESS_TOKEN: from(join('EA', 'AA'), base64url, 60),
  BRAINTREE_ACCESS_TOKEN: (r) => `${join('access_token', '$production$')}${r.of(lowerDigits, 16)}$${r.of(hex, 32)}`,
  SHOPIFY_ACCESS_TOKEN: from(join('sh', 'pat_'), hex, 32),
  PAYPAL_CLIENT_SECRET: from('E', base64url, 79),
  // Monitoring.
  DD_API_KEY: from('', hex, 32),
  NEW_RELIC_API_KEY: from(join('NR', 'AK-'), upperDigits, 27),
  NEW_RELIC_LICENSE_KEY: from('', hex, 36, join('NR', 'AL')),
  SENTRY_AUTH_TOKEN: (r) => {
    const about = {
      iat: 1700000000.5,
      url: 'https://sentry.io',
      region_url: 'https://us.sentry.io',
      org: 'acme-shop',
    };
    return `${join('sn', 'trys_')}${Buffer.from(JSON.stringify(about)).toString('base64')}_${r.of(alphabets.base64, 43)}`;
  },
  SENTRY_TOKEN: from(join('sn', 'tryu_'), hex, 64),
  GRAFANA_TOKEN: grafana,
  GRAFANA_CLOUD_API_KEY: (r) =>
    join('gl', 'c_') +
    Buffer.from(
      JSON.stringify({
        o: r.of(digits, 6),
        n: 'stack-metrics-write',
        k: r.of(base62, 24),
        m: { r: 'prod-eu-west-2' },
      }),
    ).toString('base64'),
  DT_API_TOKEN: (r) => `${join('dt0', 'c01.')}${r.of(base32, 24)}.${r.of(base32, 64)}`,
  // AI.
  OPENAI_API_KEY: (r) => `${join('sk-', 'proj-')}${r.of(base64url, 74)}${join('T3Blbk', 'FJ')}${r.of(base64url, 74)}`,
  OPENAI_KEY: (r) => `${join('s', 'k-')}${r.of(base62, 20)}${join('T3Blbk', 'FJ')}${r.of(base62, 20)}`,
  ANTHROPIC_API_KEY: from(join('sk-', 'ant-api03-'), base64url, 93, 'AA'),
  HF_TOKEN: from(join('h', 'f_'), letters, 34),
  REPLICATE_API_TOKEN: from(join('r', '8_'), base62, 37),
  GROQ_API_KEY: (r) => `${join('gs', 'k_')}${r.of(base62, 20)}${join('WGdyb', '3FY')}${r.of(base62, 24)}`,
  PERPLEXITY_API_KEY: from(join('pp', 'lx-'), base62, 48),
  OPENROUTER_API_KEY: from(join('sk-', 'or-v1-'), hex, 64),
  // Infrastructure.
  VAULT_TOKEN: from(join('hv', 's.CAESI'), base64url, 88),
  VAULT_DEV_TOKEN: from(join('hv', 's.'), base62, 24),
  TF_TOKEN: (r) => `${r.of(base62, 14)}${join('.atlas', 'v1.')}${r.of(base62, 67)}`,
  DOPPLER_TOKEN: from(join('dp', '.st.prd.'), base62, 43),
  DOPPLER_CLI_TOKEN: from(join('dp', '.pt.'), base62, 43),
  PULUMI_ACCESS_TOKEN: from(join('pu', 'l-'), hex, 40),
  TS_AUTHKEY: (r) => `${join('tskey', '-auth-')}k${r.of(base58, 10)}CNTRL-${r.of(base58, 32)}`,
  DATABRICKS_TOKEN: from(join('da', 'pi'), hex, 32),
  PLANETSCALE_SERVICE_TOKEN: from(join('pscale', '_tkn_'), base64url, 43),
  SUPABASE_ACCESS_TOKEN: from(join('sb', 'p_'), hex, 40),
  CIRCLE_TOKEN: (r) => `${join('CCI', 'PAT_')}${r.of(base58, 22)}_${r.of(hex, 40)}`,
  TWILIO_AUTH_TOKEN: from('', hex, 32),
  SONAR_TOKEN: from(join('sq', 'p_'), hex, 40),
  LAUNCHDARKLY_SDK_KEY: (r) => join('sd', 'k-') + uuid(r),
  SOPS_AGE_KEY: age,
  // Services for people.
  POSTMAN_API_KEY: (r) => `${join('PM', 'AK-')}${r.of(hex, 24)}-${r.of(hex, 34)}`,
  LINEAR_API_KEY: from(join('lin', '_api_'), base62, 40),
  NOTION_TOKEN: (r) => `${join('nt', 'n_')}${r.of(digits, 11)}${r.of(base62, 35)}`,
  AIRTABLE_TOKEN: (r) => `${join('p', 'at')}${r.of(base62, 14)}.${r.of(hex, 64)}`,
  HUBSPOT_ACCESS_TOKEN: (r) => join('pat', '-na1-') + uuid(r),
  // Of no issuer.
  SERVICE_JWT: hmacJwt,
  SERVICE_ACCESS_TOKEN: edJwt,
  DATABASE_URL: (r) => `postgresql://shop_app:${password(r)}@db-1.acme-shop.io:5432/shop`,
  MONGODB_URI: (r) => `mongodb+srv://shop_app:${password(r)}@cluster0.k3v9x.mongodb.net/shop`,
  REDIS_URL: (r) => `redis://:${password(r)}@cache-1.acme-shop.io:6379/0`,
  AMQP_URL: (r) => `amqp://worker:${password(r)}@mq.acme-shop.io:5672/%2f`,
  SMTP_PASSWORD: password,
  DB_PASSWORD: password,
  SESSION_SECRET: from('', hex, 64),
};

/** Only their names tell them: the values alone could be anything. */
const byName: readonly string[] = [
  'AWS_SECRET_ACCESS_KEY',
  'POSTMARK_SERVER_TOKEN',
  'PAYPAL_CLIENT_SECRET',
  'DD_API_KEY',
  'TWILIO_AUTH_TOKEN',
  'SMTP_PASSWORD',
  'DB_PASSWORD',
  'SESSION_SECRET',
];

/** The part of a value that is secret. */
function secretPart(value: string): string {
  return (/;AccountKey=([^;]*)/.exec(value) ?? /^[a-z+]+:\/\/[^:/]*:([^@]*)@/.exec(value))?.[1] ?? value;
}

export const secretKinds: readonly SecretKind[] = Object.entries(makers).map(([name, make]) => ({
  ...{ name, make, secret: secretPart },
  ...(byName.includes(name) && { byName: true }),
}));
