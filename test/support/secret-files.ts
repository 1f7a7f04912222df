import { generateKeyPairSync } from 'node:crypto';
import type { CarriedSecret } from './secret-carriers.ts';
import { password, secretKinds } from './secret-kinds.ts';
import { alphabets, type SeededRandom } from './seeded-random.ts';

const { base62, base64, base64url, hex, lowerDigits } = alphabets;
const mark = (secret: string) => `\x01${secret}\x02`;
const made = (name: string, random: SeededRandom) => secretKinds.find((each) => each.name === name)!.make(random);
const encoded = (text: string) => Buffer.from(text).toString('base64');
const pem = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** By path and what it is: their texts, with the secret between U+0001 and U+0002. */
const files: Readonly<Record<string, (random: SeededRandom) => string>> = {
  'root/.npmrc .npmrc _authToken': (r) =>
    `@acme:registry=https://npm.acme-shop.io/\n//npm.acme-shop.io/:_authToken=${mark(made('NPM_TOKEN', r))}\nalways-auth=true\nfund=false\n`,
  'home/node/.npmrc .npmrc _auth': (r) =>
    `registry=https://npm.acme-shop.io/\n//npm.acme-shop.io/:_auth=${mark(encoded(`ci-bot:${password(r)}`))}\nstrict-ssl=true\n`,
  'root/.netrc .netrc': (r) =>
    r.pick([
      `machine git.acme-shop.io\n  login ci-bot\n  password ${mark(password(r))}\n\nmachine ftp.acme-shop.io\n  login anonymous\n`,
      `machine git.acme-shop.io login ci-bot password ${mark(password(r))}\n`,
    ]),
  'root/.pgpass .pgpass': (r) =>
    `# written by the deployment\ndb-1.acme-shop.io:5432:shop:shop_app:${mark(password(r))}\n`,
  'root/.docker/config.json docker config.json': (r) =>
    `{\n\t"auths": {\n\t\t"registry.acme-shop.io": {\n\t\t\t"auth": "${mark(encoded(`ci-bot:${password(r)}`))}"\n\t\t}\n\t},\n\t"detachKeys": "ctrl-q,ctrl-q"\n}\n`,
  'root/.kube/config kubeconfig token': (r) =>
    `apiVersion: v1\nkind: Config\nclusters:\n- name: prod\n  cluster:\n    server: https://k8s.acme-shop.io:6443\ncontexts:\n- name: prod\n  context:\n    cluster: prod\n    user: deploy\ncurrent-context: prod\nusers:\n- name: deploy\n  user:\n    token: ${mark(r.pick([made('SERVICE_ACCESS_TOKEN', r), `${r.of(lowerDigits, 6)}.${r.of(lowerDigits, 16)}`]))}\n`,
  'home/deploy/.kube/config kubeconfig client-key-data': () =>
    `apiVersion: v1\nkind: Config\nclusters:\n- name: prod\n  cluster:\n    server: https://k8s.acme-shop.io:6443\nusers:\n- name: admin\n  user:\n    client-key-data: ${mark(encoded(pem()))}\n`,
  'root/.aws/credentials AWS credentials': (r) =>
    `[default]\naws_access_key_id = ${made('AWS_ACCESS_KEY_ID', r)}\naws_secret_access_key = ${mark(r.of(base64, 40))}\nregion = eu-central-1\n`,
  'root/.git-credentials .git-credentials': (r) => `https://ci-bot:${mark(password(r))}@git.acme-shop.io\n`,
  'app/.git/config .git/config': (r) =>
    `[core]\n\trepositoryformatversion = 0\n\tbare = false\n[remote "origin"]\n\turl = https://ci-bot:${mark(r.of(base62, 20))}@git.acme-shop.io/shop/shop.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`,
  'var/www/html/wp-config.php PHP settings': (r) =>
    `<?php\n/** The name of the database for WordPress */\ndefine( 'DB_NAME', 'shop' );\ndefine( 'DB_USER', 'shop_app' );\ndefine( 'DB_PASSWORD', '${mark(password(r))}' );\ndefine( 'DB_HOST', 'db-1' );\n$table_prefix = 'wp_';\nrequire_once ABSPATH . 'wp-settings.php';\n`,
  'var/www/html/config/database.php PHP array': (r) =>
    `<?php\nreturn [\n  'default' => 'mysql',\n  'mysql' => [\n    'host' => 'db-1.acme-shop.io',\n    'username' => 'shop_app',\n    'password' => '${mark(password(r))}',\n    'charset' => 'utf8mb4',\n  ],\n];\n`,
  'app/shop/settings.py Django SECRET_KEY': (r) =>
    `from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent\nSECRET_KEY = '${mark(r.of('abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)', 50))}'\nDEBUG = False\nALLOWED_HOSTS = ['www.acme-shop.io']\n`,
  'app/shop/settings.py Django DATABASES': (r) =>
    `DATABASES = {\n    'default': {\n        'ENGINE': 'django.db.backends.postgresql',\n        'NAME': 'shop',\n        'USER': 'shop_app',\n        'PASSWORD': '${mark(password(r))}',\n        'HOST': 'db-1',\n    }\n}\n`,
  'app/BOOT-INF/classes/application.properties Spring properties': (r) =>
    `server.port=8080\nspring.datasource.url=jdbc:postgresql://db-1:5432/shop\nspring.datasource.username=shop_app\nspring.datasource.password=${mark(password(r))}\nspring.jpa.hibernate.ddl-auto=none\n`,
  'srv/shop/docker-compose.yml compose file': (r) =>
    `services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: shop\n      ${r.pick([`POSTGRES_PASSWORD: ${mark(password(r))}`, `POSTGRES_PASSWORD: "${mark(password(r))}"`])}\n    volumes:\n      - data:/var/lib/postgresql/data\nvolumes:\n  data:\n`,
  'root/.my.cnf .my.cnf': (r) =>
    `[client]\nuser=shop_app\npassword=${r.pick([mark(password(r)), `"${mark(password(r))}"`])}\nhost=db-1\n`,
  'app/appsettings.Production.json ADO.NET connection': (r) =>
    `{\n  "Logging": { "LogLevel": { "Default": "Warning" } },\n  "ConnectionStrings": {\n    "Shop": "Server=tcp:db-1.acme-shop.io,1433;Database=shop;User ID=shop_app;Password=${mark(password(r))};Encrypt=True;"\n  }\n}\n`,
  'app/web.config ADO.NET connection in XML': (r) =>
    `<?xml version="1.0"?>\n<configuration>\n  <connectionStrings>\n    <add name="Shop" connectionString="Data Source=db-1;Initial Catalog=shop;User Id=shop_app;Pwd=${mark(password(r))};" providerName="System.Data.SqlClient" />\n  </connectionStrings>\n</configuration>\n`,
  'etc/nginx/.htpasswd .htpasswd': (r) =>
    `admin:${mark(r.pick([`$apr1$${r.of(base62, 8)}$${r.of(base62, 22)}`, `$2y$05$${r.of(base62, 53)}`]))}\n`,
  'root/.config/pip/pip.conf pip.conf': (r) =>
    `[global]\ntimeout = 60\nindex-url = https://ci-bot:${mark(password(r))}@pip.acme-shop.io/simple\n`,
  'root/.pypirc .pypirc': (r) =>
    `[distutils]\nindex-servers =\n    acme\n\n[acme]\nrepository = https://pip.acme-shop.io/\nusername = ci-bot\npassword = ${mark(password(r))}\n`,
  'etc/redis/redis.conf redis.conf': (r) =>
    `bind 0.0.0.0\nport 6379\nprotected-mode yes\nrequirepass ${mark(password(r))}\nmaxmemory 256mb\nappendonly yes\n`,
  'app/config/master.key Rails master.key': (r) => mark(r.of(hex, 32)),
  'app/config/database.yml Rails database.yml': (r) =>
    `production:\n  adapter: mysql2\n  database: shop\n  username: shop_app\n  password: ${mark(password(r))}\n  pool: 5\n`,
  'var/www/html/.env Laravel APP_KEY': (r) =>
    `APP_NAME=Shop\nAPP_ENV=production\nAPP_KEY=base64:${mark(r.bytes(32).toString('base64'))}\nAPP_DEBUG=false\nAPP_URL=https://www.acme-shop.io\n`,
  'opt/infra/terraform.tfvars terraform.tfvars': (r) =>
    `region         = "eu-central-1"\ninstance_count = 3\ndb_username    = "shop_app"\ndb_password    = "${mark(password(r))}"\n`,
  'opt/deploy/secret.yaml Secret of Kubernetes': (r) =>
    `apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop-db\ntype: Opaque\ndata:\n  username: c2hvcF9hcHA=\n  password: ${mark(encoded(password(r)))}\n`,
  'app/keys/service-account.json Google service account': (r) =>
    `{\n  "type": "service_account",\n  "project_id": "acme-shop",\n  "private_key_id": "${r.of(hex, 40)}",\n  "private_key": "${mark(pem().replaceAll('\n', '\\n'))}",\n  "client_email": "shop@acme-shop.iam.gserviceaccount.com"\n}\n`,
  'etc/wireguard/wg0.conf WireGuard': (r) =>
    `[Interface]\nAddress = 10.8.0.2/24\nPrivateKey = ${mark(r.bytes(32).toString('base64'))}\n\n[Peer]\nPublicKey = ${r.bytes(32).toString('base64')}\nEndpoint = vpn.acme-shop.io:51820\nAllowedIPs = 10.8.0.0/24\n`,
  'root/.m2/settings.xml Maven settings.xml': (r) =>
    `<settings>\n  <servers>\n    <server>\n      <id>acme</id>\n      <username>ci-bot</username>\n      <password>${mark(password(r))}</password>\n    </server>\n  </servers>\n</settings>\n`,
  'root/.bash_history history with curl -u': (r) =>
    `cd /opt/shop\nls -la\ncurl -u ci-bot:${mark(password(r))} https://repo.acme-shop.io/api/v1/artefacts\nexit\n`,
  'opt/deploy/push.sh sshpass': (r) =>
    `#!/bin/sh\nset -e\nsshpass -p '${mark(password(r))}' scp build.tar deploy@web-1.acme-shop.io:/srv/shop/\n`,
  'etc/msmtprc msmtprc': (r) =>
    `defaults\nauth on\ntls on\naccount default\nhost smtp.acme-shop.io\nuser shop\npassword ${mark(password(r))}\n`,
  'etc/ssl/private/shop.key key in a file of its own': () => `${mark(pem().trimEnd())}\n`,
  'opt/deploy/backup.sh mysql -p in a script': (r) =>
    `#!/bin/bash\nmysqldump -h db-1 -u shop_app -p${mark(password(r))} shop | gzip > /backup/shop.sql.gz\n`,
  'app/Web.config .NET machineKey': (r) =>
    `<configuration>\n  <system.web>\n    <machineKey validationKey="${mark(r.of('0123456789ABCDEF', 128))}" decryptionKey="AutoGenerate" validation="SHA1" />\n  </system.web>\n</configuration>\n`,
  'app/src/client.js Basic authorization': (r) =>
    `const headers = {\n  Accept: 'application/json',\n  Authorization: 'Basic ${mark(encoded(`ci-bot:${password(r)}`))}',\n};\n`,
  'app/src/client.py Bearer of nobody': (r) =>
    `def stock(part):\n    headers = {"Authorization": "Bearer ${mark(r.of(base64url, 43))}"}\n    return get(f"https://stock.acme-shop.io/{part}", headers=headers)\n`,
};

/** A file of that number, whose own form says where its secret is. */
export function secretFile(number: number, random: SeededRandom): CarriedSecret {
  const all = Object.entries(files);
  const [kind, text] = all[number % all.length]!;
  const marked = text(random);
  const [, written] = /\x01([^\x02]*)\x02/.exec(marked)!;
  const bytes = Buffer.from(marked.replace(/[\x01\x02]/g, ''));
  return { kind, carrier: 'own file', path: kind.split(' ')[0]!, bytes, written: written! };
}
