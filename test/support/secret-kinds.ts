import { createHash, createHmac, createPrivateKey, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { alphabets, type SeededRandom } from './seeded-random.ts';

/** A kind of secret, in the form that its issuer gives it. Nothing here was ever issued. */
export interface SecretKind {
  readonly kind: string;
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

const urlPassword = (value: string) => /\/\/[^:]*:([^@]*)@/.exec(value)![1]!;
const from =
  (prefix: string, alphabet: string, length: number, suffix = '') =>
  (random: SeededRandom) =>
    prefix + random.of(alphabet, length) + suffix;

export const secretKinds: readonly SecretKind[] = [
  // Clouds.
  { kind: 'AWS secret key', name: 'AWS_SECRET_ACCESS_KEY', byName: true, make: from('', alphabets.base64, 40) },
  { kind: 'AWS access key id', name: 'AWS_ACCESS_KEY_ID', make: from(join('AK', 'IA'), base32, 16) },
  { kind: 'Google API key', name: 'GOOGLE_MAPS_API_KEY', make: from(join('AI', 'zaSy'), base64url, 33) },
  { kind: 'Google OAuth client secret', name: 'GOOGLE_CLIENT_SECRET', make: from(join('GOC', 'SPX-'), base64url, 28) },
  {
    kind: 'Azure storage connection',
    name: 'AZURE_STORAGE_CONNECTION_STRING',
    make: (r) =>
      `DefaultEndpointsProtocol=https;AccountName=acmeshop;${join('Account', 'Key=')}${r.bytes(64).toString('base64')};EndpointSuffix=core.windows.net`,
    secret: (value) => /Key=([^;]*)/.exec(value)![1]!,
  },
  {
    kind: 'Entra client secret',
    name: 'AZURE_CLIENT_SECRET',
    make: (r) => `${r.of(base62, 3)}${r.of(digits, 1)}${join('Q', '~')}${r.of(`${base62}_.-~`, 33)}${r.of(base62, 1)}`,
  },
  {
    kind: 'Azure DevOps token',
    name: 'AZURE_DEVOPS_PAT',
    make: (r) => `${r.of(base62, 76)}${join('AZ', 'DO')}${r.of(base62, 4)}`,
  },
  { kind: 'DigitalOcean token', name: 'DIGITALOCEAN_TOKEN', make: from(join('dop', '_v1_'), hex, 64) },
  { kind: 'Alibaba access key id', name: 'ALIBABA_CLOUD_ACCESS_KEY_ID', make: from(join('LT', 'AI5t'), base62, 18) },
  {
    kind: 'Cloudflare token',
    name: 'CLOUDFLARE_API_TOKEN',
    make: (r) => `${join('cf', 'ut_')}${r.of(base62, 40)}${r.of(hex, 8)}`,
  },
  { kind: 'Heroku token', name: 'HEROKU_API_KEY', make: from(join('HR', 'KU-AA'), base64url, 58) },
  // Code hosts.
  { kind: 'GitHub token', name: 'GITHUB_TOKEN', make: (r) => join('gh', 'p_') + checked(r) },
  { kind: 'GitHub app token', name: 'GH_APP_TOKEN', make: (r) => join('gh', r.pick(['s_', 'o_', 'u_'])) + checked(r) },
  {
    kind: 'GitHub fine-grained token',
    name: 'GITHUB_PAT',
    make: (r) => `${join('github', '_pat_')}11${r.of(upperDigits, 20)}_${r.of(base62, 59)}`,
  },
  { kind: 'GitLab token', name: 'GITLAB_TOKEN', make: from(join('gl', 'pat-'), base64url, 20) },
  { kind: 'GitLab deploy token', name: 'CI_DEPLOY_PASSWORD', make: from(join('gl', 'dt-'), base64url, 20) },
  {
    kind: 'Bitbucket app password',
    name: 'BITBUCKET_APP_PASSWORD',
    make: (r) => `${join('AT', 'BB')}${r.of(base62, 24)}${r.of(hex, 8).toUpperCase()}`,
  },
  {
    kind: 'Atlassian API token',
    name: 'JIRA_API_TOKEN',
    make: (r) => `${join('ATA', 'TT3xFfGF0')}${r.of(base64url, 171)}=${r.of(`${digits}ABCDEF`, 8)}`,
  },
  // Registries of packages.
  { kind: 'npm token', name: 'NPM_TOKEN', make: (r) => join('np', 'm_') + checked(r) },
  { kind: 'PyPI token', name: 'TWINE_PASSWORD', make: pypi },
  { kind: 'RubyGems key', name: 'GEM_HOST_API_KEY', make: from(join('ruby', 'gems_'), hex, 48) },
  { kind: 'crates.io token', name: 'CARGO_REGISTRY_TOKEN', make: from(join('c', 'io'), base62, 32) },
  { kind: 'Docker Hub token', name: 'DOCKER_HUB_TOKEN', make: from(join('dckr', '_pat_'), base64url, 27) },
  { kind: 'NuGet key', name: 'NUGET_API_KEY', make: from(join('o', 'y2'), 'abcdefghijklmnopqrstuvwxyz234567', 43) },
  // Chat.
  {
    kind: 'Slack bot token',
    name: 'SLACK_BOT_TOKEN',
    make: (r) => `${join('xo', 'xb-')}2${r.of(digits, 11)}-4${r.of(digits, 12)}-${r.of(base62, 24)}`,
  },
  {
    kind: 'Slack app token',
    name: 'SLACK_APP_TOKEN',
    make: (r) => `${join('xa', 'pp-1-')}A0${r.of(upperDigits, 9)}-6${r.of(digits, 12)}-${r.of(hex, 64)}`,
  },
  {
    kind: 'Slack webhook',
    name: 'SLACK_WEBHOOK_URL',
    make: (r) =>
      `${join('https://hooks.', 'slack.com/services/')}T0${r.of(upperDigits, 9)}/B0${r.of(upperDigits, 9)}/${r.of(base62, 24)}`,
  },
  {
    kind: 'Discord bot token',
    name: 'DISCORD_BOT_TOKEN',
    make: (r) =>
      `${Buffer.from(`1${r.of(digits, 17)}`).toString('base64url')}.G${r.of(base64url, 5)}.${r.of(base64url, 38)}`,
  },
  {
    kind: 'Discord webhook',
    name: 'DISCORD_WEBHOOK',
    make: (r) => `${join('https://discord', '.com/api/webhooks/')}1${r.of(digits, 18)}/${r.of(base64url, 68)}`,
  },
  {
    kind: 'Telegram bot token',
    name: 'TELEGRAM_BOT_TOKEN',
    make: (r) => `${r.of('123456789', 10)}:${join('A', 'A')}${r.of(base64url, 33)}`,
  },
  {
    kind: 'Teams webhook',
    name: 'TEAMS_WEBHOOK_URL',
    make: (r) =>
      `https://acmeshop.${join('webhook', '.office.com/webhookb2/')}${uuid(r)}@${uuid(r)}/IncomingWebhook/${r.of(hex, 32)}/${uuid(r)}`,
  },
  // Mail.
  {
    kind: 'SendGrid key',
    name: 'SENDGRID_API_KEY',
    make: (r) => `${join('S', 'G.')}${r.of(base64url, 22)}.${r.of(base64url, 43)}`,
  },
  { kind: 'Mailgun key', name: 'MAILGUN_API_KEY', make: from(join('ke', 'y-'), hex, 32) },
  { kind: 'Mailchimp key', name: 'MAILCHIMP_API_KEY', make: from('', hex, 32, '-us14') },
  {
    kind: 'Brevo key',
    name: 'BREVO_API_KEY',
    make: (r) => `${join('xkey', 'sib-')}${r.of(hex, 64)}-${r.of(base62, 16)}`,
  },
  { kind: 'Postmark token', name: 'POSTMARK_SERVER_TOKEN', byName: true, make: uuid },
  {
    kind: 'Resend key',
    name: 'RESEND_API_KEY',
    make: (r) => `${join('r', 'e_')}${r.of(base58, 8)}_${r.of(base58, 24)}`,
  },
  // Payments.
  { kind: 'Stripe secret key', name: 'STRIPE_SECRET_KEY', make: from(join('sk', '_live_', '51'), base62, 97) },
  { kind: 'Stripe restricted key', name: 'STRIPE_RESTRICTED_KEY', make: from(join('rk', '_live_', '51'), base62, 97) },
  { kind: 'Stripe webhook secret', name: 'STRIPE_WEBHOOK_SECRET', make: from(join('wh', 'sec_'), base62, 32) },
  { kind: 'Square access token', name: 'SQUARE_ACCESS_TOKEN', make: from(join('EA', 'AA'), base64url, 60) },
  {
    kind: 'Braintree access token',
    name: 'BRAINTREE_ACCESS_TOKEN',
    make: (r) => `${join('access_token', '$production$')}${r.of(lowerDigits, 16)}$${r.of(hex, 32)}`,
  },
  { kind: 'Shopify token', name: 'SHOPIFY_ACCESS_TOKEN', make: from(join('sh', 'pat_'), hex, 32) },
  { kind: 'PayPal client secret', name: 'PAYPAL_CLIENT_SECRET', byName: true, make: from('E', base64url, 79) },
  // Monitoring.
  { kind: 'Datadog API key', name: 'DD_API_KEY', byName: true, make: from('', hex, 32) },
  { kind: 'New Relic user key', name: 'NEW_RELIC_API_KEY', make: from(join('NR', 'AK-'), upperDigits, 27) },
  { kind: 'New Relic licence key', name: 'NEW_RELIC_LICENSE_KEY', make: from('', hex, 36, join('NR', 'AL')) },
  {
    kind: 'Sentry organisation token',
    name: 'SENTRY_AUTH_TOKEN',
    make: (r) => {
      const about = {
        iat: 1700000000.5,
        url: 'https://sentry.io',
        region_url: 'https://us.sentry.io',
        org: 'acme-shop',
      };
      return `${join('sn', 'trys_')}${Buffer.from(JSON.stringify(about)).toString('base64')}_${r.of(alphabets.base64, 43)}`;
    },
  },
  { kind: 'Sentry user token', name: 'SENTRY_TOKEN', make: from(join('sn', 'tryu_'), hex, 64) },
  { kind: 'Grafana service account token', name: 'GRAFANA_TOKEN', make: grafana },
  {
    kind: 'Grafana Cloud token',
    name: 'GRAFANA_CLOUD_API_KEY',
    make: (r) =>
      join('gl', 'c_') +
      Buffer.from(
        JSON.stringify({
          o: r.of(digits, 6),
          n: 'stack-metrics-write',
          k: r.of(base62, 24),
          m: { r: 'prod-eu-west-2' },
        }),
      ).toString('base64'),
  },
  {
    kind: 'Dynatrace token',
    name: 'DT_API_TOKEN',
    make: (r) => `${join('dt0', 'c01.')}${r.of(base32, 24)}.${r.of(base32, 64)}`,
  },
  // AI.
  {
    kind: 'OpenAI project key',
    name: 'OPENAI_API_KEY',
    make: (r) => `${join('sk-', 'proj-')}${r.of(base64url, 74)}${join('T3Blbk', 'FJ')}${r.of(base64url, 74)}`,
  },
  {
    kind: 'OpenAI key',
    name: 'OPENAI_KEY',
    make: (r) => `${join('s', 'k-')}${r.of(base62, 20)}${join('T3Blbk', 'FJ')}${r.of(base62, 20)}`,
  },
  { kind: 'Anthropic key', name: 'ANTHROPIC_API_KEY', make: from(join('sk-', 'ant-api03-'), base64url, 93, 'AA') },
  { kind: 'Hugging Face token', name: 'HF_TOKEN', make: from(join('h', 'f_'), letters, 34) },
  { kind: 'Replicate token', name: 'REPLICATE_API_TOKEN', make: from(join('r', '8_'), base62, 37) },
  {
    kind: 'Groq key',
    name: 'GROQ_API_KEY',
    make: (r) => `${join('gs', 'k_')}${r.of(base62, 20)}${join('WGdyb', '3FY')}${r.of(base62, 24)}`,
  },
  { kind: 'Perplexity key', name: 'PERPLEXITY_API_KEY', make: from(join('pp', 'lx-'), base62, 48) },
  { kind: 'OpenRouter key', name: 'OPENROUTER_API_KEY', make: from(join('sk-', 'or-v1-'), hex, 64) },
  // Infrastructure.
  { kind: 'Vault service token', name: 'VAULT_TOKEN', make: from(join('hv', 's.CAESI'), base64url, 88) },
  { kind: 'Vault short token', name: 'VAULT_DEV_TOKEN', make: from(join('hv', 's.'), base62, 24) },
  {
    kind: 'Terraform Cloud token',
    name: 'TF_TOKEN',
    make: (r) => `${r.of(base62, 14)}${join('.atlas', 'v1.')}${r.of(base62, 67)}`,
  },
  { kind: 'Doppler service token', name: 'DOPPLER_TOKEN', make: from(join('dp', '.st.prd.'), base62, 43) },
  { kind: 'Doppler personal token', name: 'DOPPLER_CLI_TOKEN', make: from(join('dp', '.pt.'), base62, 43) },
  { kind: 'Pulumi token', name: 'PULUMI_ACCESS_TOKEN', make: from(join('pu', 'l-'), hex, 40) },
  {
    kind: 'Tailscale auth key',
    name: 'TS_AUTHKEY',
    make: (r) => `${join('tskey', '-auth-')}k${r.of(base58, 10)}CNTRL-${r.of(base58, 32)}`,
  },
  { kind: 'Databricks token', name: 'DATABRICKS_TOKEN', make: from(join('da', 'pi'), hex, 32) },
  { kind: 'PlanetScale token', name: 'PLANETSCALE_SERVICE_TOKEN', make: from(join('pscale', '_tkn_'), base64url, 43) },
  { kind: 'Supabase token', name: 'SUPABASE_ACCESS_TOKEN', make: from(join('sb', 'p_'), hex, 40) },
  {
    kind: 'CircleCI token',
    name: 'CIRCLE_TOKEN',
    make: (r) => `${join('CCI', 'PAT_')}${r.of(base58, 22)}_${r.of(hex, 40)}`,
  },
  { kind: 'Twilio auth token', name: 'TWILIO_AUTH_TOKEN', byName: true, make: from('', hex, 32) },
  { kind: 'SonarQube token', name: 'SONAR_TOKEN', make: from(join('sq', 'p_'), hex, 40) },
  { kind: 'LaunchDarkly SDK key', name: 'LAUNCHDARKLY_SDK_KEY', make: (r) => join('sd', 'k-') + uuid(r) },
  { kind: 'age key', name: 'SOPS_AGE_KEY', make: age },
  // Services for people.
  {
    kind: 'Postman key',
    name: 'POSTMAN_API_KEY',
    make: (r) => `${join('PM', 'AK-')}${r.of(hex, 24)}-${r.of(hex, 34)}`,
  },
  { kind: 'Linear key', name: 'LINEAR_API_KEY', make: from(join('lin', '_api_'), base62, 40) },
  {
    kind: 'Notion token',
    name: 'NOTION_TOKEN',
    make: (r) => `${join('nt', 'n_')}${r.of(digits, 11)}${r.of(base62, 35)}`,
  },
  {
    kind: 'Airtable token',
    name: 'AIRTABLE_TOKEN',
    make: (r) => `${join('p', 'at')}${r.of(base62, 14)}.${r.of(hex, 64)}`,
  },
  { kind: 'HubSpot token', name: 'HUBSPOT_ACCESS_TOKEN', make: (r) => join('pat', '-na1-') + uuid(r) },
  // Of no issuer.
  { kind: 'JWT (HS256)', name: 'SERVICE_JWT', make: hmacJwt },
  { kind: 'JWT (EdDSA)', name: 'SERVICE_ACCESS_TOKEN', make: edJwt },
  {
    kind: 'URL of PostgreSQL',
    name: 'DATABASE_URL',
    make: (r) => `postgresql://shop_app:${password(r)}@db-1.acme-shop.io:5432/shop`,
    secret: urlPassword,
  },
  {
    kind: 'URL of MongoDB',
    name: 'MONGODB_URI',
    make: (r) => `mongodb+srv://shop_app:${password(r)}@cluster0.k3v9x.mongodb.net/shop`,
    secret: urlPassword,
  },
  {
    kind: 'URL of Redis',
    name: 'REDIS_URL',
    make: (r) => `redis://:${password(r)}@cache-1.acme-shop.io:6379/0`,
    secret: urlPassword,
  },
  {
    kind: 'URL of AMQP',
    name: 'AMQP_URL',
    make: (r) => `amqp://worker:${password(r)}@mq.acme-shop.io:5672/%2f`,
    secret: urlPassword,
  },
  { kind: 'password', name: 'SMTP_PASSWORD', byName: true, make: password },
  { kind: 'password of a database', name: 'DB_PASSWORD', byName: true, make: password },
  { kind: 'session secret', name: 'SESSION_SECRET', byName: true, make: from('', hex, 64) },
];
