import { describe, expect, it } from 'vitest';
import { startedScript } from './started-script.ts';

describe('what an interpreter runs', () => {
  it.each<[string, string, string | undefined]>([
    ['/bin/sh', 'sh /tmp/x', '/tmp/x'],
    ['/bin/sh', 'sh ./x', '/data/x'],
    ['/usr/bin/bash', 'bash --norc -x -o pipefail /tmp/x y', '/tmp/x'],
    ['/bin/sh', 'sh -c /tmp/x', undefined],
    ['/bin/sh', 'sh -e /tmp/x', '/tmp/x'],
    ['/usr/bin/perl', 'perl -e /tmp/x', undefined],
    ['/bin/sh', 'sh -ex /tmp/x', '/tmp/x'],
    ['/usr/bin/python3.13', 'python3 -I -W ignore /tmp/x.py', '/tmp/x.py'],
    ['/usr/bin/python3.13', 'python3 -m http.server', undefined],
    ['/usr/bin/perl', 'perl -w -- /tmp/x', '/tmp/x'],
    ['/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', 'ld.so /tmp/x', '/tmp/x'],
    ['/lib64/ld-linux-x86-64.so.2', 'ld.so --library-path /tmp --argv0 y /tmp/x z', '/tmp/x'],
    ['/lib/ld-musl-x86_64.so.1', 'ld.so --preload /tmp/l.so -- /tmp/x', '/tmp/x'],
    ['/.s/ld.so', 'ld.so /tmp/x', '/tmp/x'],
    ['/usr/sbin/redis-server', 'redis-server /tmp/redis.conf', undefined],
    ['/bin/sh', '', undefined],
  ])('%s: %s', (program, words, script) => {
    expect(startedScript(program, words.split(' '), '/data')).toBe(script);
  });
});
