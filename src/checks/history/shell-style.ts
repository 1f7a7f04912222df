import type { Rule } from '../rule.ts';
import { commandRule, hasFlag, overRuns, plainWords, type RanCommand, runsOf, shown } from './commands.ts';

const sudo: Rule = commandRule(
  {
    id: 'sudo-in-run',
    kind: 'history',
    title: 'A RUN uses sudo',
    severity: 'low',
    why: 'It does not do in a build what it does at a terminal (signals, environment), and brings a program that is setuid root.',
    remediation: 'Switch users with USER, or use gosu or setpriv where a script has to.',
    aliases: ['dockle:DKL-DI-0001', 'trivy:DS-0010', 'hadolint:DL3004'],
    example: { wrong: 'RUN sudo apt-get update', right: 'USER root\nRUN apt-get update' },
    sources: ['https://docs.docker.com/build/building/best-practices/#user'],
  },
  (ran) => {
    const isWrapped = ran.command.wrappers.some(({ name }) => name === 'sudo');
    return isWrapped || ran.program === 'sudo' ? `It runs ${shown(ran)}.` : undefined;
  },
);

const cd: Rule = {
  doc: {
    id: 'cd-in-run',
    kind: 'history',
    title: 'A RUN changes the directory instead of WORKDIR',
    severity: 'negligible',
    why: 'It holds for this RUN alone; whoever adds the next one starts elsewhere.',
    remediation: 'Use WORKDIR.',
    aliases: ['hadolint:DL3003', 'trivy:DS-0013'],
    example: { wrong: 'RUN cd /srv/app && make', right: 'WORKDIR /srv/app\nRUN make' },
    caveats: 'Within a subshell, or where the RUN goes on in another place, it is at its place and not told.',
  },
  judge: (image) =>
    overRuns(image, ({ commands }) => {
      const changes = commands.filter(({ program, command }) => program === 'cd' && command.within.length === 0);
      const [first] = changes;
      // Whoever goes to several places cannot say that with one WORKDIR.
      return changes.length === 1 && first?.command.index === 0 ? `It runs ${shown(first)}.` : undefined;
    }),
};

const twoDownloaders: Rule = {
  doc: {
    id: 'wget-and-curl',
    kind: 'history',
    title: 'Both wget and curl are in use',
    severity: 'negligible',
    why: 'One of them is enough; each is a program that whoever breaks in can use to fetch more.',
    remediation: 'Use one of them, and leave the other out of the image.',
    aliases: ['hadolint:DL4001', 'trivy:DS-0014'],
    example: {
      wrong: 'RUN wget -q https://a.example/x && curl -fsSO https://b.example/y',
      right: 'RUN curl -fsSO https://a.example/x -O https://b.example/y',
    },
    caveats: 'One of the two may be used by a base image.',
  },
  judge(image) {
    const uses = (name: string): number | undefined => {
      const user = runsOf(image).find(
        ({ instruction: { kind }, commands }) => kind === 'RUN' && commands.some(({ program }) => program === name),
      );
      return user?.instruction.index;
    };
    const wget = uses('wget');
    const curl = uses('curl');
    return overRuns(image, ({ instruction }) => {
      if (wget === undefined || curl === undefined || instruction.index !== Math.max(wget, curl)) return undefined;
      return `Instruction ${wget} uses wget, instruction ${curl} curl.`;
    });
  },
};

const progress: Rule = commandRule(
  {
    id: 'wget-progress',
    kind: 'history',
    title: 'wget fills the log of the build with its progress',
    severity: 'negligible',
    why: 'What matters is not found in it.',
    remediation: 'Add -q, -nv or --progress=dot:giga.',
    aliases: ['hadolint:DL3047'],
    example: { wrong: 'RUN wget https://example.org/x.tar', right: 'RUN wget -nv https://example.org/x.tar' },
  },
  (ran) => {
    if (ran.program !== 'wget' || ran.words.length === 0) return undefined;
    const isQuiet = hasFlag(
      ran.words,
      '-q',
      '--quiet',
      '-nv',
      '--no-verbose',
      '--progress',
      '-o',
      '--output-file',
      '-a',
      '--append-output',
    );
    return isQuiet || ran.words.some((word) => /^-[a-zA-Z]*nv|^--version$|^--help$/.test(word))
      ? undefined
      : `It runs ${shown(ran)}.`;
  },
);

const pipefail: Rule = {
  doc: {
    id: 'pipe-without-pipefail',
    kind: 'history',
    title: 'A pipe hides that a command failed',
    severity: 'low',
    why: 'The shell looks at the last command alone: when a download fails the build goes on with nothing, or with half of it.',
    remediation:
      'SHELL ["/bin/bash", "-o", "pipefail", "-c"] before it, or `set -o pipefail` in it; or download to a file first.',
    aliases: ['hadolint:DL4006'],
    example: {
      wrong: 'RUN curl -fsSL https://example.org/x.tar.gz | tar -xz',
      right: 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl -fsSL https://example.org/x.tar.gz | tar -xz',
    },
    sources: ['https://docs.docker.com/build/building/best-practices/#using-pipes'],
  },
  judge: (image) =>
    overRuns(image, ({ instruction, commands }) => {
      if (
        instruction.shell?.includes('pipefail') === true ||
        instruction.shell?.some((word) => /^-[a-z]*o$/.test(word) && word !== '-o') === true
      )
        return undefined;
      const isSet = commands.some(({ program, words }) => program === 'set' && words.includes('pipefail'));
      if (isSet) return undefined;
      const piped = commands.find(({ command, program }) => {
        const isPipe = command.next === '|' || command.next === '|&';
        // These do not fail in a way that would matter.
        return (
          isPipe && command.within.length === 0 && !/^(?:echo|printf|yes|cat|true|:)$/.test(program) && program !== ''
        );
      });
      return piped === undefined ? undefined : `It pipes the output of ${shown(piped)}.`;
    }),
};

