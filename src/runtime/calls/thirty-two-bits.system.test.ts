import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { whyNoTracing } from '../../../test/support/traced-program.ts';
import type { CallEvent } from '../../model/call.ts';
import { readTrace } from './read-trace.ts';
import { tracedCalls } from './tracer-command.ts';
import { tracerTools } from './tracer-tools.ts';

/** Calls by the way of 32-bit programs, from a program that needs no libraries for them (syscall_32.tbl of Linux). */
const source = `
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
static long old(long n, long a, long b, long c, long d, long e) {
  long r;
  __asm__ volatile("int $0x80" : "=a"(r) : "a"(n), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory", "r8", "r9", "r10", "r11");
  return r;
}
int main(void) {
  char *p = mmap(0, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  strcpy(p, "/etc/passwd");
  int fd = old(5, (long)p, 0, 0, 0, 0);
  if (fd < 0) return 77;
  old(192, 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd);
  old(10, (long)strcpy(p, "/nowhere/gone"), 0, 0, 0, 0);
  old(212, (long)strcpy(p, "/nowhere/owned"), 1, 2, 0, 0);
  old(213, getuid(), 0, 0, 0, 0);
  old(102, 1, (long)memcpy(p, (unsigned[]){2, 1, 0}, 12), 0, 0, 0);
  strcpy(p, "/bin/true");
  memcpy(p + 100, (unsigned[]){(unsigned)(long)p, 0}, 8);
  old(11, (long)p, (long)p + 100, 0, 0, 0);
  return 9;
}`;

describe('calls of 32 bits', () => {
  it('are told like others', async (context) => {
    const why = whyNoTracing() ?? (process.arch === 'x64' ? undefined : 'this machine has no such calls');
    if (why !== undefined) return context.skip(why);
    const folder = temporaryFolder();
    const [code, program, output] = ['old.c', 'old', 'trace'].map((name) => path.join(folder, name));
    writeFileSync(code!, source);
    execFileSync('cc', ['-w', '-o', program!, code!]);
    if (spawnSync(program!).status === 77) return context.skip('the kernel has no 32-bit calls');
    mkdirSync(output!);
    const tools = tracerTools();
    if ('reason' in tools) throw new Error(tools.reason);
    const options = ['-ff', '-A', '-o', `${output}/t`, '--seccomp-bpf', ...tracedCalls(tools, 'behaviour')];
    expect(spawnSync('strace', [...options, '--', program!]).status).toBe(0);

    const events: CallEvent[] = [];
    const reading = await readTrace({ folder: output! }, { call: (event) => void events.push(event) });

    expect(reading.undecoded).toBe(0);
    const calls = events.filter(({ call }) => /^(?:open|mmap2|unlink|chown32|setuid32|socketcall|socket)$/.test(call));
    expect(calls).toMatchObject([
      { kind: 'open', path: '/etc/passwd', access: 'read' },
      { kind: 'map', path: '/etc/passwd', executable: true },
      { kind: 'delete', path: '/nowhere/gone', error: 'ENOENT' },
      { kind: 'chown', path: '/nowhere/owned', uid: 1, gid: 2, error: 'ENOENT' },
      { kind: 'credentials', uid: process.getuid?.() },
      { kind: 'socket', family: 'AF_INET', type: 'SOCK_STREAM' },
    ]);
    expect(events.filter(({ kind }) => kind === 'exec').at(-1)).toMatchObject({ path: '/bin/true' });
  });
});
