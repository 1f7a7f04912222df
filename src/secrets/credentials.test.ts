import { describe, expect, it } from 'vitest';
import { findSecrets, findSecretsInText } from './find-secrets.ts';
import type { SecretMatch } from './secret-match.ts';

// Drawn once at a keyboard: they open nothing.
const P = ['Kx9mQ2vL', 'w7Zp4Rt8'].join('');
const pair = Buffer.from(`svc-build:${P}`).toString('base64');
const D = ['u5wfHbzEYGrOCCfn', 'MQxd-7YmNpCrodrEfxNMyEqHzA'].join('');
const hex64 = ['74CD3068520A021AE010D4CBEDF3C910', 'CFE235EA4C71D4B0008209EB9CFFFB9A'].join('');
const key32 = Buffer.from(`${P}${P}`).toString('base64');

const files: readonly (readonly [what: string, path: string, text: string, secret: string, rule: string])[] = [
  ['.netrc', 'root/.netrc', `machine git.acme.io\n  login ci\n  password ${P}\n`, P, 'password'],
  ['.netrc on one line', 'root/.netrc', `machine git.acme.io login ci password ${P}\n`, P, 'password'],
  ['.pgpass', 'root/.pgpass', `db.acme.io:5432:app:app:${P}\n`, P, 'postgres-password-file'],
  ['.my.cnf', 'root/.my.cnf', `[client]\nuser=root\npassword=${P}\n`, P, 'password'],
  ['.git-credentials', 'root/.git-credentials', `https://ci:${P}@git.acme.io\n`, P, 'url-password'],
  ['.npmrc', 'root/.npmrc', `//registry.acme.io/:_authToken=${P}a1\n`, `${P}a1`, 'npm-registry-credentials'],
  ['.npmrc, basic', 'root/.npmrc', `//registry.acme.io/:_auth=${pair}\n`, pair, 'npm-registry-credentials'],
  ['.pypirc', 'root/.pypirc', `[pypi]\nusername = ci\npassword = ${P}\n`, P, 'password'],
  [
    'Docker',
    'root/.docker/config.json',
    `{"auths":{"https://r.acme.io":{"auth":"${pair}"}}}`,
    pair,
    'docker-registry-login',
  ],
  ['WireGuard', 'etc/wireguard/wg0.conf', `[Interface]\nPrivateKey = ${key32}\n`, key32, 'wireguard-private-key'],
  ['wp-config.php', 'var/www/wp-config.php', `define( 'DB_PASSWORD', '${P}' );\n`, P, 'password'],
  ['Tomcat', 'opt/tomcat/conf/tomcat-users.xml', `<user username="admin" password="${P}" roles="x"/>`, P, 'password'],
  ['Maven', 'root/.m2/settings.xml', `<server><id>a</id><password>${P}</password></server>`, P, 'password'],
  ['Redis', 'etc/redis/redis.conf', `requirepass ${P}\n`, P, 'password'],
  ['Spring', 'app/application.properties', `spring.datasource.password=${P}\n`, P, 'password'],
  ['Compose', 'app/docker-compose.yml', `environment:\n  - POSTGRES_PASSWORD=${P}\n`, P, 'password'],
  ['Kubernetes', 'app/deploy.yaml', `env:\n- name: DB_PASSWORD\n  value: ${P}\n`, P, 'password'],
  ['a default in a shell', 'app/start.sh', `: "\${DB_PASSWORD:-${P}}"\n`, P, 'password'],
  ['ADO.NET', 'app/web.config', `connectionString="Server=db;User Id=sa;Password=${P};Encrypt=true"`, P, 'password'],
  ['JDBC', 'app/x.properties', `url=jdbc:mysql://db:3306/a?user=b&password=${P}&ssl=true\n`, P, 'password'],
  ['an address', 'app/x.yml', `url: amqp://svc:${P}@mq:5672/v\n`, P, 'url-password'],
  [
    'shadow',
    'etc/shadow',
    `root:$6$saltsalt$${P}${P}${P}${P}:19000:0:99999:7:::\n`,
    `$6$saltsalt$${P}${P}${P}${P}`,
    'password-hash',
  ],
  [
    'htpasswd',
    'etc/apache2/.htpasswd',
    `joe:$apr1$saltsalt$${P}abcdef\n`,
    `$apr1$saltsalt$${P}abcdef`,
    'password-hash',
  ],
  ['a history: mysql', 'root/.bash_history', `ls\nmysql -u root -p${P} app\n`, P, 'command-password'],
  ['a history: curl', 'root/.bash_history', `curl -s -u ci:${P} https://acme.io\n`, P, 'command-password'],
  ['a history: sshpass', 'root/.zsh_history', `: 1700000000:0;sshpass -p '${P}' ssh a@b\n`, P, 'command-password'],
  ['a history: docker', 'root/.bash_history', `docker login -u ci -p ${P} r.acme.io\n`, P, 'command-password'],
  ['a history: an option', 'root/.bash_history', `deploy --password ${P} --now\n`, P, 'password'],
  ['a history: a variable', 'root/.bash_history', `PGPASSWORD=${P} psql -h db\n`, P, 'password'],
  ['a history: a header', 'root/.bash_history', `curl -H "Authorization: Bearer ${P}a1b2" x\n`, `${P}a1b2`, 'secret'],
  ['a history: chpasswd', 'root/.bash_history', `echo "root:${P}" | chpasswd\n`, P, 'command-password'],
  ['a header', 'app/x.http', `Authorization: Basic ${pair}\n`, pair, 'basic-authorization'],
  [
    'a Kubernetes secret',
    'app/secret.yaml',
    `apiVersion: v1\nkind: Secret\ndata:\n  db-password: ${key32}\n`,
    key32,
    'kubernetes-secret',
  ],
  [
    'the key of Rails',
    'app/config/master.key',
    '0f1e2d3c4b5a69788796a5b4c3d2e1f0\n',
    '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    'rails-master-key',
  ],
  [
    'the key of ASP.NET',
    'app/Web.config',
    `<machineKey validationKey="${hex64}" decryptionKey="AutoGenerate" />\n`,
    hex64,
    'asp-net-machine-key',
  ],
  [
    'a default of JavaScript',
    'app/config.js',
    `const DB_PASSWORD = process.env.DB_PASSWORD || '${P}9a';\n`,
    `${P}9a`,
    'password',
  ],
  ['a default of PHP', 'app/config.php', `$p = $_ENV['DB_PASSWORD'] ?? '${P}9a';\n`, `${P}9a`, 'password'],
  ['a default of Python', 'app/config.py', `p = cfg.db_password or '${P}9a'\n`, `${P}9a`, 'password'],
  ['a header of Python', 'app/client.py', `h = {"Authorization": "Bearer ${D}"}\n`, D, 'bearer-authorization'],
  ['a log that was set aside', 'srv/app/app.log.1', `12:00 DEBUG config: DB_PASSWORD=${P}9a\n`, `${P}9a`, 'password'],
  ['an address in such a log', 'srv/app/app.log.2', `ERROR redis://:${P}@cache.acme.io:6379\n`, P, 'url-password'],
  ['a log of the system', 'var/log/messages.3', `ERROR redis://:${P}@cache.acme.io:6379\n`, P, 'url-password'],
  ['a password with a point', 'app/x.properties', `db.password=Kx9mQ2vL.w7Zp4Rt8\n`, 'Kx9mQ2vL.w7Zp4Rt8', 'password'],
  ['a variable in a program', 'app/tool', `\x7fELF\0\0main\0DB_PASSWORD=${P}9a\0end\0`, `${P}9a`, 'password'],
  [
    'an address in a program',
    'app/tool',
    `\x7fELF\0\0main\0amqp://svc:${P}9a@mq.acme.io\0end\0\xff`,
    `${P}9a`,
    'url-password',
  ],
];

