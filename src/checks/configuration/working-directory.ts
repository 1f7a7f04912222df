import type { Builder } from '../../model/history.ts';
import { blindReason, isBlind } from '../blind.ts';
import type { JudgedImage, Rule, Seen } from '../rule.ts';

/** Directories that belong to the kernel or to the system. */
const system = /^\/(?:proc|sys|dev|boot|initrd|lost\+found|etc|bin|sbin|lib|lib64|usr\/(?:bin|sbin|lib|lib64))(?:\/|$)/;

function lastOf({ history }: JudgedImage): Pick<Seen, 'instruction'> {
  const index = history.instructions.findLast(({ kind }) => kind === 'WORKDIR')?.index;
  return index === undefined ? {} : { instruction: index };
}

const relative: Rule = {
  doc: {
    id: 'workdir-relative',
    kind: 'configuration',
    title: 'A working directory is relative',
    severity: 'low',
    why: 'Where it leads depends on what a base image set, which may change.',
    remediation: 'Write the whole path.',
    aliases: ['hadolint:DL3000', 'trivy:DS-0009'],
    example: { wrong: 'WORKDIR app', right: 'WORKDIR /srv/app' },
    sources: ['https://github.com/hadolint/hadolint/wiki/DL3000'],
    caveats:
      'The builders of Docker record the path that came out of it: of those it cannot be decided, and that is said.',
  },
  *judge(image) {
    const { config, history } = image;
    const entries = history.instructions.filter(
      ({ kind, arguments: { words } }) => kind === 'WORKDIR' && isRelative(words[0] ?? ''),
    );
    for (const {
      index,
      arguments: { words },
    } of entries) {
      yield { evidence: `The history sets the working directory to ${words[0]}.`, instruction: index };
    }
    if (entries.length > 0) return;
    if (isRelative(config.workingDirectory)) {
      yield { evidence: `The configuration sets the working directory to ${config.workingDirectory}.` };
    } else if (config.workingDirectory !== '' && isBlind(image)) {
      yield { undecided: blindReason };
    } else if (history.instructions.some(({ kind, builder }) => kind === 'WORKDIR' && resolving.has(builder))) {
      yield {
        undecided: 'cannot be decided: the builder records the path that came out of WORKDIR, not what was written',
      };
    }
  },
};

/** Builders that record where WORKDIR led. */
const resolving: ReadonlySet<Builder> = new Set(['buildkit', 'legacy']);

/** Paths of Windows are none of ours; a variable may be anything. */
function isRelative(path: string): boolean {
  return path !== '' && !/^(?:[/$\\]|[A-Za-z]:)/.test(path);
}

const ofSystem: Rule = {
  doc: {
    id: 'workdir-system-directory',
    kind: 'configuration',
    title: 'The working directory belongs to the system',
    severity: 'medium',
    why:
      'Programs leave files in their working directory. Among those of the kernel it is worse: a path such as ' +
      '/proc/self/fd/8 was the way out of the container in CVE-2024-21626.',
    remediation: 'Make a directory of its own for the program.',
    aliases: ['trivy:DS-0030'],
    example: { wrong: 'WORKDIR /proc/self/fd/8', right: 'WORKDIR /srv/app' },
    sources: ['https://github.com/opencontainers/runc/security/advisories/GHSA-xr7r-f8xq-vfvv'],
  },
  *judge(image) {
    const { workingDirectory } = image.config;
    const isWayOut = /^\/(?:proc|dev)\/(?:[^/]+\/)?fd(?:\/|$)/.test(workingDirectory);
    if (!isWayOut && !system.test(workingDirectory)) return;
    yield {
      evidence: `The configuration sets the working directory to ${workingDirectory}.`,
      ...(isWayOut && { severity: 'critical' as const }),
      ...lastOf(image),
    };
  },
};

export const workingDirectoryRules: readonly Rule[] = [relative, ofSystem];
