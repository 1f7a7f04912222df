import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './temporary.ts';

/** Why tests that trace a program of their own are skipped, or undefined where they can run. */
export function whyNoTracing(): string | undefined {
  if (spawnSync('cc', ['--version']).status !== 0) return 'there is no C compiler';
  const tried = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
  return tried.status === 0 ? undefined : 'strace is not installed, or may not trace here';
}

export interface CountingRun {
  readonly opensPerThread: number;
  readonly threads: number;
  readonly children: number;
  readonly execsPerChild: number;
  /** `u`: becomes user 65534 first; `d`: makes itself undumpable; `c`: makes the folder its root; `n`: no new privileges. */
  readonly hardening: string;
  /** Words in front of the program: `strace ...`. */
  readonly tracer: readonly string[];
  /** Folder that the tracer writes to; the names that are opened are below another one, and do not exist. */
  readonly folder: string;
}

export interface CountedCalls {
  /** As the program counted them itself. */
  readonly opens: number;
  readonly execs: number;
}

/** Name of an open of a thread: `who` is 0 for the first process, and the number of the child else. */
export function openedName(folder: string, who: number, thread: number, index: number): string {
  return `${folder}/p${who} t${thread} n${index} "ä\\`;
}

const source = String.raw`
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
static int opens, threads, children, execs, who;
static const char *folder;
static char self[4096];
static atomic_long opened;
static void *run(void *number) {
  char name[4200];
  for (int i = 0; i < opens; i++) {
    snprintf(name, sizeof name, "%s/p%d t%ld n%d \"\303\244\\", folder, who, (long)number, i);
    if (open(name, O_RDONLY) < 0 && errno == ENOENT) opened++;
  }
  return 0;
}
static void all(void) {
  pthread_t made[64];
  for (long t = 0; t < threads; t++) pthread_create(&made[t], 0, run, (void *)t);
  for (long t = 0; t < threads; t++) pthread_join(made[t], 0);
}
int main(int argc, char **argv) {
  if (argc == 3) return 0;
  opens = atoi(argv[1]), threads = atoi(argv[2]), children = atoi(argv[3]), execs = atoi(argv[4]);
  const char *hardening = argv[5];
  folder = argv[6];
  snprintf(self, sizeof self, "%s", argv[0]);
  if (strchr(hardening, 'c')) { if (chroot(argv[7])) return 9; snprintf(self, sizeof self, "/count"); if (chdir("/")) return 9; }
  if (strchr(hardening, 'n')) if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return 9;
  if (strchr(hardening, 'u')) if (setgroups(0, 0) || setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534)) return 9;
  if (strchr(hardening, 'd')) if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) return 9;
  long execed = 0, total = 0;
  int done[2];
  if (pipe(done)) return 9;
  for (int c = 1; c <= children; c++) {
    if (fork() == 0) {
      who = c;
      all();
      long counts[2] = {opened, 0};
      for (int e = 0; e < execs; e++) {
        char number[32];
        snprintf(number, sizeof number, "%d.%d", c, e);
        pid_t child = e & 1 ? vfork() : fork();
        if (child == 0) { execl(self, "leaf", "leaf", number, (char *)0); _exit(8); }
        int status;
        if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) counts[1]++;
      }
      if (write(done[1], counts, sizeof counts) != sizeof counts) _exit(9);
      _exit(0);
    }
  }
  all();
  total = opened;
  for (int c = 0; c < children; c++) {
    long counts[2];
    if (read(done[0], counts, sizeof counts) != sizeof counts) return 9;
    total += counts[0];
    execed += counts[1];
  }
  while (wait(0) > 0) ;
  printf("%ld %ld\n", total, execed);
  return 0;
}
`;

let compiled: string | undefined;

/** Runs a program under a tracer which opens names and starts programs, from many threads and children, and counts. */
export function runCounting(run: CountingRun): CountedCalls {
  if (compiled === undefined) {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'count.c'), source);
    compiled = path.join(folder, 'count');
    // Static, so that it runs below any root.
    execFileSync('cc', ['-O1', '-static', '-pthread', '-o', compiled, path.join(folder, 'count.c')]);
    execFileSync('chmod', ['755', folder, path.dirname(folder)]);
  }
  const [first, ...words] = [
    ...[...run.tracer, compiled, String(run.opensPerThread), String(run.threads), String(run.children)],
    ...[String(run.execsPerChild), run.hardening, run.folder, path.dirname(compiled)],
  ];
  const { status, stdout, stderr } = spawnSync(first!, words, { encoding: 'utf8', maxBuffer: 1 << 20 });
  const found = /^(\d+) (\d+)\n$/.exec(stdout);
  if (status !== 0 || found === null) throw new Error(`the program ended with ${status}: ${stdout}${stderr}`);
  return { opens: Number(found[1]), execs: Number(found[2]) };
}

/** Root of the program where it makes the folder of its own file that. */
export function rootOfCounting(): string {
  return path.dirname(compiled!);
}
