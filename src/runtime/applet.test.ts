import { describe, expect, it } from 'vitest';
import { appletOf } from './applet.ts';

describe('which program busybox is', () => {
  it.each([
    ['/bin/busybox', ['busybox', 'httpd', '-f'], 'httpd', ['httpd', '-f']],
    ['/bin/busybox', ['httpd', '-f'], 'httpd', ['httpd', '-f']],
    ['/bin/busybox', ['-sh'], 'sh', ['-sh']],
    ['/bin/busybox', ['/bin/busybox', '/bin/sh', 'x'], 'sh', ['/bin/sh', 'x']],
    ['/bin/busybox.static', ['/bin/ls'], 'ls', ['/bin/ls']],
    ['/bin/busybox-extras', ['busybox-extras', 'telnetd'], 'telnetd', ['telnetd']],
    ['/usr/bin/toybox', ['toybox', 'nc'], 'nc', ['nc']],
  ])('%s %j', (path, words, name, own) => {
    expect(appletOf(path, words)).toEqual({ name, arguments: own });
  });

  it.each([
    ['/bin/sh', ['sh']],
    ['/usr/bin/busyboxer', ['sh']],
    ['/bin/busybox', ['busybox']],
    ['/bin/busybox', []],
  ])('%s %j is none', (path, words) => {
    expect(appletOf(path, words)).toBeUndefined();
  });
});
