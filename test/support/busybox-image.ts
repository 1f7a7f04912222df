import { readFileSync } from 'node:fs';
import { dockerArchive, layer } from './image.ts';
import type { TarEntry } from './tar.ts';

/** A program without libraries that is a shell, a server and two hundred tools (Debian's busybox-static). */
const PROGRAM = '/bin/busybox';

/** Names of it that the images of tests have. */
const applets = (
  'sh cat cp dd echo env false grep head httpd id ip kill ls mkdir mount mv nc nslookup od ping ping6 ' +
  'printf ps rm seq sleep stat tail test timeout touch tr true umount unshare usleep wc wget whoami yes'
).split(' ');

/** Why tests that run a container are skipped, or undefined where they can run. */
export function whyNoBusybox(): string | undefined {
  try {
    const bytes = readFileSync(PROGRAM);
    // A program that asks for a loader (PT_INTERP) does not run alone.
    return bytes.includes('/ld-linux') ? `${PROGRAM} needs libraries: busybox-static is not installed` : undefined;
  } catch {
    return 'busybox-static is not installed';
  }
}

export interface BusyboxImage {
  readonly tag: string;
  /** `Cmd`, `Entrypoint`, `User`, `ExposedPorts` and so on. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly entries?: readonly TarEntry[];
  /** `linux/arm64`, whatever the program is. */
  readonly platform?: string;
  /** Nothing but `entries` is in it. */
  readonly bare?: boolean;
}

/** Architecture of this machine as images name it. */
export const ownArchitecture: string = process.arch === 'x64' ? 'amd64' : process.arch;

/** The bytes of the program, for images that have it under a name of their own. */
export function busyboxProgram(): Buffer {
  return readFileSync(PROGRAM);
}

/** An archive with images of busybox, as `docker load` takes it. */
export function busyboxArchive(...images: readonly [BusyboxImage, ...BusyboxImage[]]): Buffer {
  const [first, ...more] = images.map(({ tag, config = {}, entries = [], platform, bare = false }) => ({
    layers: [...(bare ? [] : [baseLayer()]), ...(entries.length > 0 || bare ? [layer([...entries])] : [])],
    repoTags: [tag],
    platform: platform ?? `linux/${ownArchitecture}`,
    config,
  }));
  return dockerArchive({ ...first!, more });
}

let base: Buffer | undefined;

function baseLayer(): Buffer {
  base ??= layer([
    { path: 'bin', type: 'directory' },
    { path: 'bin/busybox', content: busyboxProgram(), mode: 0o755 },
    ...applets.map((name) => ({ path: `bin/${name}`, type: 'symlink' as const, linkTarget: 'busybox' })),
    { path: 'etc', type: 'directory' },
    { path: 'etc/passwd', content: 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' },
    { path: 'etc/group', content: 'root:x:0:\nnobody:x:65534:\n' },
    { path: 'root', type: 'directory' },
    { path: 'srv', type: 'directory' },
    { path: 'tmp', type: 'directory', mode: 0o1777 },
  ]);
  return base;
}
