import { undecidedIfBlind } from '../blind.ts';
import type { Rule } from '../rule.ts';
import { commandRule, documentLines, hasFlag, overRuns, plainWords, type RanCommand, shown } from './commands.ts';

const systemDirectory =
  /^\/(?:bin|boot|dev|etc|home|lib|lib64|opt|proc|root|run|sbin|sys|usr|var)?\/?\*?$|^\/(?:etc|usr|lib|bin|sbin)(?:\/|$)/;

/** A longer mode is none. */
const MOST_MODE = 64;

const everybody: Rule = commandRule(
  {
    id: 'chmod-everybody',
    kind: 'history',
    title: 'chmod lets everybody write',
    severity: 'medium',
    why: 'Whatever runs in the container, as whoever, can change the files: programs and settings among them.',
    remediation: 'Give the files to the user that needs them, and the right to write to this user alone.',
    aliases: [],
    example: { wrong: 'RUN chmod -R 777 /srv', right: 'RUN chown -R 10001 /srv/data' },
    sources: ['https://cwe.mitre.org/data/definitions/732.html'],
  },
  (ran) => {
    if (ran.program !== 'chmod') return undefined;
    const [mode = '', ...files] = plainWords(ran.words, new Set(['--reference']));
    if (mode.length > MOST_MODE) return undefined;
    const isOpen = /^[0-7]?[0-7][0-7][2367]$/.test(mode) || /(?:^|,)(?:[ugo]*[oa][ugoa]*|)[+=][rxXst]*w/.test(mode);
    if (!isOpen) return undefined;
    // The sticky bit is what makes a directory for everybody safe.
    if (/^[1357][0-7]{3}$/.test(mode) || /\+t/.test(mode)) return undefined;
    const isRecursive = hasFlag(ran.words, '-R', '--recursive');
    const isSystem = files.some((file) => systemDirectory.test(file));
    return { evidence: `It runs ${shown(ran)}.`, ...((isRecursive || isSystem) && { severity: 'high' as const }) };
  },
);

const setId: Rule = commandRule(
  {
    id: 'chmod-set-id',
    kind: 'history',
    title: 'A program is made to run with the rights of its owner, or gets capabilities',
    severity: 'high',
    why: 'Whoever can start it has these rights: a flaw in it, or what it does on purpose, is a way to root.',
    remediation: 'Leave it out; give the container the one capability that it needs when it is started.',
    aliases: ['veinmind:escape:priv'],
    example: { wrong: 'RUN chmod u+s /usr/bin/tool', right: 'docker run --cap-add NET_BIND_SERVICE IMAGE' },
  },
  (ran) => {
    const { program, words } = ran;
    if (program === 'setcap') return hasFlag(words, '-r', '-v') ? undefined : `It runs ${shown(ran)}.`;
    if (program === 'chmod') {
      const mode = plainWords(words)[0] ?? '';
      const isSet = /^[2467][0-7]{3}$/.test(mode) || /(?:^|,)[ugoa]*[+=][rwxXt]*s/.test(mode);
      // On a directory the bit of the group only says whom new files belong to.
      const isGroup = /^2[0-7]{3}$/.test(mode) || /^g[+=]/.test(mode);
      return isSet
        ? {
            evidence: `It runs ${shown(ran)}.`,
            ...(isGroup && { severity: 'low' as const, confidence: 'low' as const }),
          }
        : undefined;
    }
    if (program === 'install') {
      const at = words.findIndex((word) => word === '-m' || word === '--mode');
      const mode = words[at + 1] ?? words.find((word) => /^(?:-m|--mode=)[4-7][0-7]{3}$/.test(word)) ?? '';
      return at >= 0 && /^[4-7][0-7]{3}$/.test(mode) ? `It runs ${shown(ran)}.` : undefined;
    }
    return undefined;
  },
);

