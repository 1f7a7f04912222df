import { describe, expect, it } from 'vitest';
import { scriptOf } from './interpreter-script.ts';

describe('what an interpreter runs', () => {
  it.each([
    ['/usr/bin/python3.13', ['python3', 'app.py'], '/srv/app.py'],
    ['/usr/bin/python3.13', ['python3', '-u', '-W', 'ignore', '/opt/../srv/app.py', '--port', '80'], '/srv/app.py'],
    ['/usr/bin/python3.13', ['python3', '-m', 'http.server', '8000'], 'http.server'],
    ['/usr/bin/python3.13', ['/usr/bin/python3', '/usr/bin/gunicorn', 'app:app'], '/usr/bin/gunicorn'],
    ['/usr/bin/python3.13', ['python3', '-c', 'import x'], undefined],
    ['/usr/bin/node', ['node', '--require', './hook.js', 'server.js'], '/srv/server.js'],
    ['/usr/bin/node', ['node', '--max-old-space-size=100', 'dist/main.js'], '/srv/dist/main.js'],
    ['/usr/bin/node', ['node', '-e', 'require("net")'], undefined],
    ['/usr/lib/jvm/java-21/bin/java', ['java', '-Xmx1g', '-jar', '/app.jar', 'x'], '/app.jar'],
    [
      '/usr/lib/jvm/java-21/bin/java',
      ['java', '-cp', '/a:/b', 'org.apache.catalina.startup.Bootstrap', 'start'],
      'org.apache.catalina.startup.Bootstrap',
    ],
    ['/usr/bin/perl', ['perl', '-I', '/lib', 'x.pl'], '/srv/x.pl'],
    ['/usr/bin/dash', ['sh', '/entry.sh'], '/entry.sh'],
    ['/bin/busybox', ['busybox', 'httpd', '-f', '-h', '/tmp'], undefined],
    ['/bin/busybox', ['httpd', '/tmp/x'], undefined],
    ['/bin/busybox', ['sh', '/entry.sh'], '/entry.sh'],
    ['/bin/busybox', ['busybox', 'sh', '-o', 'pipefail', 'entry.sh'], '/srv/entry.sh'],
    ['/bin/busybox', ['busybox'], undefined],
    ['/usr/sbin/nginx', ['nginx: master process /usr/sbin/nginx'], undefined],
    ['/usr/bin/python3.13', ['python3'], undefined],
    ['/usr/bin/python3.13', [], undefined],
  ])('%s %j', (executable, args, script) => {
    expect(scriptOf({ pid: 1, name: 'x', executable, directory: '/srv', arguments: args })).toBe(script);
  });

  it('is not told of a program that is gone, and not guessed without a folder', () => {
    const node = { pid: 1, name: 'x', executable: '/usr/bin/node', arguments: ['node', 'x.js'] };

    expect(scriptOf({ ...node, directory: '/', gone: 'deleted' })).toBeUndefined();
    expect(scriptOf(node)).toBeUndefined();
  });
});
