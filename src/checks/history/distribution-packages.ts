import type { Rule } from '../rule.ts';
import { leftInLayer, removesAfter } from './caches.ts';
import { commandRule, hasFlag, overRuns, type RanCommand, type Run, shown } from './commands.ts';
import {
  isIndexUpdate,
  isInstall,
  isReleaseUpgrade,
  isUnattended,
  isUnpinned,
  isUpgrade,
  type PackageCall,
  packageCall,
} from './package-managers.ts';

interface Called {
  readonly ran: RanCommand;
  readonly call: PackageCall;
}

function callsOf({ commands }: Run): readonly Called[] {
  return commands.flatMap((ran) => {
    const call = packageCall(ran);
    return call === undefined ? [] : [{ ran, call }];
  });
}

const updateAlone: Rule = {
  doc: {
    id: 'package-index-alone',
    kind: 'history',
    title: 'The index of packages is fetched without installing in the same RUN',
    severity: 'low',
    why:
      'Builders keep the layer: the next build installs by an index that may be months old, and gets old packages, or none. ' +
      'The index also fills the layer for nothing.',
    remediation: 'Put update and install into one RUN.',
    aliases: ['dockle:CIS-DI-0007', 'trivy:DS-0017', 'cis-docker:4.7'],
    example: {
      wrong: 'RUN apt-get update',
      right: 'RUN apt-get update && apt-get install -y --no-install-recommends curl',
    },
    sources: ['https://docs.docker.com/build/building/best-practices/#apt-get'],
  },
  judge: (image) =>
    overRuns(image, (run) => {
      const calls = callsOf(run);
      const update = calls.find(({ call }) => isIndexUpdate(call));
      if (update === undefined) return undefined;
      const isUsed = calls.some(({ call }) => {
        return (
          call.manager === update.call.manager &&
          (isInstall(call) || isUpgrade(call) || /^(?:build-dep|source|download|fix)$/.test(call.verb))
        );
      });
      // Others install with the index: a script of its own may.
      const isOpen = run.commands.some(({ program }) => /install|setup|\.sh$/.test(program));
      if (isUsed) return undefined;
      return {
        evidence: `It runs ${shown(update.ran)} and installs nothing.`,
        ...(isOpen && { confidence: 'low' as const }),
      };
    }),
};

function unattendedRule(
  id: string,
  managers: readonly PackageCall['manager'][],
  flag: string,
  aliases: readonly string[],
  example: { wrong: string; right: string },
): Rule {
  return commandRule(
    {
      id,
      kind: 'history',
      title: `${managers[0] === 'apt' ? 'apt-get' : managers.join(', ')} may ask a question that nobody answers`,
      severity: 'negligible',
      why: 'A build has nobody who answers: it stops, or goes on with an answer that nobody gave.',
      remediation: `Add ${flag}.`,
      aliases,
      example,
    },
    (ran) => {
      const call = packageCall(ran);
      if (call === undefined || !managers.includes(call.manager)) return undefined;
      if (!(isInstall(call) || isUpgrade(call)) || isUnattended(call)) return undefined;
      // Somebody answers: `yes | apt-get install`.
      if (ran.command.position > 0 || ran.run.commands.some((other) => other.program === 'yes')) return undefined;
      return `It runs ${shown(ran)}.`;
    },
  );
}

const unattended: readonly Rule[] = [
  unattendedRule('apt-unattended', ['apt'], '-y', ['trivy:DS-0021', 'hadolint:DL3014'], {
    wrong: 'RUN apt-get update && apt-get install curl',
    right: 'RUN apt-get update && apt-get install -y --no-install-recommends curl',
  }),
  unattendedRule('rpm-unattended', ['yum', 'dnf', 'microdnf'], '-y', ['hadolint:DL3030', 'hadolint:DL3038'], {
    wrong: 'RUN dnf install curl',
    right: 'RUN dnf install -y curl && dnf clean all',
  }),
  unattendedRule('zypper-unattended', ['zypper'], '-n', ['hadolint:DL3034'], {
    wrong: 'RUN zypper install curl',
    right: 'RUN zypper -n install curl && zypper clean -a',
  }),
];