const owners: Rule = commandRule(
  {
    id: 'chown-system-directory',
    kind: 'history',
    title: 'A directory of the system is given to a user',
    severity: 'medium',
    why: 'The user can then change programs and settings that root uses, and so become root.',
    remediation: 'Give the user a directory of its own.',
    aliases: [],
    example: { wrong: 'RUN chown -R app /usr', right: 'RUN install -d -o app /var/lib/app' },
  },
  (ran) => {
    if (ran.program !== 'chown' && ran.program !== 'chgrp') return undefined;
    const [owner = '', ...files] = plainWords(ran.words, new Set(['--from', '--reference']));
    if (/^(?:root|0)?(?::(?:root|0)?)?$/.test(owner)) return undefined;
    const isRecursive = hasFlag(ran.words, '-R', '--recursive');
    const file = files.find((word) =>
      isRecursive
        ? /^\/(?:bin|boot|etc|lib|lib64|sbin|usr|usr\/(?:bin|lib|sbin|local\/(?:bin|lib))|var|root)?\/?\*?$/.test(word)
        : /^\/etc\/(?:passwd|shadow|group|sudoers|ld\.so\.preload)$/.test(word),
    );
    return file === undefined ? undefined : `It runs ${shown(ran)}.`;
  },
);

const privilegedGroups = /^(?:sudo|wheel|docker|root|adm|disk|shadow|lxd|libvirt|kvm)$/;

const groups: Rule = commandRule(
  {
    id: 'user-in-privileged-group',
    kind: 'history',
    title: 'A user is added to a group that is as good as root',
    severity: 'high',
    why: 'Members of sudo and wheel may run all as root; members of docker own the host, where its socket is mounted; members of disk read every block.',
    remediation: 'Leave it out.',
    aliases: [],
    example: { wrong: 'RUN usermod -aG sudo app', right: 'USER app' },
  },
  (ran) => {
    const { program, words } = ran;
    let lists: readonly string[] = [];
    if (program === 'usermod' || program === 'useradd') {
      lists = words
        .filter((_, at) => /^(?:-[a-z]*G|--groups)$/.test(words[at - 1] ?? ''))
        .concat(words.filter((word) => word.startsWith('--groups=')).map((word) => word.slice(9)));
    } else if (program === 'adduser' || program === 'addgroup') {
      const plain = plainWords(
        words,
        new Set(['--home', '--shell', '--uid', '--gid', '--gecos', '--ingroup', '-h', '-s', '-u', '-g', '-G']),
      );
      lists =
        plain.length === 2
          ? [plain[1] as string]
          : words.filter((_, at) => words[at - 1] === '-G' || words[at - 1] === '--ingroup');
    } else if (program === 'gpasswd' && hasFlag(words, '-a', '--add')) lists = [plainWords(words).at(-1) ?? ''];
    const group = lists.flatMap((list) => list.split(',')).find((name) => privilegedGroups.test(name));
    return group === undefined ? undefined : `It runs ${shown(ran)}.`;
  },
);

