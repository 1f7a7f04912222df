import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from './temporary.ts';

/** A file that a process of a container opened or started. */
export interface WatchedOpen {
  /** Path in the container, links followed. */
  readonly path: string;
  readonly executed: boolean;
  /** Program of the process, as the container names it. */
  readonly program: string;
}

/** Writes down what containers of an engine open, from outside of them. */
export interface OpenWatcher {
  stop(): Promise<readonly WatchedOpen[]>;
}

/** Why there can be none, or undefined where there can. */
export function whyNoOpenWatcher(): string | undefined {
  if (process.getuid?.() !== 0) return 'fanotify needs root here';
  return spawnSync('python3', ['--version']).status === 0 ? undefined : 'python3 is not installed';
}

/**
 * fanotify(7): asks for leave (FAN_OPEN_PERM, FAN_OPEN_EXEC_PERM), so that no event is merged or lost, and the process still
 * waits while it is looked who it is. One that is gone by then is not marked: the file system below it, which would be marked
 * instead, is that of the whole machine. Engines mount that of one container several times. Whoever gives leave reads no table of mounts: one who mounts may hold that, and wait for
 * leave himself, and then nobody on the machine mounts anything any more. A container's file system is marked as soon as it is mounted, which is before anything
 * runs in it. Nothing of the product is used.
 */
const source = String.raw`
import ctypes, os, select, struct, sys, threading
folder, out = sys.argv[1], open(sys.argv[2], 'w', errors='surrogateescape')
libc = ctypes.CDLL(None, use_errno=True)
fan = libc.fanotify_init(0x4 | 0x1 | 0x10, os.O_RDONLY | os.O_CLOEXEC | 0o100000)
if fan < 0: raise OSError(ctypes.get_errno(), 'fanotify_init')
def mark():
    for line in open('/proc/self/mountinfo'):
        words = line.split()
        kind, place = words[words.index('-') + 1], words[4]
        if kind != 'overlay' or not place.startswith(folder): continue
        try:
            root = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            continue
        about = ctypes.create_string_buffer(256)
        libc.fstatfs(root, about)
        if struct.unpack('=q', about.raw[:8])[0] == 0x794c7630:
            if libc.fanotify_mark(fan, 0x1 | 0x100, ctypes.c_uint64(0x10000 | 0x40000), root, None) != 0:
                print('not marked', place, ctypes.get_errno(), file=sys.stderr, flush=True)
        os.close(root)
def process(pid):
    with open('/proc/%d/status' % pid) as file:
        inner = [line for line in file if line.startswith('NSpid')][0].split()
    return os.readlink('/proc/%d/exe' % pid), len(inner) > 2
mounts = open('/proc/self/mountinfo')
def watch():
    poll = select.poll()
    poll.register(mounts, select.POLLPRI | select.POLLERR)
    while True:
        poll.poll()
        mark()
mark()
threading.Thread(target=watch, daemon=True).start()
print('ready', flush=True)
while True:
        events = os.read(fan, 65536)
        while events:
            length, _, _, _, mask, file, pid = struct.unpack('=IBBHQii', events[:24])
            events = events[length:]
            try:
                program, inside = process(pid)
                name = os.readlink('/proc/self/fd/%d' % file)
                if inside and not name.startswith(folder):
                    out.write('%d\t%s\t%s\n' % (1 if mask & 0x40000 else 0, program, name))
                    out.flush()
            except (OSError, IndexError) as error:
                print(error, file=sys.stderr, flush=True)
            finally:
                os.write(fan, struct.pack('=iI', file, 1))
                os.close(file)
`;

/** @param folder of the engine: containers below it are watched, whose roots are file systems of the kind overlay */
export async function watchOpens(folder: string): Promise<OpenWatcher> {
  const own = temporaryFolder();
  const [program, output] = [path.join(own, 'watch.py'), path.join(own, 'opens')];
  writeFileSync(program, source);
  const child: ChildProcess = spawn('python3', [program, folder, output], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, complaints]: [string[], string[]] = [[], []];
  child.stdout!.on('data', (piece: Buffer) => said.push(piece.toString()));
  child.stderr!.on('data', (piece: Buffer) => complaints.push(piece.toString()));
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  for (let tries = 0; tries < 600 && !said.join('').includes('ready'); tries++) {
    if (child.exitCode !== null) break;
    await sleep(100);
  }
  if (!said.join('').includes('ready')) throw new Error(`nobody watches: ${complaints.join('')}`);
  return {
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      kill();
      await gone;
      process.off('exit', kill);
      if (complaints.length > 0) throw new Error(`not all was seen: ${complaints.join('').slice(0, 1000)}`);
      return readFileSync(output, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [executed, by, name] = line.split('\t');
          return { executed: executed === '1', program: by!, path: name! };
        });
    },
  };
}
