import type { FileHeader } from '../../model/file.ts';
import type { Instruction } from '../../model/history.ts';
import { interpreterNames, shellNames } from '../program-names.ts';
import type { JudgedImage, Rule, Seen } from '../rule.ts';
import { repeats } from './repeats.ts';

/** Programs that pass signals on and reap what is left of others. */
const inits = new Set([
  'tini',
  'dumb-init',
  'docker-init',
  's6-svscan',
  'init',
  'systemd',
  'catatonit',
  'runit',
  'supervisord',
]);

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function lastOf({ history }: JudgedImage, kinds: readonly Instruction['kind'][]): Pick<Seen, 'instruction'> {
  const index = history.instructions.findLast(({ kind }) => kinds.includes(kind))?.index;
  return index === undefined ? {} : { instruction: index };
}

const START: readonly Instruction['kind'][] = ['ENTRYPOINT', 'CMD'];

/** What the kernel is asked to start: the entrypoint, and the command behind it. */
function startOf({ config: { entrypoint = [], command = [] } }: JudgedImage): readonly string[] {
  return [...entrypoint, ...command];
}

/** The program that a line for the shell ends as, where it says `exec`; the shell itself otherwise. */
function isShellForm(words: readonly string[]): boolean {
  return shellNames.test(nameOf(words[0] ?? '')) && words[1] === '-c' && words[2] !== undefined;
}

const shellForm: Rule = {
  doc: {
    id: 'start-shell-form',
    kind: 'configuration',
    title: 'The program is started through a shell',
    severity: 'negligible',
    why:
      'The shell is process 1 and does not pass signals on: `docker stop` waits and then kills the program, which loses ' +
      'what it has not written.',
    remediation: 'Write the command as a list, or begin the line with `exec`.',
    aliases: ['hadolint:DL3025'],
    example: { wrong: 'CMD /srv/app --port 8080', right: 'CMD ["/srv/app", "--port", "8080"]' },
    sources: ['https://docs.docker.com/reference/dockerfile/#shell-and-exec-form'],
  },
  *judge(image) {
    const words = startOf(image);
    if (!isShellForm(words) || /^\s*exec\s/.test(words[2] as string)) return;
    yield { evidence: `Containers start ${words.slice(0, 3).join(' ').slice(0, 120)}.`, ...lastOf(image, START) };
  },
};

const withoutInit: Rule = {
  doc: {
    id: 'start-without-init',
    kind: 'configuration',
    title: 'A script is process 1, and nothing reaps what its programs leave',
    severity: 'negligible',
    why: 'Processes whose parent ended belong to process 1. A shell script does not collect them, and they add up.',
    remediation: 'Start the container with --init, or let tini or dumb-init be the entrypoint.',
    aliases: [],
    example: { wrong: 'ENTRYPOINT ["/start.sh"]', right: 'ENTRYPOINT ["tini", "--", "/start.sh"]' },
    sources: ['https://docs.docker.com/reference/cli/docker/container/run/#init'],
    caveats: 'A script that ends with `exec` leaves its place to the program; the script is not read for that.',
  },
  *judge(image) {
    const [program] = startOf(image);
    if (program === undefined || inits.has(nameOf(program))) return;
    if (!/\.(?:sh|bash)$/.test(program)) return;
    yield { evidence: `Containers start the script ${program}.`, confidence: 'low', ...lastOf(image, START) };
  },
};

const stopSignal: Rule = {
  doc: {
    id: 'stop-signal-kill',
    kind: 'configuration',
    title: 'Containers are stopped by a signal that no program can handle',
    severity: 'low',
    why: 'With SIGKILL the program cannot finish what it does: files are cut, clients get no answer, locks stay.',
    remediation: 'Use SIGTERM, or the signal on which the program ends in order.',
    aliases: [],
    example: { wrong: 'STOPSIGNAL SIGKILL', right: 'STOPSIGNAL SIGTERM' },
    sources: ['https://docs.docker.com/reference/dockerfile/#stopsignal'],
  },
  *judge(image) {
    const { stopSignal: signal } = image.config;
    if (signal === undefined || !/^(?:SIG)?(?:KILL|STOP)$|^(?:9|19)$/i.test(signal)) return;
    yield { evidence: `The stop signal is ${signal}.`, ...lastOf(image, ['STOPSIGNAL']) };
  },
};