const withoutPassword: Rule = commandRule(
  {
    id: 'sudo-without-password',
    kind: 'history',
    title: 'A user may run all as root without a password',
    severity: 'high',
    why: 'The user is root then; whoever breaks into the program is, too.',
    remediation: 'Leave sudo out of the image.',
    aliases: ['veinmind:escape:priv'],
    example: { wrong: "RUN echo 'app ALL=(ALL) NOPASSWD:ALL' >> /etc/sudoers", right: 'USER app' },
  },
  (ran) => {
    const { words, program } = ran;
    if (!/^(?:echo|printf|cat|tee|sed)$/.test(program)) return undefined;
    const texts = [...words, ...documentLines(ran)];
    return texts.some(
      (text) =>
        /NOPASSWD[ \t]{0,9}:|^[ \t]{0,20}%?[\w.-]{1,64}[ \t]{1,20}ALL[ \t]{0,9}=[ \t]{0,9}\(?ALL/m.test(text) &&
        !/^#/.test(text),
    )
      ? `It runs ${shown(ran)}.`
      : undefined;
  },
);

const password: Rule = {
  doc: {
    id: 'password-in-instruction',
    kind: 'history',
    title: 'An instruction sets a password that stands in the history',
    severity: 'high',
    why: 'Whoever can pull the image reads it, and knows it for every container.',
    remediation: 'Leave accounts without a password, and locked; hand over what is needed when the container starts.',
    aliases: ['dockle:CIS-DI-0010', 'trivy:DS-0031', 'cis-docker:4.10'],
    example: { wrong: "RUN echo 'root:secret' | chpasswd", right: 'RUN passwd --lock root' },
  },
  judge: (image) =>
    overRuns(image, ({ commands }) => {
      for (const ran of commands) {
        if (setsPassword(ran, commands)) return `It runs ${ran.program} with a password that is written there.`;
      }
      return undefined;
    }),
};

/** Whether a literal password is given; one that a variable brings is none. */
function setsPassword({ program, words, command }: RanCommand, commands: readonly RanCommand[]): boolean {
  if (program === 'useradd' || program === 'usermod' || program === 'adduser') {
    const at = words.findIndex((word) => word === '-p' || word === '--password');
    const value =
      at >= 0 ? words[at + 1] : words.find((word) => word.startsWith('--password='))?.slice('--password='.length);
    return value !== undefined && value !== '' && !/^[*!]+$/.test(value) && !/[$`](?![0-9a-z]{1,2}\$)/.test(value);
  }
  if (program !== 'chpasswd' && program !== 'passwd') return false;
  if (program === 'passwd' && !hasFlag(words, '--stdin')) {
    if (words.some((word) => /^-(?:d|l|u|e|-delete|-lock|-unlock|-expire|S|-status)/.test(word))) return false;
  }
  const given = command.redirections.flatMap(({ document, operator, target }) => {
    return document !== undefined ? [document] : operator === '<<<' && target !== undefined ? [target] : [];
  });
  const before = commands.find(
    ({ command: other }) => other.pipeline === command.pipeline && other.position === command.position - 1,
  );
  const piped =
    before !== undefined && /^(?:echo|printf|yes)$/.test(before.program) ? before.command.words.slice(1) : [];
  return [...given, ...piped].some(({ text, literal }) => {
    if (program === 'passwd') return literal !== undefined && literal !== '' && !literal.startsWith('-');
    return /^[^:\s]+:[^$`\s*!%][^\s]*/m.test(text) && !/:\$\{?\w|:\$\(/.test(text);
  });
}

const argumentNames =
  /(?:^|_)(?:PASS(?:WORD|WD|PHRASE)?|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?|AUTH)(?:$|_)/i;
const harmlessNames =
  /(?:_FILE|_PATH|_DIR|_URL|_HOST|_USER|_NAME|_TTL|_EXPIR\w*|_LENGTH|_ID|_VERSION|_POLICY|_MIN\w*|_MAX\w*|_REQUIRED|_ENABLED?|_TYPE|_METHOD|_PUBLIC)$/i;

const named: Rule = {
  doc: {
    id: 'secret-by-argument',
    kind: 'history',
    title: 'A build argument or variable by its name is for a secret',
    severity: 'medium',
    why: 'The value of an argument stands in the history behind every RUN that follows, and that of a variable in the configuration.',
    remediation: 'Hand it to the RUN that needs it: --mount=type=secret.',
    aliases: ['dockle:CIS-DI-0010', 'trivy:DS-0031', 'hadolint:DL3064', 'cis-docker:4.10'],
    example: {
      wrong: 'ARG NPM_TOKEN=npm_1234\nRUN npm ci',
      right: 'RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci',
    },
    sources: ['https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/'],
    caveats:
      'It is decided by the name alone; whether a secret is in it the check `secrets` looks at. Without a value it is told as low.',
  },
  *judge(image) {
    const { history, config } = image;
    yield* undecidedIfBlind(image);
    const told = new Set<string>();
    for (const {
      kind,
      index,
      arguments: { pairs },
      buildArguments,
    } of history.instructions) {
      const own = kind === 'ARG' || kind === 'ENV' ? pairs : [];
      for (const { name, value } of [...own, ...buildArguments]) {
        if (!argumentNames.test(name) || harmlessNames.test(name) || told.has(name)) continue;
        if (kind === 'ARG' && value === undefined) continue;
        told.add(name);
        const isEmpty = value === undefined || value === '' || /^\$/.test(value);
        const where = own.some((pair) => pair.name === name) ? `${kind} sets` : 'RUN has the build argument';
        yield {
          evidence: `${where} ${name.slice(0, 80)}${isEmpty ? ' without a value' : ''}.`,
          instruction: index,
          confidence: isEmpty ? 'low' : 'medium',
          ...(isEmpty && { severity: 'negligible' as const }),
        };
      }
    }
    // Of variables that no instruction tells of, the configuration knows all the same.
    for (const { name, value } of config.env) {
      if (value === '' || !argumentNames.test(name) || harmlessNames.test(name) || told.has(name)) continue;
      told.add(name);
      yield { evidence: `The configuration sets ${name.slice(0, 80)}.`, confidence: 'medium' };
    }
  },
};

export const permissionRules: readonly Rule[] = [everybody, setId, owners, groups, withoutPassword, password, named];
