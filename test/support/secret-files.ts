import { generateKeyPairSync } from 'node:crypto';
import type { CarriedSecret } from './secret-carriers.ts';
import { password, secretKinds } from './secret-kinds.ts';
import { alphabets, type SeededRandom } from './seeded-random.ts';

/** A file whose own form says where its secret is. */
interface SecretFile {
  readonly kind: string;
  readonly path: string;
  /** Its text, with the secret between U+0001 and U+0002. */
  text(random: SeededRandom): string | Buffer;
}

const { base62, base64, base64url, hex, lowerDigits } = alphabets;
const mark = (secret: string) => `\x01${secret}\x02`;
const made = (kind: string, random: SeededRandom) => secretKinds.find((each) => each.kind === kind)!.make(random);
const encoded = (text: string) => Buffer.from(text).toString('base64');
const pem = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const files: readonly SecretFile[] = [
  {
    kind: '.npmrc _authToken',
    path: 'root/.npmrc',
    text: (r) =>
      `@acme:registry=https://npm.acme-shop.io/\n//npm.acme-shop.io/:_authToken=${mark(made('npm token', r))}\nalways-auth=true\nfund=false\n`,
  },
  {
    kind: '.npmrc _auth',
    path: 'home/node/.npmrc',
    text: (r) =>
      `registry=https://npm.acme-shop.io/\n//npm.acme-shop.io/:_auth=${mark(encoded(`ci-bot:${password(r)}`))}\nstrict-ssl=true\n`,
  },
  {
    kind: '.netrc',
    path: 'root/.netrc',
    text: (r) =>
      r.pick([
        `machine git.acme-shop.io\n  login ci-bot\n  password ${mark(password(r))}\n\nmachine ftp.acme-shop.io\n  login anonymous\n`,
        `machine git.acme-shop.io login ci-bot password ${mark(password(r))}\n`,
      ]),
  },
  {
    kind: '.pgpass',
    path: 'root/.pgpass',
    text: (r) => `# written by the deployment\ndb-1.acme-shop.io:5432:shop:shop_app:${mark(password(r))}\n`,
  },
  {
    kind: 'docker config.json',
    path: 'root/.docker/config.json',
    text: (r) =>
      `{\n\t"auths": {\n\t\t"registry.acme-shop.io": {\n\t\t\t"auth": "${mark(encoded(`ci-bot:${password(r)}`))}"\n\t\t}\n\t},\n\t"detachKeys": "ctrl-q,ctrl-q"\n}\n`,
  },
  {
    kind: 'kubeconfig token',
    path: 'root/.kube/config',
    text: (r) =>
      `apiVersion: v1\nkind: Config\nclusters:\n- name: prod\n  cluster:\n    server: https://k8s.acme-shop.io:6443\ncontexts:\n- name: prod\n  context:\n    cluster: prod\n    user: deploy\ncurrent-context: prod\nusers:\n- name: deploy\n  user:\n    token: ${mark(r.pick([made('JWT (EdDSA)', r), `${r.of(lowerDigits, 6)}.${r.of(lowerDigits, 16)}`]))}\n`,
  },
  {
    kind: 'kubeconfig client-key-data',
    path: 'home/deploy/.kube/config',
    text: () =>
      `apiVersion: v1\nkind: Config\nclusters:\n- name: prod\n  cluster:\n    server: https://k8s.acme-shop.io:6443\nusers:\n- name: admin\n  user:\n    client-key-data: ${mark(encoded(pem()))}\n`,
  },
  {
    kind: 'AWS credentials',
    path: 'root/.aws/credentials',
    text: (r) =>
      `[default]\naws_access_key_id = ${made('AWS access key id', r)}\naws_secret_access_key = ${mark(r.of(base64, 40))}\nregion = eu-central-1\n`,
  },
  {
    kind: '.git-credentials',
    path: 'root/.git-credentials',
    text: (r) => `https://ci-bot:${mark(password(r))}@git.acme-shop.io\n`,
  },
  {
    kind: '.git/config',
    path: 'app/.git/config',
    text: (r) =>
      `[core]\n\trepositoryformatversion = 0\n\tbare = false\n[remote "origin"]\n\turl = https://ci-bot:${mark(r.of(base62, 20))}@git.acme-shop.io/shop/shop.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`,
  },
  {
    kind: 'PHP settings',
    path: 'var/www/html/wp-config.php',
    text: (r) =>
      `<?php\n/** The name of the database for WordPress */\ndefine( 'DB_NAME', 'shop' );\ndefine( 'DB_USER', 'shop_app' );\ndefine( 'DB_PASSWORD', '${mark(password(r))}' );\ndefine( 'DB_HOST', 'db-1' );\n$table_prefix = 'wp_';\nrequire_once ABSPATH . 'wp-settings.php';\n`,
  },
  {
    kind: 'PHP array',
    path: 'var/www/html/config/database.php',
    text: (r) =>
      `<?php\nreturn [\n  'default' => 'mysql',\n  'mysql' => [\n    'host' => 'db-1.acme-shop.io',\n    'username' => 'shop_app',\n    'password' => '${mark(password(r))}',\n    'charset' => 'utf8mb4',\n  ],\n];\n`,
  },
  {
    kind: 'Django SECRET_KEY',
    path: 'app/shop/settings.py',
    text: (r) =>
      `from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent\nSECRET_KEY = '${mark(r.of('abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)', 50))}'\nDEBUG = False\nALLOWED_HOSTS = ['www.acme-shop.io']\n`,
  },
  {
    kind: 'Django DATABASES',
    path: 'app/shop/settings.py',
    text: (r) =>
      `DATABASES = {\n    'default': {\n        'ENGINE': 'django.db.backends.postgresql',\n        'NAME': 'shop',\n        'USER': 'shop_app',\n        'PASSWORD': '${mark(password(r))}',\n        'HOST': 'db-1',\n    }\n}\n`,
  },
  {
    kind: 'Spring properties',
    path: 'app/BOOT-INF/classes/application.properties',
    text: (r) =>
      `server.port=8080\nspring.datasource.url=jdbc:postgresql://db-1:5432/shop\nspring.datasource.username=shop_app\nspring.datasource.password=${mark(password(r))}\nspring.jpa.hibernate.ddl-auto=none\n`,
  },
  {
    kind: 'compose file',
    path: 'srv/shop/docker-compose.yml',
    text: (r) =>
      `services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: shop\n      ${r.pick([`POSTGRES_PASSWORD: ${mark(password(r))}`, `POSTGRES_PASSWORD: "${mark(password(r))}"`])}\n    volumes:\n      - data:/var/lib/postgresql/data\nvolumes:\n  data:\n`,
  },
  {
    kind: '.my.cnf',
    path: 'root/.my.cnf',
    text: (r) =>
      `[client]\nuser=shop_app\npassword=${r.pick([mark(password(r)), `"${mark(password(r))}"`])}\nhost=db-1\n`,
  },
  {
    kind: 'ADO.NET connection',
    path: 'app/appsettings.Production.json',
    text: (r) =>
      `{\n  "Logging": { "LogLevel": { "Default": "Warning" } },\n  "ConnectionStrings": {\n    "Shop": "Server=tcp:db-1.acme-shop.io,1433;Database=shop;User ID=shop_app;Password=${mark(password(r))};Encrypt=True;"\n  }\n}\n`,
  },
  {
    kind: 'ADO.NET connection in XML',
    path: 'app/web.config',
    text: (r) =>
      `<?xml version="1.0"?>\n<configuration>\n  <connectionStrings>\n    <add name="Shop" connectionString="Data Source=db-1;Initial Catalog=shop;User Id=shop_app;Pwd=${mark(password(r))};" providerName="System.Data.SqlClient" />\n  </connectionStrings>\n</configuration>\n`,
  },
  {
    kind: '.htpasswd',
    path: 'etc/nginx/.htpasswd',
    text: (r) =>
      `admin:${mark(r.pick([`$apr1$${r.of(base62, 8)}$${r.of(base62, 22)}`, `$2y$05$${r.of(base62, 53)}`]))}\n`,
  },
  {
    kind: 'pip.conf',
    path: 'root/.config/pip/pip.conf',
    text: (r) => `[global]\ntimeout = 60\nindex-url = https://ci-bot:${mark(password(r))}@pip.acme-shop.io/simple\n`,
  },
  {
    kind: '.pypirc',
    path: 'root/.pypirc',
    text: (r) =>
      `[distutils]\nindex-servers =\n    acme\n\n[acme]\nrepository = https://pip.acme-shop.io/\nusername = ci-bot\npassword = ${mark(password(r))}\n`,
  },
  {
    kind: 'redis.conf',
    path: 'etc/redis/redis.conf',
    text: (r) =>
      `bind 0.0.0.0\nport 6379\nprotected-mode yes\nrequirepass ${mark(password(r))}\nmaxmemory 256mb\nappendonly yes\n`,
  },
  {
    kind: 'Rails master.key',
    path: 'app/config/master.key',
    text: (r) => mark(r.of(hex, 32)),
  },
  {
    kind: 'Rails database.yml',
    path: 'app/config/database.yml',
    text: (r) =>
      `production:\n  adapter: mysql2\n  database: shop\n  username: shop_app\n  password: ${mark(password(r))}\n  pool: 5\n`,
  },
  {
    kind: 'Laravel APP_KEY',
    path: 'var/www/html/.env',
    text: (r) =>
      `APP_NAME=Shop\nAPP_ENV=production\nAPP_KEY=base64:${mark(r.bytes(32).toString('base64'))}\nAPP_DEBUG=false\nAPP_URL=https://www.acme-shop.io\n`,
  },
  {
    kind: 'terraform.tfvars',
    path: 'opt/infra/terraform.tfvars',
    text: (r) =>
      `region         = "eu-central-1"\ninstance_count = 3\ndb_username    = "shop_app"\ndb_password    = "${mark(password(r))}"\n`,
  },
  {
    kind: 'Secret of Kubernetes',
    path: 'opt/deploy/secret.yaml',
    text: (r) =>
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop-db\ntype: Opaque\ndata:\n  username: c2hvcF9hcHA=\n  password: ${mark(encoded(password(r)))}\n`,
  },
  {
    kind: 'Google service account',
    path: 'app/keys/service-account.json',
    text: (r) =>
      `{\n  "type": "service_account",\n  "project_id": "acme-shop",\n  "private_key_id": "${r.of(hex, 40)}",\n  "private_key": "${mark(pem().replaceAll('\n', '\\n'))}",\n  "client_email": "shop@acme-shop.iam.gserviceaccount.com"\n}\n`,
  },
  {
    kind: 'WireGuard',
    path: 'etc/wireguard/wg0.conf',
    text: (r) =>
      `[Interface]\nAddress = 10.8.0.2/24\nPrivateKey = ${mark(r.bytes(32).toString('base64'))}\n\n[Peer]\nPublicKey = ${r.bytes(32).toString('base64')}\nEndpoint = vpn.acme-shop.io:51820\nAllowedIPs = 10.8.0.0/24\n`,
  },
  {
    kind: 'Maven settings.xml',
    path: 'root/.m2/settings.xml',
    text: (r) =>
      `<settings>\n  <servers>\n    <server>\n      <id>acme</id>\n      <username>ci-bot</username>\n      <password>${mark(password(r))}</password>\n    </server>\n  </servers>\n</settings>\n`,
  },
  {
    kind: 'history with curl -u',
    path: 'root/.bash_history',
    text: (r) =>
      `cd /opt/shop\nls -la\ncurl -u ci-bot:${mark(password(r))} https://repo.acme-shop.io/api/v1/artefacts\nexit\n`,
  },
  {
    kind: 'sshpass',
    path: 'opt/deploy/push.sh',
    text: (r) =>
      `#!/bin/sh\nset -e\nsshpass -p '${mark(password(r))}' scp build.tar deploy@web-1.acme-shop.io:/srv/shop/\n`,
  },
  {
    kind: 'msmtprc',
    path: 'etc/msmtprc',
    text: (r) =>
      `defaults\nauth on\ntls on\naccount default\nhost smtp.acme-shop.io\nuser shop\npassword ${mark(password(r))}\n`,
  },
  { kind: 'key in a file of its own', path: 'etc/ssl/private/shop.key', text: () => `${mark(pem().trimEnd())}\n` },
  {
    kind: 'mysql -p in a script',
    path: 'opt/deploy/backup.sh',
    text: (r) =>
      `#!/bin/bash\nmysqldump -h db-1 -u shop_app -p${mark(password(r))} shop | gzip > /backup/shop.sql.gz\n`,
  },
  {
    kind: '.NET machineKey',
    path: 'app/Web.config',
    text: (r) =>
      `<configuration>\n  <system.web>\n    <machineKey validationKey="${mark(r.of('0123456789ABCDEF', 128))}" decryptionKey="AutoGenerate" validation="SHA1" />\n  </system.web>\n</configuration>\n`,
  },
  {
    kind: 'Basic authorization',
    path: 'app/src/client.js',
    text: (r) =>
      `const headers = {\n  Accept: 'application/json',\n  Authorization: 'Basic ${mark(encoded(`ci-bot:${password(r)}`))}',\n};\n`,
  },
  {
    kind: 'Bearer of nobody',
    path: 'app/src/client.py',
    text: (r) =>
      `def stock(part):\n    headers = {"Authorization": "Bearer ${mark(r.of(base64url, 43))}"}\n    return get(f"https://stock.acme-shop.io/{part}", headers=headers)\n`,
  },
];

/** A file of that number, with the secret it holds. */
export function secretFile(number: number, random: SeededRandom): CarriedSecret {
  const { kind, path, text } = files[number % files.length]!;
  const marked = text(random).toString();
  const [, written] = /\x01([^\x02]*)\x02/.exec(marked)!;
  return { kind, carrier: 'own file', path, bytes: Buffer.from(marked.replace(/[\x01\x02]/g, '')), written: written! };
}