describe('files', () => {
  it.each(files)('give their secret: %s', (_what, path, text, secret, rule) => {
    const found = findSecrets(Buffer.from(text), { path });

    const shown = found.map(({ rule: by, start, end }) => ({ by, secret: text.slice(start, end) }));
    expect(shown).toEqual([{ by: rule, secret }]);
  });
});

describe('a user and a password in base 64', () => {
  const R = ['Xk7vQm', '2nLz9TpW'].join('');

  it.each('bob ci app svc git dev ops joe api web root test user admin 0 aa default deploy'.split(' '))(
    'are found whoever it is: %s',
    (user) => {
      const encoded = Buffer.from(`${user}:${R}`).toString('base64');
      const header = `curl -H "Authorization: Basic ${encoded}" https://x`;
      const shown = (text: string, found: readonly SecretMatch[]) =>
        found.map(({ rule, start, end }) => [rule, text.slice(start, end)]);
      const basic = [['basic-authorization', encoded]];

      expect(shown(header, findSecretsInText(header, { kind: 'history' }))).toEqual(basic);
      for (const path of ['app/call.sh', 'etc/app.conf', '.env']) {
        expect([path, ...shown(header, findSecrets(Buffer.from(header), { path }))]).toEqual([path, ...basic]);
      }
      const login = `{"auths":{"r.corp":{"auth":"${encoded}"}}}`;
      expect(shown(login, findSecrets(Buffer.from(login), { path: 'root/.docker/config.json' }))).toEqual([
        ['docker-registry-login', encoded],
      ]);
    },
  );

  it.each(['username', 'your-name', 'example', '<user>'])('are none of a manual: %s', (user) => {
    const encoded = Buffer.from(`${user}:${R}`).toString('base64');
    expect(findSecretsInText(`curl -H "Authorization: Basic ${encoded}" x`, { kind: 'history' })).toEqual([]);
  });
});

