/**
 * Paths that are known of rootkits and of malware of servers, by whom they are of. Facts of public reports, such that no
 * distribution has a file of this name. `/usr` may stand in front. Where nothing else is said, rkhunter 1.4.6 and chkrootkit
 * 0.53 look for them.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  'the rootkit T0rn': ['usr/src/.puta', 'usr/info/.t0rn', 'lib/ldlib.tk', 'etc/ttyhash'],
  'the rootkit SucKIT': ['sbin/initsk12', 'sbin/initxrk', 'usr/share/locale/sk/.sk12', 'dev/sdhu0/tehdrakg'],
  'the rootkit SHV': ['lib/libsh.so', 'lib/libsh', 'lib/lidps1.so', 'usr/include/lidps1.so'],
  'a rootkit (Flea, Optickit, SHV4 and SunOS have it)': ['etc/ld.so.hash'],
  'the rootkit Ambient': ['lib/.ark?', 'dev/ptyxx'],
  'the rootkit Jynx': ['xochikit', 'omgxochi', 'xochikit/ld_poison.so', 'omgxochi/ld_poison.so'],
  'the rootkit Diamorphine': ['diamorphine.ko'],
  // Its own build and manual: https://github.com/f0rb1dd3n/Reptile.
  'the rootkit Reptile': ['reptile/reptile_cmd', 'reptile/reptile_shell', 'lib/udev/reptile', 'reptile_module.ko'],
  'the rootkit Adore-ng': ['adore-ng.ko'],
  'the rootkit enyelkm': ['etc/.enyelkmHIDE^IT.ko', 'etc/.enyelkmOCULTAR.ko', 'enyelkm.ko'],
  // https://github.com/gianlucaborello/libprocesshider
  libprocesshider: ['libprocesshider.so'],
  // ESET, "Operation Windigo" (2014) and "Ebury is alive but unseen" (2024).
  Ebury: [
    ...['libns2.so', 'libns5.so', 'libpw3.so', 'libpw5.so', 'libsbr.so', 'libslr.so', 'tls/libkeyutils.so.1'].flatMap(
      (name) => [`lib/${name}`, `lib/x86_64-linux-gnu/${name}`, `lib64/${name}`],
    ),
  ],
  // Intezer, 2022 and 2019.
  OrBit: ['lib/libntpVnQE6mk', 'dev/shm/ldx/.l'],
  HiddenWasp: ['sbin/.ifup-local', 'lib/libselinux'],
  // Aqua, 2020 and 2024; Trend Micro, 2020 (libsystem.so).
  Kinsing: ['etc/kinsing', 'tmp/kinsing', 'var/tmp/kinsing', 'dev/shm/kinsing', 'kdevtmpfsi', 'etc/libsystem.so'],
  perfctl: ['bin/perfcc', 'bin/wizlmsh', 'lib/libgcwrap.so', 'lib/libfsnkdev.so', 'lib/libpprocps.so'],
  // Its own scripts load it from there (2021).
  TeamTNT: ['bin/bioset'],
  'XorDDoS or BillGates': ['etc/cron.hourly/gcc.sh'],
  // MalwareMustDie, 2014, and rkhunter.
  XorDDoS: [
    'etc/cron.hourly/gcc4.sh',
    'etc/cron.hourly/udev.sh',
    'lib/libgcc4.so',
    'lib/libgcc4.4.so',
    'lib/libudev4.so',
    'lib/libudev4.so.6',
  ],
  BillGates: [
    'bin/bsd-port/getty',
    'bin/bsd-port/getty.lock',
    'etc/init.d/DbSecuritySpt',
    'tmp/gates.lod',
    'tmp/moni.lod',
  ],
  // https://attack.mitre.org/software/S1161/
  BPFDoor: [
    'dev/shm/kdmtmpflush',
    'var/run/haldrund.pid',
    'run/haldrund.pid',
    'var/run/kdevrund.pid',
    'run/kdevrund.pid',
  ],
  // Trend Micro, 2019.
  Skidmap: ['bin/kaudited'],
};

/** Names that nobody uses for anything else, wherever they stand: those without a directory. */
const byPath: ReadonlyMap<string, string> = new Map(
  Object.entries(table).flatMap(([whose, paths]) => paths.map((path) => [path, whose] as const)),
);

/** Names of all files of the table. */
export const rootkitNames: readonly string[] = [...new Set([...byPath.keys()].map(nameOf))];
const names: ReadonlySet<string> = new Set(rootkitNames);

/** Whose file a path is, as the rest of a sentence; undefined where none is known. */
export function rootkitOf(path: string): string | undefined {
  const name = nameOf(path);
  if (!names.has(name)) return undefined;
  return byPath.get(path) ?? byPath.get(path.replace(/^usr\//, '')) ?? byPath.get(name);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
