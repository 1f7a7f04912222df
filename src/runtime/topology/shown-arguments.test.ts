import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { shownArguments, shownLabel } from './shown-arguments.ts';

describe('arguments', () => {
  // What a shell would be given, split at blanks; a word with blanks stands between bars.
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
    const words = [...line.matchAll(/\|([^|]*)\||(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
    const shown = shownArguments(words).map((word) => (/\s|:…$/.test(word) && line.includes('|') ? `|${word}|` : word));

    expect(shown.join(' ')).toBe(expected);
    expect(shown.join(' ')).not.toMatch(/S3|cret|hunter/);
  });

  test('are cut where nothing of a secret is told, and are bounded', () => {
    const long = shownArguments(['x', `postgres://me:${'p'.repeat(500)}@db`]);
    expect(long).toEqual(['x', 'postgres://me:…@db']);

    const shown = shownArguments(Array(1000).fill('a'.repeat(100_000)));
    expect(shown).toHaveLength(64);
    expect(Math.max(...shown.map(({ length }) => length))).toBeLessThanOrEqual(300);
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
