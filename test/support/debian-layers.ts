import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** Packages of Debian in a layer of their own above a base that many images share, as a Dockerfile would make it. */
export interface DebianLayer {
  /** Tar of the layer, with whiteouts as images have them (OCI image specification, layer.md). */
  readonly tar: string;
  /** Version of each package that is installed then, as dpkg-query says. */
  readonly versions: ReadonlyMap<string, string>;
}

const suite = 'trixie';

/**
 * Installs packages above the base and takes down what has changed. Services are not started. `$1` is the folder of all
 * layers, `$2` the name of this one.
 */
const install = `set -eu
at="$1/$2"; folder="$1"; root="$at/root"; shift 2
rm -rf "$at"; mkdir -p "$root" "$at/upper" "$at/work" "$folder/lists/partial" "$folder/cache/archives/partial"
mount -t overlay overlay -o "lowerdir=$folder/base,upperdir=$at/upper,workdir=$at/work,index=off,metacopy=off,redirect_dir=off" "$root"
mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"
mount --bind "$folder/lists" "$root/var/lib/apt/lists"; mount --bind "$folder/cache" "$root/var/cache/apt"
cp /etc/resolv.conf "$root/etc/resolv.conf"
apt-config dump Acquire::http > "$root/etc/apt/apt.conf.d/99build"; apt-config dump Acquire | grep '^Acquire::Check' >> "$root/etc/apt/apt.conf.d/99build" || true
printf '#!/bin/sh\\nexit 101\\n' > "$root/usr/sbin/policy-rc.d"; chmod 755 "$root/usr/sbin/policy-rc.d"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
apt() { chroot "$root" apt-get -qq -y -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-unsafe-io -o APT::Sandbox::User=root "$@"; }
[ -e "$folder/updated" ] || { apt update; touch "$folder/updated"; }
apt install --no-install-recommends "$@"
rm -f "$root/etc/resolv.conf" "$root/etc/apt/apt.conf.d/99build" "$root/usr/sbin/policy-rc.d"
umount "$root/var/lib/apt/lists" "$root/var/cache/apt" "$root/proc"; umount -R "$root/dev"; umount "$root"
find "$at/upper" -type c | while read -r gone; do rm "$gone"; : > "$(dirname "$gone")/.wh.$(basename "$gone")"; done
tar --numeric-owner --xattrs --xattrs-include=security.capability -C "$at/upper" -cf "$folder/$(basename "$at").part" .
mv "$folder/$(basename "$at").part" "$at.tar"; rm -rf "$at"
`;

/** The base of all layers: a smallest Debian. @returns its tar @throws Error where it cannot be built */
export function debianBase(folder: string): string {
  const tar = path.join(folder, 'base.tar');
  if (!existsSync(tar)) {
    run('mmdebstrap', ['--quiet', '--variant=minbase', suite, tar]);
  }
  const root = path.join(folder, 'base');
  if (!existsSync(root)) {
    mkdirSync(root);
    run('tar', ['-xpf', tar, '-C', root, '--numeric-owner', '--exclude=./dev/*']);
  }
  return tar;
}

/**
 * A layer with packages, built unless the folder has it.
 * @param name of its file
 * @throws Error with the end of the output where it cannot be built
 */
export function debianLayer(folder: string, name: string, packages: readonly string[]): DebianLayer {
  debianBase(folder);
  const tar = path.join(folder, `${name}.tar`);
  if (!existsSync(tar)) run('unshare', ['--mount', 'sh', '-c', install, 'install', folder, name, ...packages]);
  return { tar, versions: versionsIn(folder, name, tar) };
}

function versionsIn(folder: string, name: string, tar: string): ReadonlyMap<string, string> {
  const database = path.join(folder, `${name}.dpkg`);
  mkdirSync(database, { recursive: true });
  execFileSync('tar', ['-xf', tar, '-C', database, './var/lib/dpkg/status']);
  const form = '${Package}\t${Version}\t${db:Status-Status}\n';
  const output = execFileSync('dpkg-query', [`--admindir=${database}/var/lib/dpkg`, '-W', `-f=${form}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const installed = output.split('\n').flatMap((line) => {
    const [pkg = '', version = '', status] = line.split('\t');
    return status === 'installed' ? [[pkg, version] as const] : [];
  });
  return new Map(installed);
}

function run(program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 600_000,
    maxBuffer: 1 << 26,
  });
  if (status === 0) return;
  throw new Error(`${program} ${args.at(-1)} failed: ${`${stdout}${stderr}`.slice(-1500)}`);
}
