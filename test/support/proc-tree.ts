import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface ProcTreeProcess {
  readonly pid: number;
  readonly parent?: number;
  /** Clock ticks since the boot. */
  readonly start?: number;
  readonly name: string;
  readonly executable?: string;
  readonly arguments?: readonly string[];
  /** The network namespace, by a number; that of the host is 1. */
  readonly network?: number;
  /** Id of the container whose control group it is in. */
  readonly container?: string;
  readonly innerPid?: number;
  readonly libraries?: readonly string[];
  /** Inodes of the sockets that it holds. */
  readonly sockets?: readonly number[];
}

export interface ProcTreeSocket {
  readonly local: string;
  readonly remote?: string;
  /** `0A`: listens; `01`: established, which is the default where there is a remote end. */
  readonly state?: string;
  readonly inode: number;
}

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

/** A folder that looks like /proc, of processes and sockets that a test wants to be there. */
export class ProcTree {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(path.join(folder, 'self', 'ns'), { recursive: true });
    symlinkSync('net:[1]', path.join(folder, 'self', 'ns', 'net'));
    mkdirSync(path.join(folder, 'sys', 'net', 'ipv4'), { recursive: true });
    writeFileSync(path.join(folder, 'sys', 'net', 'ipv4', 'ip_local_port_range'), '32768\t60999\n');
    writeFileSync(path.join(folder, 'loadavg'), '0.50 0.40 0.30 1/100 4242\n');
    writeFileSync(path.join(folder, 'meminfo'), 'MemTotal:       16000000 kB\nMemAvailable:    8000000 kB\n');
    this.setSockets('self', []);
    this.setConntrack('');
  }

  add({ pid, parent = 1, start = pid * 10, name, network = 1, ...more }: ProcTreeProcess): void {
    const { executable, container, innerPid, libraries = [], sockets = [], arguments: words = [name] } = more;
    const folder = path.join(this.folder, `${pid}`);
    mkdirSync(path.join(folder, 'ns'), { recursive: true });
    mkdirSync(path.join(folder, 'fd'), { recursive: true });
    this.setTicks(pid, 0, { parent, start, name });
    const pids = innerPid === undefined ? `${pid}` : `${pid}\t${innerPid}`;
    writeFileSync(
      path.join(folder, 'status'),
      `Name:\t${name}\nPPid:\t${parent}\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nNSpid:\t${pids}\n`,
    );
    writeFileSync(path.join(folder, 'cmdline'), `${words.join('\0')}\0`);
    const group = container === undefined ? '/user.slice' : `/system.slice/docker-${container}.scope`;
    writeFileSync(path.join(folder, 'cgroup'), `0::${group}\n`);
    writeFileSync(path.join(folder, 'mountinfo'), '1 0 0:1 / / rw - ext4 /dev/root rw\n');
    const mapped = [executable ?? '/bin/x', ...libraries];
    writeFileSync(
      path.join(folder, 'maps'),
      mapped.map((file, at) => `${at}000-${at}fff r-xp 00000000 08:01 ${100 + at}   ${file}\n`).join(''),
    );
    if (executable !== undefined) symlinkSync(executable, path.join(folder, 'exe'));
    symlinkSync(`net:[${network}]`, path.join(folder, 'ns', 'net'));
    symlinkSync('/dev/null', path.join(folder, 'fd', '0'));
    for (const inode of sockets) this.open(pid, inode);
  }

  /** Processor time that a process has had. */
  setTicks(pid: number, ticks: number, of: { parent: number; start: number; name: string }): void {
    const zeros = (count: number): string => Array(count).fill('0').join(' ');
    writeFileSync(
      path.join(this.folder, `${pid}`, 'stat'),
      `${pid} (${of.name}) S ${of.parent} ${pid} ${pid} 0 -1 4194560 ${zeros(4)} ${ticks} 0 0 0 20 0 1 0 ${of.start} 4096000 250 ${zeros(10)}\n`,
    );
  }

  /** The process opens a socket, as one of its files. */
  open(pid: number, inode: number): void {
    symlinkSync(`socket:[${inode}]`, path.join(this.folder, `${pid}`, 'fd', `${inode}`));
  }

  close(pid: number, inode: number): void {
    rmSync(path.join(this.folder, `${pid}`, 'fd', `${inode}`), { force: true });
  }

  remove(pid: number): void {
    rmSync(path.join(this.folder, `${pid}`), { recursive: true, force: true });
  }

  /** Sockets of TCP of the network of a process, as `10.0.0.1:80`. */
  setSockets(pid: number | 'self', sockets: readonly ProcTreeSocket[]): void {
    const folder = path.join(this.folder, `${pid}`, 'net');
    mkdirSync(folder, { recursive: true });
    for (const name of ['tcp6', 'udp', 'udp6']) writeFileSync(path.join(folder, name), HEAD);
    this.changeSockets(pid, sockets);
  }

  /** Those of a network whose tables are there. */
  changeSockets(pid: number | 'self', sockets: readonly ProcTreeSocket[]): void {
    const text = HEAD + sockets.map((socket, at) => line(socket, at)).join('');
    writeFileSync(path.join(this.folder, `${pid}`, 'net', 'tcp'), text);
  }

  setConntrack(text: string): void {
    writeFileSync(path.join(this.folder, 'self', 'net', 'nf_conntrack'), text);
  }
}

function line(
  { local, remote, state = remote === undefined ? '0A' : '01', inode }: ProcTreeSocket,
  at: number,
): string {
  const text = `${`${at}`.padStart(4)}: ${hex(local)} ${hex(remote ?? '0.0.0.0:0')} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
  return `${text.padEnd(149)}\n`;
}

/** As the kernel of a machine writes it whose lowest byte comes first. */
function hex(endpoint: string): string {
  const [address = '', port] = endpoint.split(':');
  const bytes = Buffer.from(address.split('.').map(Number)).swap32();
  return `${bytes.toString('hex').toUpperCase()}:${Number(port).toString(16).toUpperCase().padStart(4, '0')}`;
}