describe('passphrases', () => {
  const phrases = [
    'correct-Horse-77-battery',
    'blue-Fish-42-river',
    'blue-Tiger-42-river-moon',
    'hidden-Fox-88-lantern-lane',
    'Optional-Moose-61-candle-Sky',
  ];

  it.each(phrases)('are passwords whatever words they have: %s', (phrase) => {
    const encoded = Buffer.from(`deploy:${phrase}`).toString('base64');
    const rows = [`RUN curl -u deploy:${phrase} https://x`, `curl -H 'authorization: basic ${encoded}' x`];
    for (const row of rows) {
      const found = findSecretsInText(row, { kind: 'history' });
      expect(found.map(({ start, end }) => row.slice(start, end))).toEqual([row === rows[0] ? phrase : encoded]);
    }
    expect(findSecrets(Buffer.from(`DB_PASSWORD=${phrase}\n`), { path: '.env' })).toHaveLength(1);
  });

  it.each([
    'correct-horse-battery-staple',
    'my-app-password-for-testing',
    'this-is-a-secret-key-for-hmac',
    'a-very-long-random-string-for-session',
    'please-replace-with-your-own-secret',
    'removed-for-security',
  ])('are none of a manual: %s', (phrase) => {
    expect(findSecretsInText(`RUN curl -u deploy:${phrase} https://x`, { kind: 'history' })).toEqual([]);
  });
});