const linkShell: Rule = commandRule(
  {
    id: 'shell-by-link',
    kind: 'history',
    title: '/bin/sh is made a link to another shell',
    severity: 'low',
    why: 'Scripts of the distribution are written for the shell that it has there.',
    remediation: 'Use SHELL.',
    aliases: ['hadolint:DL4005'],
    example: { wrong: 'RUN ln -sf /bin/bash /bin/sh', right: 'SHELL ["/bin/bash", "-c"]' },
  },
  (ran) => {
    const target = plainWords(ran.words).at(-1) ?? '';
    return ran.program === 'ln' && /^(?:\/usr)?\/bin\/sh$/.test(target) ? `It runs ${shown(ran)}.` : undefined;
  },
);

const pointlessPrograms = new Set([
  'ssh',
  'vim',
  'shutdown',
  'service',
  'ps',
  'free',
  'top',
  'kill',
  'mount',
  'ifconfig',
  'systemctl',
  'reboot',
  'htop',
]);

const pointless: Rule = commandRule(
  {
    id: 'pointless-command',
    kind: 'history',
    title: 'A RUN uses a program that does nothing lasting in a build',
    severity: 'negligible',
    why: 'Processes, mounts and services of a build end with its RUN; editors have nobody in front of them.',
    remediation: 'Leave it out; start services when the container starts.',
    aliases: ['hadolint:DL3001'],
    example: { wrong: 'RUN service nginx start', right: 'CMD ["nginx", "-g", "daemon off;"]' },
    caveats: 'A service that is started to be set up within the same RUN is at its place.',
  },
  (ran) =>
    pointlessPrograms.has(ran.program) && !isStartedForUse(ran)
      ? { evidence: `It runs ${shown(ran)}.`, confidence: 'medium' }
      : undefined,
);

/** More follows in the same RUN that may use it. */
function isStartedForUse({ program, command, run }: RanCommand): boolean {
  return (
    (program === 'service' || program === 'ssh' || program === 'kill') &&
    run.commands.some((other) => other.command.index > command.index)
  );
}

const consecutive: Rule = {
  doc: {
    id: 'consecutive-runs',
    kind: 'history',
    title: 'RUN follows RUN',
    severity: 'negligible',
    why: 'Each makes a layer; what one removes the layer before it keeps.',
    remediation: 'Join them with &&, or with a here-document.',
    aliases: ['hadolint:DL3059'],
    example: { wrong: 'RUN make\nRUN make clean', right: 'RUN make && make clean' },
    caveats: 'Layers of their own can be on purpose, for the cache of the builder.',
  },
  judge(image) {
    const runs = runsOf(image).filter(({ instruction }) => instruction.kind === 'RUN');
    const indexes = new Set(runs.map(({ instruction }) => instruction.index));
    const first = runs.find(({ instruction }) => indexes.has(instruction.index + 1));
    const pairs = runs.filter(({ instruction }) => indexes.has(instruction.index + 1)).length;
    return overRuns(image, ({ instruction }) =>
      first !== undefined && instruction.index === first.instruction.index
        ? `${pairs} ${pairs === 1 ? 'RUN is' : 'RUNs are'} followed by another one, the first of them instruction ${instruction.index}.`
        : undefined,
    );
  },
};

const largeUser: Rule = commandRule(
  {
    id: 'useradd-large-id',
    kind: 'history',
    title: 'useradd with a large number and without -l fills the image with a sparse file',
    severity: 'low',
    why: '/var/log/lastlog and faillog have a place for every number: with a large one they are gigabytes that not every tool keeps sparse.',
    remediation: 'Add -l (--no-log-init), or take a smaller number.',
    aliases: ['hadolint:DL3046'],
    example: { wrong: 'RUN useradd -u 123456789 app', right: 'RUN useradd -l -u 123456789 app' },
    sources: ['https://github.com/golang/go/issues/13548'],
  },
  (ran) => {
    if (ran.program !== 'useradd' || hasFlag(ran.words, '-l', '--no-log-init')) return undefined;
    const at = ran.words.findIndex((word) => word === '-u' || word === '--uid');
    const id = at >= 0 ? ran.words[at + 1] : ran.words.find((word) => word.startsWith('--uid='))?.slice(6);
    return id !== undefined && /^\d{6,}$/.test(id) ? `It runs ${shown(ran)}.` : undefined;
  },
);

export const shellStyleRules: readonly Rule[] = [
  sudo,
  cd,
  twoDownloaders,
  progress,
  pipefail,
  linkShell,
  pointless,
  consecutive,
  largeUser,
];
