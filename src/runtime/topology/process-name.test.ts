import { expect, test } from 'vitest';
import { processName } from './process-name.ts';

test.each<[comm: string, executable: string | undefined, words: string, expected: string]>([
  // What the kernel keeps is what the program is.
  ['nginx', '/usr/sbin/nginx', 'nginx: worker process', 'nginx'],
  ['httpd', '/bin/busybox', 'httpd -f -p 80', 'httpd'],
  ['sh', '/bin/busybox', 'sh -c httpd', 'sh'],
  ['gunicorn', '/usr/bin/python3.12', '/usr/bin/python3 /usr/bin/gunicorn app:app', 'gunicorn'],
  ['postgres', '/usr/lib/postgresql/16/bin/postgres', 'postgres: checkpointer', 'postgres'],
  // Threads of runtimes.
  ['MainThread', '/usr/bin/node', 'node', 'node'],
  [
    'MainThread',
    '/usr/local/bin/node',
    'node --enable-source-maps -r dotenv/config /app/server.js --port 80',
    'node server.js',
  ],
  ['node-MainThread', undefined, '/usr/bin/node /srv/index.mjs', 'node index.mjs'],
  ['MainThread', undefined, '', 'MainThread'],
  ['main', '/app/main', '/app/main -v', 'main'],
  ['main', '/usr/bin/dart', 'dart app.dart', 'dart'],
  // Cut by the kernel.
  ['docker-entrypoi', '/bin/bash', '/usr/local/bin/docker-entrypoint.sh postgres', 'docker-entrypoint.sh'],
  [
    'kube-controller',
    '/usr/bin/kube-controller-manager',
    '/usr/bin/kube-controller-manager',
    'kube-controller-manager',
  ],
  ['exactly-fifteen', '/usr/bin/other', 'other', 'exactly-fifteen'],
  // Interpreters.
  ['python3', '/usr/bin/python3.12', 'python3 -u -W ignore /app/worker.py --queue a', 'python3 worker.py'],
  ['python3', '/usr/bin/python3.12', 'python3 -m http.server 8000', 'python3 http.server'],
  ['python', '/usr/bin/python3.12', 'python -c print(1)', 'python'],
  ['java', '/opt/java/bin/java', 'java -Xmx1g -cp /a:/b -jar /opt/shop.jar --x', 'java shop.jar'],
  ['java', '/opt/java/bin/java', 'java -cp /a com.example.Shop serve', 'java com.example.Shop'],
  ['ruby', '/usr/bin/ruby3.2', 'ruby -r ./x bin/rails server', 'ruby rails'],
  ['php', '/usr/bin/php8.3', 'php -d a=b /srv/artisan queue:work', 'php artisan'],
  ['perl', '/usr/bin/perl', 'perl -e 1', 'perl'],
  ['deno', '/usr/bin/deno', 'deno run --allow-net main.ts', 'deno main.ts'],
  ['node', '/usr/bin/node', 'node', 'node'],
  // Its own words are no names: bounded, and none made of what was left out.
  ['python3', '/usr/bin/python3', 'python3 …', 'python3'],
  ['node', '/usr/bin/node', `node /${'x'.repeat(500)}`, `node ${'x'.repeat(59)}`],
  ['\u001b[31m', '/usr/bin/x', 'x', '\u001b[31m'],
])('%s of %s, %s', (comm, executable, words, expected) => {
  expect(processName(comm, executable, words === '' ? [] : words.split(' '))).toBe(expected);
});

test('arguments that are not told are not in the name either', () => {
  expect(processName('MainThread', '/usr/bin/node', [])).toBe('node');
});