describe('the configuration', () => {
  it.each([
    ['env', 'DB_PASSWORD', P],
    ['env', 'DB_PASSWORD', 'summer'],
    ['label', 'com.acme.api-key', `${P}a1b2`],
    ['argument', 'NPM_TOKEN', `${P}${P}abcd`],
  ] as const)('tells by the name of %s %s', (kind, name, value) => {
    const found = findSecretsInText(value, { kind, name });

    expect(found).toMatchObject([{ start: 0, end: value.length }]);
  });

  it.each([
    ['env', `DB_PASSWORD=${P}`],
    ['history', `RUN |1 DB_PASSWORD=${P} /bin/sh -c make # buildkit`],
    ['history', `/bin/sh -c #(nop)  ENV DB_PASSWORD=${P}`],
    ['history', `ENV DB_PASSWORD ${P}`],
    ['history', `RUN /bin/sh -c curl -u ci:${P} https://acme.io # buildkit`],
  ] as const)('tells in a line of %s: %s', (kind, text) => {
    const found = findSecretsInText(text, { kind });

    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([P]);
    expect(found[0]).toMatchObject({ shown: `(${P.length} characters)` });
    expect(found[0]?.fingerprint).toBeUndefined();
  });

  it.each([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'],
    ['GPG_KEY', 'E3FF2839C048B25C084DEBE9B26995E310250568'],
    ['PYTHON_SHA256', 'c3f1d0a1c5ee7d5a4a1d4a6c2a9d0a4f3c2b1a0f9e8d7c6b5a4938271605f4e3'],
    ['NGINX_VERSION', '1.27.1-1~bookworm'],
    ['MYSQL_ROOT_PASSWORD', ''],
    ['DB_PASSWORD', 'changeme'],
    ['DB_PASSWORD', `\${DB_PASSWORD}`],
    ['POSTGRES_PASSWORD_FILE', '/run/secrets/postgres'],
    ['JWT_PUBLIC_KEY', 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA'],
    ['TOKEN_URL', 'https://login.acme.io/oauth/token'],
    ['libcrypto3', '3.1.4-r5'],
  ])('has nothing against %s=%s', (name, value) => {
    expect(findSecretsInText(value, { kind: 'env', name })).toEqual([]);
  });
});

describe('what other scanners stumble over', () => {
  it.each([
    [
      'a certificate',
      'etc/ssl/certs/ca.pem',
      '-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----\n',
    ],
    [
      'a public key',
      'a.pem',
      '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----\n',
    ],
    [
      'a marker of a key in a program',
      'a.py',
      'BEGIN = "-----BEGIN RSA PRIVATE KEY-----"\nEND = "-----END RSA PRIVATE KEY-----"\n',
    ],
    [
      'a key in a manual',
      'README.md',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA...\n-----END RSA PRIVATE KEY-----\n',
    ],
    [
      'an example of AWS',
      'examples.json',
      `{"AccessKeyId": "AKIA${'IOSFODNN7EXAMPLE'}", "SecretAccessKey": "${'wJalrXUtnFEMI/K7MDENG'}/bPxRfiCYEXAMPLEKEY"}`,
    ],
    [
      'settings of Django',
      'settings.py',
      "SECRET_KEY = os.environ['SECRET_KEY']\nDATABASES = {'default': {'PASSWORD': env('DB_PASSWORD')}}\n",
    ],
    ['names of chunks', 'manifest.json', '{"main.js": "main.3f2a1b4c5d6e7f8091a2.js", "hash": "3f2a1b4c5d6e7f8091a2"}'],
    [
      'digests of a lock file',
      'package-lock.json',
      '{"integrity": "sha512-AAbbCCdd00112233445566778899aabbccddeeffAAbbCCdd001122334455667788==", "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz"}',
    ],
    [
      'a program that asks',
      'a.js',
      "const password = await prompt('Password: ');\nif (token === 'Bearer') return;\nconst apiKey = process.env.API_KEY;\n",
    ],
    [
      'an address of a manual',
      'README.md',
      'postgres://user:password@localhost:5432/db https://user:pass@example.com/',
    ],
    ['a translation', 'po/de.json', '{"password": "Passwort eingeben", "forgot_password": "Passwort vergessen?"}'],
    ['a locked account', 'etc/shadow', 'root:*:19000:0:99999:7:::\ndaemon:!:19000::::::\nbin:!!:1::::::\n'],
    [
      'a template',
      'app/.env.example',
      `DB_PASSWORD=\nAPI_KEY=your-api-key\nSECRET_KEY=changeme\nTOKEN=<token>\nX_SECRET=\${SECRET}\n`,
    ],
    [
      'a template of a manifest',
      'deploy.yaml',
      `password: {{ .Values.password | quote }}\ntoken: \${TOKEN}\nsecretKeyRef:\n  name: db\n  key: password\n`,
    ],
    ['a member of something', 'app/x.properties', 'password=settings.database.password1\n'],
    ['a variable that is printed', 'app/tool', '\x7fELF\0\0DB_PASSWORD=%s\0API_TOKEN=\0%s'],
    [
      'a header with words in base 64',
      'app/a.py',
      `h = "Bearer ${Buffer.from('this is my token, 1!').toString('base64')}"\n`,
    ],
    ['a variable of Parcel', 'a.js.map', '{"names":["secret","$0d1ed891c5cb27c0$export$3157d57b4135e3bc"]}'],
    ['what a call gives, in a manual', 'a.d.ts', `     * - sign('', 'test_secret') => '${hex64.toLowerCase()}'\n`],
    ['a header of a manual', 'a.md', `Authorization: Bearer ${D}\n`],
    ['a header of a test', 'app/tests/a.py', `h = {"Authorization": "Bearer ${D}"}\n`],
    ['an argument of a command in a manual', 'usr/share/doc/a/b.rst.txt', `curl -u me:${P} https://acme.io\n`],
    ['the beginning and the end of the alphabet', 'etc/a.conf', 'auth_token = "ABCDEvwxyz0189-_"\n'],
    ['an example of a manual in a program', 'app/a.rb', `  #     client_secret: "${D}",\n`],
    [
      'a value of an issuer in a manual',
      'README.md',
      `MAILCHIMP_SECRET=x\nTWILIO_AUTH_TOKEN=${hex64.slice(0, 32).toLowerCase()}\n`,
    ],
    [
      'a value of an issuer in a sample',
      'a.json.sample',
      `{"twilio_auth_token": "${hex64.slice(0, 32).toLowerCase()}"}\n`,
    ],
    ['a word of another language', 'srv/a.json', `{"password": "gAh\u00f6k-Zq9\u0142w \u1eb9kx7"}`.replace(' ', '')],
    ['a translation into ASCII', 'srv/lang/xx.json', `{"password": "${P}"}\n`],
    ['an address of a test', 'app/a_test.go', `uri := "postgres://svc:${P}@db.acme.io/a"\n`],
    ['a value of an issuer in a test', 'app/a_test.go', `twilioAuthToken := "${hex64.slice(0, 32).toLowerCase()}"\n`],
    ['a manual of Go', 'app/doc.go', `  password: "${P}"\n`],
    ['a description of an API', 'app/api/swagger.yaml', `JoinToken: "${D}"\n`],
    ['a folder of tests', 'usr/share/db-test/main/a.cnf', `encrypt-key = ${hex64}\n`],
    ['tests in a program of Rust', 'src/a.rs', `#[cfg(test)]\nmod t { let session_key = "${hex64}"; }\n`],
    ['words with escapes', 'app/Messages_ja.java', '{"password", "\\u30ad\\u30fc\\u30b9\\u30c8\\u30a2\\u306e"},\n'],
    [
      'a key of Stripe for tests, in a test',
      'app/tests/a.py',
      `k = "sk_te${'st_'}${D.slice(0, 24).replace('-', 'a')}"\n`,
    ],
    ['a token of a page', 'a.html', '<input name="csrf_token" value="3f2a1b4c5d6e7f8091a2b3c4d5e6f708">'],
  ])('is no secret: %s', (_what, path, text) => {
    expect(findSecrets(Buffer.from(text), { path }).filter(({ example }) => example === undefined)).toEqual([]);
  });
});
