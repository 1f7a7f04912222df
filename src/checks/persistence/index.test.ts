import { describe, expect, it } from 'vitest';
import { file, scanLayers } from '../../../test/support/persistence.ts';

describe('an image of any kind', () => {
  const hostile = [
    '\0',
    '\n',
    '\x1b[31m',
    '"',
    "'",
    '$(',
    '`',
    '\\',
    ':',
    '=',
    '#',
    '*',
    '<!--',
    'ALL',
    '\ud800',
    '\u202e',
  ];
  const paths = [
    'etc/crontab',
    'etc/passwd',
    'etc/shadow',
    'etc/group',
    'etc/sudoers',
    'etc/pam.d/x',
    'root/.bashrc',
    'root/.ssh/authorized_keys',
    'etc/xinetd.d/x',
    'etc/hosts.allow',
    'etc/apt/apt.conf',
    'etc/systemd/system/a.service',
    'x/tomcat-users.xml',
    'x/redis.conf',
    'x/site-packages/x.pth',
    'etc/udev/rules.d/x',
    'etc/inetd.conf',
  ];

  it('is judged without a failure', async () => {
    for (const piece of hostile) {
      const text = `${`${piece} `.repeat(50)}\n${piece.repeat(2000)}\n* * * * * root ${piece}`;
      const { problems } = await scanLayers([paths.map((path) => file(path, text))]);

      expect(problems.filter(({ code }) => /failed|internal/.test(code))).toEqual([]);
    }
  });

  it('has its longest lines read in linear time', async () => {
    const { problems } = await scanLayers([
      paths.flatMap((path) =>
        [' ', '\n', 'a ', '"', '(', ':', '='].map((piece, n) =>
          file(`${path}${n === 0 ? '' : n}`, piece.repeat(120_000 / piece.length)),
        ),
      ),
    ]);

    expect(problems.filter(({ code }) => /failed|internal/.test(code))).toEqual([]);
  });
});
