/**
 * Paths that are known of rootkits and of malware of servers, by whom they are of. Facts of public reports, such that no
 * distribution has a file of this name. `/usr` may stand in front.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  'the rootkit T0rn': ['usr/src/.puta', 'usr/info/.t0rn', 'lib/ldlib.tk', 'etc/ttyhash'],
  'the rootkit SucKIT': ['sbin/initsk12', 'sbin/initxrk', 'usr/share/locale/sk/.sk12', 'dev/sdhu0/tehdrakg'],
  'the rootkit SHV': ['lib/libsh.so', 'lib/libsh', 'lib/lidps1.so', 'etc/ld.so.hash'],
  'the rootkit Ambient': ['lib/.ark?', 'dev/ptyxx'],
  'the rootkit Jynx': ['xochikit', 'omgxochi'],
  'the rootkit Diamorphine': ['diamorphine.ko'],
  'the rootkit Reptile': ['reptile/reptile_cmd', 'reptile/reptile_shell', 'lib/udev/reptile', 'reptile_module.ko'],
  'the rootkit Adore-ng': ['adore-ng.ko'],
  'the rootkit enyelkm': ['etc/.enyelkmHIDE^IT.ko', 'enyelkm.ko'],
  libprocesshider: ['libprocesshider.so'],
  // ESET, "Operation Windigo" (2014) and "Ebury is alive but unseen" (2024).
  Ebury: [
    ...['libns2.so', 'libns5.so', 'libpw3.so', 'libpw5.so', 'libsbr.so', 'libslr.so', 'tls/libkeyutils.so.1'].flatMap(
      (name) => [`lib/x86_64-linux-gnu/${name}`, `lib64/${name}`],
    ),
  ],
  // Intezer, 2022 and 2019.
  OrBit: ['lib/libntpVnQE6mk', 'dev/shm/ldx/.l'],
  HiddenWasp: ['sbin/.ifup-local', 'lib/libselinux'],
  // Aqua, 2020 and 2024.
  Kinsing: ['etc/kinsing', 'tmp/kinsing', 'var/tmp/kinsing', 'kdevtmpfsi', 'etc/libsystem.so'],
  perfctl: ['bin/perfcc', 'bin/wizlmsh', 'lib/libgcwrap.so', 'lib/libfsnkdev.so', 'lib/libpprocps.so'],
  TeamTNT: ['bin/bioset'],
  XorDDoS: ['etc/cron.hourly/gcc.sh', 'etc/cron.hourly/gcc4.sh', 'lib/libgcc4.so', 'lib/libudev4.so'],
  BPFDoor: ['dev/shm/kdmtmpflush', 'var/run/haldrund.pid', 'run/haldrund.pid'],
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