const target: Rule = {
  doc: {
    id: 'start-target',
    kind: 'configuration',
    title: 'What containers start is missing, is no program, or can be changed by others',
    severity: 'high',
    why:
      'A program that everybody may write is a way to stay: whoever runs code in the container once changes what it starts ' +
      'from then on. One that is missing comes from elsewhere, or the container does not start.',
    remediation: 'Give the file to root and take the right to write from the others: COPY --chmod=755.',
    aliases: [],
    example: {
      wrong: 'COPY --chmod=777 app /srv/app\nCMD ["/srv/app"]',
      right: 'COPY --chmod=755 app /srv/app\nCMD ["/srv/app"]',
    },
    caveats: 'Names without a slash are looked for in PATH; what a volume or a mount brings is not seen.',
  },
  *judge(image) {
    const { view, config } = image;
    if (view.image.layers.length === 0) return;
    const words = startOf(image);
    for (const word of programsOf(words)) {
      const seen = findProgram(image, word);
      const place = { path: word.replace(/^\//, ''), ...lastOf(image, START) };
      if (seen === undefined) {
        if (isPath(word)) {
          yield {
            evidence: `Containers start ${word}, which is not in the image.`,
            severity: 'low',
            confidence: 'medium',
            remediation: 'Copy the program to that path, or correct the path in ENTRYPOINT or CMD.',
            ...place,
          };
        }
        continue;
      }
      const what = weaknessOf(seen.header, config.user);
      if (what === undefined) continue;
      const { layer, path } = seen;
      yield {
        evidence: `Containers start ${word}, ${what.words}.`,
        severity: what.severity,
        ...(what.remediation !== undefined && { remediation: what.remediation }),
        ...lastOf(image, START),
        layer,
        path,
      };
    }
  },
};

/** The program, and the script that a shell or interpreter is told to run. */
function programsOf(words: readonly string[]): readonly string[] {
  const [program, argument] = words;
  if (program === undefined) return [];
  if (isShellForm(words)) return [];
  const isInterpreter = interpreterNames.test(nameOf(program));
  return isInterpreter && argument !== undefined && isPath(argument) ? [program, argument] : [program];
}

function isPath(word: string): boolean {
  return word.startsWith('/') && !/[$`*?]/.test(word);
}

function findProgram({ view, config }: JudgedImage, word: string) {
  const path =
    config.env.findLast(({ name }) => name === 'PATH')?.value ??
    '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const places = isPath(word)
    ? [word]
    : word.includes('/')
      ? [`${config.workingDirectory}/${word}`]
      : path
          .split(':')
          .slice(0, 100)
          .map((directory) => `${directory}/${word}`);
  for (const place of places) {
    const found = view.resolve(place.replace(/^\/+/, ''));
    if (found.found && found.file.header.type !== 'directory') return found.file;
  }
  return undefined;
}

function weaknessOf(
  { mode, uid, type }: FileHeader,
  user: string,
):
  | (Pick<Seen, 'remediation'> & { readonly words: string; readonly severity: NonNullable<Seen['severity']> })
  | undefined {
  if (type !== 'file' && type !== 'hardlink') return undefined;
  if ((mode & 0o002) !== 0) return { words: 'which everybody may change', severity: 'high' };
  const number = user.split(':', 1)[0] as string;
  if (/^\d+$/.test(number) && Number(number) !== 0 && Number(number) === uid && (mode & 0o200) !== 0) {
    return { words: `which the user ${number} that runs it may change`, severity: 'medium' };
  }
  if ((mode & 0o020) !== 0) return { words: 'which the group of the file may change', severity: 'low' };
  if ((mode & 0o111) === 0)
    return {
      words: 'which nobody may execute',
      severity: 'low',
      remediation: 'Let it be executed: COPY --chmod=755.',
    };
  return undefined;
}

const commandRepeated: Rule = {
  doc: {
    id: 'command-repeated',
    kind: 'configuration',
    title: 'CMD is set several times, of which the last one counts',
    severity: 'negligible',
    why: 'The others are without effect, which whoever reads the build file may not see.',
    remediation: 'Keep one CMD.',
    aliases: ['trivy:DS-0016', 'hadolint:DL4003'],
    caveats: 'Nearly every base image has one of its own, which is replaced on purpose: the confidence is low.',
  },
  judge: (image) => repeats(image, 'CMD'),
};

const entrypointRepeated: Rule = {
  doc: {
    id: 'entrypoint-repeated',
    kind: 'configuration',
    title: 'ENTRYPOINT is set several times, of which the last one counts',
    severity: 'negligible',
    why: 'The others are without effect, which whoever reads the build file may not see.',
    remediation: 'Keep one ENTRYPOINT.',
    aliases: ['trivy:DS-0007', 'hadolint:DL4004'],
    caveats: 'A base image may have one of its own, which is replaced on purpose: the confidence is low.',
  },
  judge: (image) => repeats(image, 'ENTRYPOINT'),
};

export const startRules: readonly Rule[] = [
  shellForm,
  withoutInit,
  stopSignal,
  target,
  commandRepeated,
  entrypointRepeated,
];
