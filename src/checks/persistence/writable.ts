import type { ImageView } from '../../model/view.ts';
import type { Rule } from '../rule.ts';
import { protectedFiles } from './account-rules.ts';

/** Directories of programs, libraries and settings: what is in them runs or decides for everybody. */
const system = /^(?:(?:usr\/(?:local\/)?)?(?:s?bin|lib\d*|libexec)|etc|opt|root|boot)\//;
/** Files that are looked at. */
const MOST = 10_000;

interface Writable {
  readonly layer: number;
  readonly path: string;
  readonly mode: number;
}

/** Programs and settings in sight that everybody may write. */
function writableFiles(view: ImageView): readonly Writable[] {
  const found: Writable[] = [];
  view.each((file) => {
    const { type, mode } = file;
    if ((type !== 'file' && type !== 'hardlink') || (mode & 0o002) === 0 || found.length >= MOST) return;
    const path = file.path();
    if (protectedFiles.includes(path)) return;
    if ((mode & 0o111) !== 0 || system.test(path)) found.push({ layer: file.layer, path, mode });
  });
  return found.sort((a, b) => a.layer - b.layer || (a.path < b.path ? -1 : 1));
}

/** Files of one finding that are named. */
const NAMED = 8;

const files: Rule = {
  doc: {
    id: 'writable-file',
    kind: 'persistence',
    title: 'Everybody may change programs or settings',
    severity: 'medium',
    why: 'Whoever runs any code in the container changes what others run next, root among them, and stays.',
    remediation: 'Take the right to write from the others: COPY --chmod=755, or chmod o-w.',
    aliases: [],
    example: { wrong: 'RUN chmod -R 777 /app', right: 'COPY --chmod=755 app /app' },
    sources: ['https://attack.mitre.org/techniques/T1222/002/'],
    caveats: 'What containers start is told by `start-target`. Files of one directory and layer are told together.',
  },
  *judge({ view }) {
    const groups = Map.groupBy(writableFiles(view), ({ layer, path }) => `${layer} ${topOf(path)}`);
    for (const group of groups.values()) {
      const [first] = group as [Writable, ...Writable[]];
      const names = group.slice(0, NAMED).map(({ path }) => `/${path}`);
      const more = group.length > names.length ? ` and ${group.length - names.length} more` : '';
      const isSystem = group.some(({ path }) => system.test(path) && !path.startsWith('opt/'));
      yield {
        evidence: `Everybody may write ${names.join(', ')}${more}.`,
        layer: first.layer,
        path: first.path,
        ...(isSystem && { severity: 'high' as const }),
      };
    }
  },
};

/** The first two directories of a path. */
function topOf(path: string): string {
  const first = path.indexOf('/');
  const second = first < 0 ? -1 : path.indexOf('/', first + 1);
  return second < 0 ? path.slice(0, Math.max(0, first)) : path.slice(0, second);
}

const directories: Rule = {
  doc: {
    id: 'writable-directory',
    kind: 'persistence',
    title: 'Everybody may put programs or settings where they are looked for',
    severity: 'high',
    why: 'A program of a well-known name that is found first runs in place of the real one; a file in cron.d or profile.d runs by itself.',
    remediation: 'Take the right to write from the others: chmod o-w.',
    aliases: [],
    example: { wrong: 'RUN chmod 777 /usr/local/bin', right: 'RUN chmod 755 /usr/local/bin' },
    sources: ['https://attack.mitre.org/techniques/T1574/007/'],
  },
  *judge({ view, config }) {
    const path =
      config.env.findLast(({ name }) => name === 'PATH')?.value ??
      '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const inPath = path
      .split(':')
      .slice(0, 100)
      .filter((part) => part.startsWith('/'))
      .map((part) => part.replace(/^\/+|\/+$/g, ''));
    const told = new Set<string>();
    for (const directory of [...inPath, ...places]) {
      if (directory === '' || told.has(directory)) continue;
      told.add(directory);
      const found = view.resolve(directory);
      if (!found.found || found.file.header.type !== 'directory') continue;
      const { layer, header, path: real } = found.file;
      if ((header.mode & 0o002) === 0 || told.has(`=${real}`)) continue;
      told.add(`=${real}`);
      const why = inPath.includes(directory) ? ', where programs are looked for' : '';
      // Directories that others may write as /tmp is, but for their own files alone (sticky), are still ways in.
      yield {
        evidence: `Everybody may write into /${directory}${why} (mode ${header.mode.toString(8)}).`,
        layer,
        path: directory,
      };
    }
  },
};

const places = [
  'etc',
  'etc/cron.d',
  'etc/cron.daily',
  'etc/cron.hourly',
  'etc/profile.d',
  'etc/ld.so.conf.d',
  'etc/pam.d',
  'etc/sudoers.d',
  'etc/systemd/system',
  'etc/init.d',
  'etc/apt/apt.conf.d',
  'root',
  'root/.ssh',
  'usr/lib',
  'lib',
  'usr/local/lib',
  'var/spool/cron',
  'var/spool/cron/crontabs',
];

const pamModules: Rule = {
  doc: {
    id: 'pam-module-unowned',
    kind: 'persistence',
    title: 'A module of PAM that no package brought',
    severity: 'high',
    why: 'A module sees all passwords and decides who comes in; attackers replace pam_unix.so by one that knows a second password.',
    remediation: 'Find out who put it there; install modules as packages.',
    aliases: [],
    example: { wrong: 'COPY pam_x.so /lib/x86_64-linux-gnu/security/', right: 'RUN apt-get install libpam-x' },
    sources: ['https://attack.mitre.org/techniques/T1556/003/'],
  },
  *judge({ view }) {
    const told = new Set<string>();
    for (const directory of moduleDirectories) {
      for (const { layer, path } of view.list(directory)) {
        if (!/\/pam_[\w-]+\.so$/.test(path) || told.has(path)) continue;
        told.add(path);
        if (view.bringerOf(layer, path) !== undefined) continue;
        const owner = view.ownerOf(path);
        const what =
          owner === undefined
            ? 'no package owns it'
            : `layer ${layer} put it in place of the one of the package ${owner}`;
        yield { evidence: `/${path} is a module of PAM: ${what}.`, layer, path };
      }
    }
  },
};

const moduleDirectories = [
  '',
  ...['x86_64', 'aarch64', 'arm', 'i386', 'powerpc64le', 's390x', 'riscv64'].map(
    (machine) => `${machine}-linux-${machine === 'arm' ? 'gnueabihf' : 'gnu'}/`,
  ),
]
  .flatMap((machine) => [`usr/lib/${machine}security`, `lib/${machine}security`])
  .concat('usr/lib64/security', 'lib64/security');

export const writableRules: readonly Rule[] = [files, directories, pamModules];
