import type { Program } from './program.ts';

/** Tools, and libraries that programs are built on. */
export const tools: readonly Program[] = [
  { name: 'bash', files: ['bash'], marks: ['@(#)Bash version {*.*.*}('], licence: 'GPL-3.0-or-later' },
  { name: 'busybox', files: ['busybox'], marks: ['BusyBox v{1.*.*}'], licence: 'GPL-2.0-only' },
  {
    name: 'curl',
    files: ['curl', 'libcurl.so', 'libcurl-gnutls.so'],
    marks: ['\0curl {*.*.*}', '\0libcurl/{*.*.*}'],
    licence: 'curl',
  },
  {
    name: 'ffmpeg',
    files: ['ffmpeg', 'ffprobe', 'ffplay', 'libavcodec.so', 'libavutil.so', 'libavformat.so'],
    marks: ['%s version {*.*.*?}', 'FFmpeg version {*.*.*?}'],
    licence: 'LGPL-2.1-or-later',
  },
  {
    name: 'git',
    files: ['git', 'git-remote-http', 'git-http-backend', 'git-shell'],
    marks: ['\0git/{2.*.*}'],
    licence: 'GPL-2.0-only',
  },
  { name: 'gzip', files: ['gzip'], marks: ['\0{1.*}\0'], needs: 'bug-gzip@gnu.org', licence: 'GPL-3.0-or-later' },
  { name: 'krb5', files: ['libkrb5.so'], marks: ['KRB5_BRAND: krb5-{1.*.*?}'], licence: 'MIT' },
  { name: 'openssl', files: ['openssl', 'libcrypto.so'], marks: ['\0OpenSSL {*.*.* @} '] },
  { name: 'qt', files: ['libQt5Core.so', 'libQt6Core.so'], marks: ['\0Qt {*.*.*} ('], licence: 'LGPL-3.0-only' },
  {
    name: 'sqlcipher',
    files: ['sqlcipher', 'libsqlcipher.so'],
    marks: ['\0{4.*.*}\0'],
    needs: 'sqlcipher',
    licence: 'BSD-3-Clause',
  },
  {
    name: 'sqlite',
    files: ['sqlite3', 'libsqlite3.so'],
    marks: ['\0{3.*.*}\0'],
    needs: 'SQLite format 3',
    licence: 'blessing',
  },
  {
    name: 'sudo',
    files: ['sudo', 'visudo', 'sudoers.so'],
    marks: ['Sudo version %s\n\0{1.*.* p#}\0', '\0sudoers {1.*.* p#}', '\0{1.*.* p#}\0'],
    needs: 'sudo',
    licence: 'ISC',
  },
  {
    name: 'util-linux',
    files: ['mount', 'umount', 'su', 'agetty', 'fdisk', 'lsblk', 'nsenter', 'unshare', 'runuser'],
    marks: ['\0util-linux {2.*.*?}\0', ' util-linux {2.*.*?}\0'],
    licence: 'GPL-2.0-or-later',
  },
  { name: 'xz', files: ['xz', 'liblzma.so'], marks: ['\0xz (XZ Utils) {5.*.*}', '\0{5.*.*}\0'] },
  {
    name: 'zstd',
    files: ['zstd', 'pzstd', 'libzstd.so'],
    marks: ['\0v{1.*.*}\0', '\0{1.*.*}\0'],
    licence: 'BSD-3-Clause OR GPL-2.0-only',
  },
];
