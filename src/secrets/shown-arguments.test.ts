import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { shownArguments, shownLabel, shownLine } from './shown-arguments.ts';

/** What a shell would be given, split at blanks; a word with blanks stands between bars. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/\|([^|]*)\||(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);

describe('arguments', () => {
  test.each([
    ['x --password=hunter2', 'x --password=…'],
    ['x --db-password hunter2 --port 80', 'x --db-password … --port 80'],
    ['x --password -abc9 --port 80', 'x --password … --port 80'],
    ['x --password --token abc9 y', 'x --password … … y'],
    ['x API_TOKEN=abcdef', 'x API_TOKEN=…'],
    ['java -Dspring.datasource.password=hunter2 -jar a.jar', 'java -Dspring.datasource.password=… -jar a.jar'],
    ['x --token-file /run/token', 'x --token-file /run/token'],
    ['x --no-password plain', 'x --no-password plain'],
    ['x --tls=1.3 plain', 'x --tls=1.3 plain'],
    ['- -- =', '- -- ='],
    ['mysql -u root -pS3cret shop', 'mysql -u root -p… shop'],
    ['/usr/bin/mysqldump -pS3cret -P 3306 shop', '/usr/bin/mysqldump -p… -P 3306 shop'],
    ['mysql -p shop', 'mysql -p shop'],
    ['psql -p 5432 -h db', 'psql -p 5432 -h db'],
    ['docker run -p 80:80 nginx:1', 'docker run -p 80:80 nginx:1'],
    ['docker login -u me -p S3cret registry.example', 'docker login -u me -p … registry.example'],
    ['curl -u admin:S3cret http://a.example', 'curl -u … http://a.example'],
    ['curl -su admin:S3cret http://a.example', 'curl -su … http://a.example'],
    ['curl -uadmin:S3cret http://a.example', 'curl -u… http://a.example'],
    ['curl -suadmin:S3cret http://a.example', 'curl -su… http://a.example'],
    ['curl --user=admin:S3cret http://a.example', 'curl --user=… http://a.example'],
    ['curl -H |X-Api-Key: S3cret| http://a.example', 'curl -H |X-Api-Key:…| http://a.example'],
    ['sudo -u me curl -u admin:S3cret x', 'sudo -u me curl -u … x'],
    ['redis-cli -h db -a S3cret ping', 'redis-cli -h db -a … ping'],
    ['sshpass -p S3cret ssh -p 22 host', 'sshpass -p … ssh -p … host'],
    ['sshpass -pS3cret ssh host', 'sshpass -p… ssh host'],
    ['mongosh -u me -p S3cret', 'mongosh -u me -p …'],
    ['ldapsearch -x -D cn=admin -w S3cret', 'ldapsearch -x -D cn=admin -w …'],
    ['skopeo copy --src-creds me:S3cret a b', 'skopeo copy --src-creds … a b'],
    ['sh -c |mysql -u root -pS3cret shop|', 'sh -c |mysql -u root -p… shop|'],
    ["sh -c |sh -c 'curl  -u a:S3cret b'|", 'sh -c |sh -c curl  -u … b|'],
    ['sh -c |x --password "S3cret one" two|', 'sh -c |x --password … two|'],
    ['sh -c |x --password "S3cret one|', 'sh -c |x --password …|'],
    ['psql |host=db password=S3cret user=me|', 'psql |host=db password=… user=me|'],
    ['x http://a.example/?user=me&token=S3cret&b=1', 'x http://a.example/?user=me&token=…&b=1'],
    ['mount -o username=me,password=S3c,ret,vers=3', 'mount -o username=me,password=…,vers=3'],
    ['x postgres://me:p@S3cret@db/shop', 'x postgres://me:…@db/shop'],
    ['x redis://:S3/cret@db:6379', 'x redis://:…@db:6379'],
    ['x smtp://me@a.example:S3cret@mail', 'x smtp://me@a.example:…@mail'],
    ['x http://proxy.example:8080/@scope/a@1', 'x http://proxy.example:8080/@scope/a@1'],
    ['x --dsn=root:S3cret@tcp(db:3306)/shop', 'x --dsn=root:…@tcp(db:3306)/shop'],
    ['x nginx:1.25@sha256:0123', 'x nginx:1.25@sha256:0123'],
  ])('%s', (line, expected) => {
    const words = wordsOf(line);
    const shown = shownArguments(words).map((word) => (/\s|:…$/.test(word) && line.includes('|') ? `|${word}|` : word));

    expect(shown.join(' ')).toBe(expected);
    expect(shown.join(' ')).not.toMatch(/S3|cret|hunter/);
  });

  test.each([
    ...[
      'sqlplus scott/S3cret@db',
      'sqlplus -S "scott"/S3cr@et@//db:1521/x @a.sql',
      'sqlldr userid=scott/S3cret control=a',
    ],
    ...['rman target sys/S3cret@db', 'expdp scott/S3cret@db tables=a', 'db2 connect to a user u using S3cret'],
    ...['htpasswd -b /etc/f me S3cret', 'htpasswd -bc /etc/f me S3cret', 'htpasswd -nb me S3cret'],
    ...['mysqladmin -u root password S3cret', 'mysqladmin -pS3cret password S3cret', 'isql DSN me S3cret'],
    ...[
      'wget |--header=X-Auth-Token: S3cret| h',
      'curl -H |Cookie: a=S3cret; b=S3cret| h',
      'curl -d |a=b&password=S3cret| h',
    ],
    ...[
      'git -c |http.extraheader=AUTHORIZATION: basic S3cret| fetch',
      'git clone https://S3cretS3cretS3cret@a.example/b',
    ],
    ...['redis-cli -h db auth S3cret', 'redis-cli AUTH me S3cret', 'redis-cli config set requirepass S3cret'],
    ...['aws configure set aws_secret_access_key S3cret', 'rclone config create a s3 secret_access_key S3cret'],
    ...['npm config set //registry.example/:_authToken S3cret', 'ngrok config add-authtoken S3cret'],
    ...[
      'vault login S3cret',
      'cargo login S3cret',
      'heroku auth:token S3cret',
      'mc alias set m http://h S3cret S3cret',
    ],
    ...['rar a -hpS3cret a.rar', 'unrar x -pS3cret a.rar', '7z x -pS3cret a.7z', 'zip -P S3cret a.zip f'],
    ...[
      'smbclient //h/s S3cret -U u',
      'net user me S3cret',
      'samba-tool user create me S3cret',
      'xfreerdp /u:me /p:S3cret /v:h',
    ],
    ...[
      'rabbitmqctl add_user me S3cret',
      'rabbitmqctl change_password me S3cret',
      'neo4j-admin set-initial-password S3cret',
    ],
    ...[
      'useradd -p S3cret me',
      'usermod -p S3cret me',
      'mkpasswd S3cret',
      'openssl passwd -1 S3cret',
      'wpa_passphrase a S3cret',
    ],
    ...[
      'sh -c |echo S3cret ; echo S3cret  \\ docker login --password-stdin|',
      "sh -c |printf 'root:S3cret' > a && chpasswd < a|",
    ],
    ...[
      'openssl x -passin pass:S3cret',
      'twine upload -u u -p S3cret d',
      'cypher-shell -u u -p S3cret',
      'etcdctl --user me:S3cret x',
    ],
    ...["mysql -e |CREATE USER a IDENTIFIED BY 'S3cret'|", "psql -c |ALTER USER a WITH PASSWORD 'S3c ret'|"],
    ...[
      "sqlite3 a |PRAGMA key='S3cret'|",
      'kubectl create secret generic a --from-literal=key=S3cret',
      'swaks -au u -ap S3cret',
    ],
    ...[
      'socat - PROXY:h:a:1,proxyauth=u:S3cret',
      'lftp -e |open -u u,S3cret h|',
      'pwsh -c |ConvertTo-SecureString S3cret|',
    ],
    ...['docker run -eMYSQL_ROOT_PASSWORD=S3cret mysql', 'helm install --set auth.password=S3cret,auth.user=a a'],
  ])('tell nothing of the secret: %s', (line) => {
    expect(shownArguments(wordsOf(line)).join(' ')).not.toMatch(/S3c|@et| ret/);
  });

  test.each([
    ...['nginx -g |daemon off;|', 'java -Xmx1g -jar /app/a.jar --server.port=80', 'npm run build', 'sudo passwd root'],
    ...['kubectl create secret generic a', 'docker run -p 80:80 -v /a:/b nginx:1', 'openssl s_client -connect a:443'],
    ...['x --password-file /run/secrets/a --port 80', 'x /run/secrets/db_password --port 80', 'redis-cli -h db get a'],
    ...['postgres -c config_file=/etc/a.conf', 'net ads info', 'vault server -config=/etc/vault', 'sqlplus @a.sql'],
    ...['git clone https://me@a.example/b', "psql -c |select 'a' from b|", 'sh -c |echo a b; docker ps|'],
  ])('are told as they are where they have none: %s', (line) => {
    expect(shownArguments(wordsOf(line))).toEqual(wordsOf(line));
  });

  test('are cut where nothing of a secret is told, and are bounded', () => {
    const long = shownArguments(['x', `postgres://me:${'p'.repeat(500)}@db`]);
    expect(long).toEqual(['x', 'postgres://me:…@db']);

    const shown = shownArguments(Array(1000).fill('a'.repeat(100_000)));
    expect(shown).toHaveLength(64);
    expect(Math.max(...shown.map(({ length }) => length))).toBeLessThanOrEqual(300);
  });

  test('of a line that an engine tells are hidden in it', () => {
    expect(shownLine('mysql -uroot -pS3cret  -e "select 1"')).toBe('mysql -uroot -p…  -e "select 1"');
    expect(shownLine('sh -c "curl -u a:S3cret b"')).not.toContain('S3cret');
    expect(shownLine('healthy')).toBe('healthy');
  });

  test('that are made to take long take none', () => {
    for (const piece of ['a=', 'password=', "a='", 'a:b@', '://a:', 'cookie: ', 'identified by ', 'sqlplus a/@', '-- '])
      shownArguments(Array<string>(64).fill(piece.repeat(2000)));
  });

  test('of nonsense are nonsense', () => {
    const random = seededRandom(4);
    for (let count = 0; count < 500; count++) {
      const words = Array.from({ length: 5 }, () => random.of('ab-=:@/ "\'&,p', 60));
      expect(shownArguments(['curl', ...words])).toHaveLength(6);
    }
    expect(shownArguments([`"'`.repeat(1000)])).toHaveLength(1);
  });
});

test.each([
  ['com.example.db.password', 'hunter2', '…'],
  ['API_TOKEN', 'x', '…'],
  ['traefik.http.middlewares.a.basicauth.users', 'me:$apr1$x', '…'],
  ['db', 'postgres://me:hunter2@db/shop', 'postgres://me:…@db/shop'],
  ['com.docker.compose.project', 'shop', 'shop'],
  ['org.opencontainers.image.source', 'https://example.com/shop', 'https://example.com/shop'],
  ['com.docker.compose.config-hash', '0123456789abcdef', '0123456789abcdef'],
])('the label %s=%s is told as %s', (key, value, expected) => {
  expect(shownLabel(key, value, 1024)).toBe(expected);
});
