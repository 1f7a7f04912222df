import { isFetcher } from '../code-sources.ts';
import type { Rule } from '../rule.ts';
import {
  commandRule,
  hasFlag,
  instructionRule,
  overRuns,
  plainWords,
  type RanCommand,
  type Run,
  shown,
} from './commands.ts';
import { outsideCodeOf } from './outside-code-of.ts';

const checksums =
  /^(?:sha(?:1|224|256|384|512)sum|shasum|md5sum|b2sum|cksum|openssl|gpg[v2]?|gpg-connect-agent|cosign|minisign|signify|rhash|keybase|sq|slsa-verifier|gh)$/;

/** Whether a command fetches what is behind an address. */
export function isDownload({ program, words }: RanCommand): boolean {
  return isFetcher(program) && words.some((word) => !word.startsWith('-'));
}

/** Whether the RUN compares something with a digest or a signature at all: which file, the text does not tell for sure. */
function isChecked({ commands }: Run): boolean {
  return commands.some(compares);
}

function compares({ program, words }: RanCommand): boolean {
  if (!checksums.test(program) || words.includes('/dev/null')) return false;
  if (program === 'openssl')
    return words[0] === 'dgst' && words.some((word) => word.startsWith('-verify') || word === '-signature');
  if (/sum$/.test(program) || program === 'shasum' || program === 'rhash')
    return hasFlag(words, '-c', '--check', '--strict', '--status');
  if (/^gpg/.test(program))
    return words.some((word) => /^--(?:batch-)?verify$|^--verify|^--decrypt$/.test(word)) || program === 'gpgv';
  if (program === 'gh') return words[0] === 'attestation' && words[1] === 'verify';
  return words.some((word) => /verify/i.test(word) || word === '-V' || word === '-Vm');
}

const piped: Rule = {
  doc: {
    id: 'download-executed',
    kind: 'history',
    title: 'What is downloaded is run without being checked',
    severity: 'high',
    why:
      'Whoever holds the server, the domain or the way there decides what runs in the build, today and at each build to come. ' +
      'A server can also tell a pipe from a browser, and hand it something else.',
    remediation:
      'Download a named version to a file, compare it with a digest that stands in the build file, then run it.',
    aliases: ['cis-docker:4.12'],
    example: {
      wrong: 'RUN curl -fsSL https://example.org/install.sh | sh',
      right:
        'RUN curl -fsSLo install.sh https://example.org/1.2/install.sh \\\n && echo "<digest>  install.sh" | sha256sum -c - && sh install.sh',
    },
    sources: ['https://cwe.mitre.org/data/definitions/494.html'],
    caveats: 'A comparison that the downloaded script makes itself is not seen.',
  },
  judge: (image) =>
    overRuns(
      image,
      (run) => {
        for (const { kind, source, runner } of outsideCodeOf(run, compares)) {
          if (kind === 'fetches')
            return `It runs ${runner === undefined ? 'what' : `${shown(runner)}, which`} ${shown(source)} ${runner === undefined ? 'brings' : 'brought'}.`;
          if (kind === 'clones' && runner !== undefined) {
            const evidence = `It runs ${shown(runner)}, which ${shown(source)} brought: no commit is named.`;
            return { evidence, severity: 'medium', confidence: 'medium' };
          }
        }
        return undefined;
      },
      { starts: true, resolves: true },
    ),
};

