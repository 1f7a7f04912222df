/** A release file of the image, in the fixed order in which the distribution is looked for. */
export interface ReleaseFile {
  readonly path: string;
  readonly text: string;
  /** `KEY=value` pairs of the text, unquoted; empty where the file has another form. */
  readonly fields: ReadonlyMap<string, string>;
}

/** The distribution an image was made from. */
export interface Distribution {
  /** Lower case, as in os-release: `debian`, `alpine`. */
  readonly id: string;
  /** As advisories name the release: `12`, `v3.20`, `unstable`. */
  readonly version: string;
  /** For people: `Debian GNU/Linux 12 (bookworm)`. */
  readonly name: string;
  readonly codename?: string;
  /**
   * `id:version` of the distribution that it was made from, where nobody publishes advisories on its own: those of its
   * packages that come from there unchanged are judged by the other's.
   */
  readonly parent?: string;
  /** Day (YYYY-MM-DD) after which its publisher issues no free security updates, where known. */
  readonly endOfLife?: string;
}

/** Where release files stand, in order of precedence. docs/distributions.md explains the order. */
export const releasePaths = [
  'etc/os-release',
  'usr/lib/os-release',
  'etc/lsb-release',
  'etc/apt/sources.list',
  'etc/apt/sources.list.d/debian.sources',
  'etc/apt/sources.list.d/ubuntu.sources',
  'etc/alpine-release',
  'etc/oracle-release',
  'etc/centos-release',
  'etc/redhat-release',
  'etc/system-release',
  'etc/debian_version',
] as const;