const recommends: Rule = commandRule(
  {
    id: 'apt-recommends',
    kind: 'history',
    title: 'apt-get installs what packages only recommend',
    severity: 'negligible',
    why: 'Packages come in that nobody asked for: more to update, more to attack, a larger image.',
    remediation: 'Add --no-install-recommends, and name what is needed of it.',
    aliases: ['hadolint:DL3015', 'trivy:DS-0029', 'cis-docker:4.3'],
    example: {
      wrong: 'RUN apt-get update && apt-get install -y curl',
      right: 'RUN apt-get update && apt-get install -y --no-install-recommends curl',
    },
    caveats: 'A file in /etc/apt/apt.conf.d may say it for all calls: files of settings are not read.',
  },
  (ran) => {
    const call = packageCall(ran);
    if (call?.manager !== 'apt' || !isInstall(call)) return undefined;
    const isSaid =
      hasFlag(call.words, '--no-install-recommends', '--without-recommends', '-R') ||
      call.words.some((word) => /APT::Install-Recommends=["']?(?:0|false|no)/i.test(word));
    const isSet = ran.run.commands.some(({ command }) =>
      command.redirections.some(({ target }) => target?.text.startsWith('/etc/apt/apt.conf') === true),
    );
    return isSaid || isSet ? undefined : `It runs ${shown(ran)}.`;
  },
);

function pinRule(
  id: string,
  title: string,
  managers: readonly PackageCall['manager'][],
  aliases: readonly string[],
  example: { wrong: string; right: string },
): Rule {
  return commandRule(
    {
      id,
      kind: 'history',
      title,
      severity: 'negligible',
      why: 'The next build may get other versions, without a change in the build file.',
      remediation: 'Name the version of each package, or build from a snapshot of the repository.',
      aliases,
      example,
      caveats:
        'A pinned version can keep a flaw that its successor has mended, and goes from many repositories within weeks.',
    },
    (ran) => {
      const call = packageCall(ran);
      if (call === undefined || !managers.includes(call.manager) || !isInstall(call)) return undefined;
      const loose = call.packages.filter((word) => isUnpinned(call, word));
      return loose.length === 0 ? undefined : `It installs ${some(loose)} in any version.`;
    },
  );
}

function some(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names
    .slice(0, 3)
    .map((name) => name.slice(0, 60))
    .join(', ')}${more}`;
}

const pins: readonly Rule[] = [
  pinRule('apt-unpinned', 'apt-get installs packages in any version', ['apt'], ['hadolint:DL3008'], {
    wrong: 'RUN apt-get install -y curl',
    right: 'RUN apt-get install -y curl=7.88.1-10+deb12u8',
  }),
  pinRule('apk-unpinned', 'apk installs packages in any version', ['apk'], ['hadolint:DL3018'], {
    wrong: 'RUN apk add --no-cache curl',
    right: 'RUN apk add --no-cache curl=8.9.1-r1',
  }),
  pinRule(
    'rpm-unpinned',
    'yum or dnf installs packages in any version',
    ['yum', 'dnf', 'microdnf'],
    ['hadolint:DL3033', 'hadolint:DL3041'],
    {
      wrong: 'RUN dnf install -y curl',
      right: 'RUN dnf install -y curl-7.76.1-29.el9',
    },
  ),
  pinRule('zypper-unpinned', 'zypper installs packages in any version', ['zypper'], ['hadolint:DL3037'], {
    wrong: 'RUN zypper -n install curl',
    right: 'RUN zypper -n install curl=8.0.1',
  }),
];

const releaseUpgrade: Rule = commandRule(
  {
    id: 'distribution-upgrade',
    kind: 'history',
    title: 'A RUN upgrades the whole distribution',
    severity: 'low',
    why: 'What comes out depends on the day of the build, and packages may be removed on the way; the base image is carried as well.',
    remediation: 'Use a newer base image.',
    aliases: ['dockle:DKL-DI-0003', 'trivy:DS-0024', 'hadolint:DL3035'],
    example: { wrong: 'RUN apt-get dist-upgrade -y', right: 'FROM debian:13' },
  },
  (ran) => {
    const call = packageCall(ran);
    return call !== undefined && isReleaseUpgrade(call) ? `It runs ${shown(ran)}.` : undefined;
  },
);

interface CacheRule {
  readonly id: string;
  readonly title: string;
  readonly managers: readonly PackageCall['manager'][];
  readonly aliases: readonly string[];
  readonly example: { readonly wrong: string; readonly right: string };
  /** Whether a call of the manager cleans up. */
  readonly cleaning: (call: PackageCall) => boolean;
  /** Calls that leave nothing of themselves. */
  readonly leavesNothing?: (call: PackageCall) => boolean;
  /** Where the cache lies, without the slash at the beginning. */
  readonly folders: readonly string[];
  /** What else there is to know of it. */
  readonly caveat?: string;
}

function cacheRule({
  id,
  title,
  managers,
  aliases,
  example,
  cleaning,
  leavesNothing = () => false,
  folders,
  caveat,
}: CacheRule): Rule {
  return {
    doc: {
      id,
      kind: 'history',
      title,
      severity: 'negligible',
      why: 'It makes the image larger, and what lies in it ages: an index that is used later installs old packages.',
      remediation: 'Remove it in the same RUN: a later one hides it, but does not make the image smaller.',
      aliases,
      example,
      caveats: `Where the files of the layer can be seen it is decided by them.${caveat === undefined ? '' : ` ${caveat}`}`,
    },
    judge: (image) =>
      overRuns(image, (run) => {
        const all = callsOf(run).filter(({ call }) => managers.includes(call.manager));
        const calls = all.filter(
          ({ call }) => (isInstall(call) || isUpgrade(call) || isIndexUpdate(call)) && !leavesNothing(call),
        );
        const [first] = calls;
        const last = calls.at(-1);
        if (first === undefined || last === undefined) return undefined;
        // What is cleaned up before the last call does not take away what that one leaves.
        const isCleaned =
          removesAfter(run, last.ran, folders) ||
          all.some(
            ({ ran, call }) =>
              ran.command.index > last.ran.command.index && cleaning(call) && call.manager === last.call.manager,
          );
        return isCleaned ? undefined : leftInLayer(image, run, first.ran, folders);
      }),
  };
}

/** `clean metadata` leaves packages, `clean packages` metadata. */
function cleansAll({ verb, packages }: PackageCall): boolean {
  return verb === 'clean' && packages.includes('all');
}

const caches: readonly Rule[] = [
  cacheRule({
    id: 'apt-lists-kept',
    title: 'The index of apt is left in the layer',
    managers: ['apt'],
    aliases: ['dockle:DKL-DI-0005', 'hadolint:DL3009'],
    example: {
      wrong: 'RUN apt-get update && apt-get install -y curl',
      right: 'RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*',
    },
    cleaning: ({ verb }) => verb === 'dist-clean' || verb === 'distclean',
    folders: ['var/lib/apt/lists'],
    caveat: 'Official images of Debian and Ubuntu have apt clean up after packages, but not after indexes.',
  }),
  cacheRule({
    id: 'apk-cache-kept',
    title: 'The index of apk is left in the layer',
    managers: ['apk'],
    aliases: ['dockle:DKL-DI-0004', 'trivy:DS-0025', 'hadolint:DL3019'],
    example: { wrong: 'RUN apk update && apk add curl', right: 'RUN apk add --no-cache curl' },
    cleaning: () => false,
    leavesNothing: ({ words }) => hasFlag(words, '--no-cache'),
    folders: ['var/cache/apk', 'etc/apk/cache'],
  }),
  cacheRule({
    id: 'yum-cache-kept',
    title: 'The cache of yum is left in the layer',
    managers: ['yum'],
    aliases: ['trivy:DS-0015', 'hadolint:DL3032'],
    example: { wrong: 'RUN yum install -y curl', right: 'RUN yum install -y curl && yum clean all' },
    cleaning: cleansAll,
    folders: ['var/cache/yum'],
  }),
  cacheRule({
    id: 'dnf-cache-kept',
    title: 'The cache of dnf is left in the layer',
    managers: ['dnf', 'microdnf'],
    aliases: ['trivy:DS-0019', 'trivy:DS-0027', 'hadolint:DL3040'],
    example: { wrong: 'RUN dnf install -y curl', right: 'RUN dnf install -y curl && dnf clean all' },
    cleaning: cleansAll,
    folders: ['var/cache/dnf', 'var/cache/libdnf5', 'var/cache/yum'],
  }),
  cacheRule({
    id: 'zypper-cache-kept',
    title: 'The cache of zypper is left in the layer',
    managers: ['zypper'],
    aliases: ['trivy:DS-0020', 'hadolint:DL3036'],
    example: { wrong: 'RUN zypper -n install curl', right: 'RUN zypper -n install curl && zypper clean -a' },
    cleaning: ({ verb }) => verb === 'clean' || verb === 'cc',
    folders: ['var/cache/zypp'],
  }),
];

const apt: Rule = commandRule(
  {
    id: 'apt-for-scripts',
    kind: 'history',
    title: 'apt is used where apt-get is meant for scripts',
    severity: 'negligible',
    why: 'apt is made for people at a terminal: what it says and does may change from version to version.',
    remediation: 'Use apt-get and apt-cache.',
    aliases: ['hadolint:DL3027'],
    example: { wrong: 'RUN apt install curl', right: 'RUN apt-get install -y curl' },
    sources: ['https://manpages.debian.org/apt.8'],
  },
  (ran) => (ran.program === 'apt' && ran.words.length > 0 ? `It runs ${shown(ran)}.` : undefined),
);

export const distributionPackageRules: readonly Rule[] = [
  updateAlone,
  ...unattended,
  recommends,
  ...pins,
  releaseUpgrade,
  ...caches,
  apt,
];