function savedTo({ program, words, command }: RanCommand): string | undefined {
  const target = command.redirections.find(({ operator }) => operator === '>' || operator === '>|')?.target?.text;
  if (target !== undefined) return target;
  const flags = program === 'wget' ? ['-O', '--output-document'] : ['-o', '--output'];
  for (const [at, word] of words.entries()) {
    if (flags.includes(word)) return words[at + 1];
    const long = flags.find((flag) => word.startsWith(`${flag}=`));
    if (long !== undefined) return word.slice(long.length + 1);
    if (/^-[A-Za-z]+[oO]$/.test(word) && (program === 'wget' ? word.endsWith('O') : word.endsWith('o')))
      return words[at + 1];
  }
  const address = plainWords(words).find((word) => word.includes('://'));
  const place = address?.split(/[?#]/, 1)[0] ?? '';
  const named = place.slice(place.lastIndexOf('/') + 1) || undefined;
  const isNamed = program === 'wget' || hasFlag(words, '-O', '--remote-name', '-J');
  return isNamed ? named : undefined;
}

const unverifiedArchive: Rule = {
  doc: {
    id: 'download-unverified',
    kind: 'history',
    title: 'What is downloaded is used without being compared with a digest',
    severity: 'low',
    why: 'The next build may get something else from the same address.',
    remediation: 'Compare it with a digest that stands in the build file, in the same RUN.',
    aliases: ['cis-docker:4.12'],
    example: {
      wrong: 'RUN wget -qO- https://example.org/app.tar.gz | tar -xz -C /opt',
      right:
        'RUN wget -q https://example.org/app.tar.gz && echo "<digest>  app.tar.gz" | sha256sum -c - && tar -xzf app.tar.gz -C /opt',
    },
    caveats: 'Addresses of the machine itself, and of what only answers a question, are told as well.',
  },
  judge: (image) =>
    overRuns(image, (run) => {
      if (isChecked(run)) return undefined;
      const runAtOnce = new Set(
        outsideCodeOf(run, compares).flatMap(({ source, runner }) => (runner === undefined ? [source.command] : [])),
      );
      const found = run.commands.find((ran) => {
        if (!isDownload(ran) || runAtOnce.has(ran.command)) return false;
        const addresses = ran.words.filter((word) => /^(?:https?|ftp):\/\//.test(word));
        return (
          addresses.some((address) =>
            /\.(?:tar|tgz|txz|zip|gz|xz|bz2|zst|deb|rpm|apk|jar|whl|bin|run|exe|AppImage|sh|py)\b/i.test(address),
          ) && savesOrUnpacks(ran, run.commands)
        );
      });
      return found === undefined
        ? undefined
        : { evidence: `It runs ${shown(found)} and compares nothing.`, confidence: 'medium' };
    }),
};

function savesOrUnpacks(ran: RanCommand, commands: readonly RanCommand[]): boolean {
  if (savedTo(ran) !== undefined) return true;
  return commands.some(({ command, program }) => {
    return (
      command.pipeline === ran.command.pipeline &&
      command.position > ran.command.position &&
      /^(?:tar|unzip|bsdtar|gunzip|gzip|xz|zstd|dpkg|cpio)$/.test(program)
    );
  });
}

const fromAddress: Rule = commandRule(
  {
    id: 'package-from-address',
    kind: 'history',
    title: 'A package is installed from an address instead of a repository that signs',
    severity: 'medium',
    why: 'What lies behind the address is installed with its scripts, and nobody checks who made it.',
    remediation: 'Install from a repository, or pin the digest (pip: #sha256=..., npm: a lockfile).',
    aliases: ['cis-docker:4.11'],
    example: {
      wrong: 'RUN pip install https://example.org/x.zip',
      right: 'RUN pip install https://example.org/x.zip#sha256=<digest>',
    },
  },
  (ran) => {
    const { program, words } = ran;
    const isInstaller =
      /^(?:pip[\d.]*|npm|yarn|pnpm|gem|dnf|yum|microdnf|zypper|rpm|easy_install|cpanm)$/.test(program) ||
      (/^python[\d.]*$/.test(program) && words[0] === '-m' && words[1] === 'pip');
    if (
      !isInstaller ||
      (!words.some((word) => /^(?:install|i|add|in|localinstall|-[iUF]|-[iUF]?vh|-Uvh|-ivh|--install)$/.test(word)) &&
        program !== 'cpanm' &&
        program !== 'easy_install')
    )
      return undefined;
    const address = words.find(
      (word) => /^(?:git\+)?(?:https?|ftp):\/\//.test(word) && !/#sha(?:256|384|512)=|[@#][0-9a-f]{40}$/.test(word),
    );
    if (address === undefined) return undefined;
    const at = words.indexOf(address);
    // An index or a mirror is another matter.
    if (
      at > 0 &&
      /^(?:-i|-f|--.*(?:url|index|registry|repo|links|host|source|proxy|from-?repo|import))/.test(
        words[at - 1] as string,
      )
    )
      return undefined;
    const isPlain = /^http:|^ftp:/.test(address);
    return { evidence: `It runs ${shown(ran)}.`, ...(isPlain && { severity: 'high' as const }) };
  },
);

const added: Rule = instructionRule(
  {
    id: 'add-unverified',
    kind: 'history',
    title: 'ADD fetches a file from an address without a digest',
    severity: 'medium',
    why: 'The builder takes whatever answers; nobody compares it with anything.',
    remediation: 'Add --checksum=sha256:DIGEST, or download and compare in a RUN.',
    aliases: ['cis-docker:4.9'],
    example: {
      wrong: 'ADD https://example.org/app.tar.gz /opt/',
      right: 'ADD --checksum=sha256:<digest> https://example.org/app.tar.gz /opt/',
    },
    sources: ['https://docs.docker.com/reference/dockerfile/#add---checksum'],
    caveats: 'Old builders record the digest of what they fetched instead of the address: then it is not seen.',
  },
  ['ADD'],
  ({ arguments: { words, flags } }) => {
    const address = words.slice(0, -1).find((word) => /^(?:https?|ftp):\/\//.test(word));
    if (address === undefined || flags.some(({ name }) => name === 'checksum')) return undefined;
    const isGit = /\.git(?:#|$)/.test(address);
    if (isGit && /#[0-9a-f]{40}/.test(address)) return undefined;
    return {
      evidence: `It adds ${address.slice(0, 120)}.`,
      ...(/^(?:http|ftp):/.test(address) && { severity: 'high' as const }),
    };
  },
);

export const downloadRules: readonly Rule[] = [piped, unverifiedArchive, fromAddress, added];
