import { undecidedIfBlind } from '../blind.ts';
import type { Rule } from '../rule.ts';
import { overRuns, runsOf } from './commands.ts';
import { isInstall, packageCall } from './package-managers.ts';

/** Packages that build others, and that whoever breaks in is glad of. */
const builders: ReadonlySet<string> = new Set([
  'gcc',
  'g++',
  'clang',
  'make',
  'cmake',
  'build-essential',
  'build-base',
  'gdb',
  'strace',
  'ltrace',
  'binutils',
  'rustc',
  'cargo',
  'golang',
  'golang-go',
  'gcc-c++',
  'automake',
  'autoconf',
  'nmap',
  'netcat',
  'netcat-openbsd',
  'netcat-traditional',
  'ncat',
  'nmap-ncat',
  'tcpdump',
  'socat',
  'telnet',
]);

/** Names one by one; the rest is counted. */
const NAMED = 8;

const tools: Rule = {
  doc: {
    id: 'build-tools-left',
    kind: 'history',
    title: 'Compilers, debuggers or network tools are left in the image',
    severity: 'negligible',
    why: 'The program does not need them; whoever breaks in has them at hand to build and look around.',
    remediation: 'Build in a stage of its own and copy the result; remove what a RUN needs within that RUN.',
    aliases: ['cis-docker:4.3'],
    example: {
      wrong: 'RUN apt-get install -y gcc && make',
      right: 'FROM debian AS build\nRUN make\nFROM debian\nCOPY --from=build /out/app /usr/local/bin/',
    },
    caveats: 'Images to build with have them on purpose.',
  },
  *judge({ view }) {
    const found = view.packages.filter(
      ({ name, presence, ownedBy }) => presence === 'present' && ownedBy === undefined && builders.has(name),
    );
    const [first] = found;
    if (first === undefined) return;
    const names = found.slice(0, NAMED).map(({ name }) => name);
    const more = found.length > names.length ? ` and ${found.length - names.length} more` : '';
    const index = view.image.layers[first.layer.index]?.historyIndex;
    yield { evidence: `Installed: ${names.join(', ')}${more}.`, ...(index !== undefined && { instruction: index }) };
  },
};

const later: Rule = {
  doc: {
    id: 'removed-in-later-run',
    kind: 'history',
    title: 'What one RUN installs another one removes',
    severity: 'low',
    why: 'The packages stay in the layer of the first: the image is as large, and whoever unpacks it has them.',
    remediation: 'Install, use and remove in one RUN, or build in a stage of its own.',
    aliases: [],
    example: {
      wrong: 'RUN apt-get install -y gcc\nRUN apt-get purge -y gcc',
      right: 'RUN apt-get install -y gcc && make && apt-get purge -y gcc',
    },
  },
  judge(image) {
    const installed = new Map<string, number>();
    return overRuns(image, ({ instruction, commands }) => {
      const gone: string[] = [];
      let from: number | undefined;
      for (const ran of commands) {
        const call = packageCall(ran);
        if (call === undefined) continue;
        const isRemoval = /^(?:remove|purge|autoremove|del|erase|rm|uninstall)$/.test(call.verb);
        for (const word of call.packages) {
          const name = word.replace(/[=<>~].*$/, '');
          const by = installed.get(name);
          if (isInstall(call)) installed.set(name, by ?? instruction.index);
          else if (isRemoval && by !== undefined && by !== instruction.index) {
            gone.push(name.slice(0, 60));
            from ??= by;
          }
        }
      }
      return from === undefined
        ? undefined
        : `It removes ${gone.slice(0, 5).join(', ')}, which instruction ${from} installed.`;
    });
  },
};

/** Bytes from which on a copy is worth a word. */
const WORTH = 1_000_000;

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const copies: Rule = {
  doc: {
    id: 'files-copied-by-chmod',
    kind: 'history',
    title: 'A layer has files again whose permissions alone changed',
    severity: 'negligible',
    why: 'A layer holds whole files: chmod and chown copy every file that they touch.',
    remediation: 'Set permissions where files come in: COPY --chmod --chown, or the same RUN.',
    aliases: ['dive:efficiency'],
    example: { wrong: 'COPY app /srv/app\nRUN chmod -R 755 /srv', right: 'COPY --chmod=755 app /srv/app' },
    caveats: 'Files of the same size with other permissions count: their contents are not compared.',
  },
  *judge(image) {
    const { view } = image;
    yield* undecidedIfBlind(image);
    // Counting takes a walk over all files: worth it where an instruction does such a thing.
    const isSuspect = runsOf(image).some(({ commands }) =>
      commands.some(({ program }) => /^ch(?:mod|own|grp)$/.test(program)),
    );
    if (!isSuspect) return;
    for (const { layer, again } of view.changes()) {
      if (again.bytes < WORTH) continue;
      const index = view.image.layers[layer]?.historyIndex;
      yield {
        evidence: `Layer ${layer} has ${again.files} files again, ${megabytes(again.bytes)}.`,
        layer,
        ...(index !== undefined && { instruction: index }),
      };
    }
  },
};

/** What is hidden: packages as they were downloaded, and repositories of git with all that was ever in them. */
const caches: Rule = {
  doc: {
    id: 'package-files-left',
    kind: 'history',
    title: 'Packages as they were downloaded are left in the image',
    severity: 'negligible',
    why: 'They make it larger, and their old versions stay when those that are installed are renewed.',
    remediation: 'Remove them in the RUN that downloads them.',
    aliases: [],
    example: {
      wrong: 'RUN apt-get install -y --download-only curl',
      right: 'RUN apt-get install -y curl && apt-get clean',
    },
  },
  *judge({ view }) {
    const found: string[] = [];
    for (const folder of ['var/cache/apt/archives', 'var/cache/apk', 'var/cache/pacman/pkg']) {
      for (const { path, header } of view.list(folder)) {
        if (header.type === 'file' && /\.(?:deb|apk|pkg\.tar(?:\.\w+)?)$/.test(path)) found.push(path);
      }
    }
    const [first] = found;
    if (first === undefined) return;
    yield { evidence: `There are ${found.length}, the first of them ${first}.`, path: first };
  },
};

export const leftoverRules: readonly Rule[] = [tools, later, copies, caches];
