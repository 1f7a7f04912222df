import type { JudgedImage, Rule } from '../rule.ts';
import { leftInLayer, removesAfter } from './caches.ts';
import { commandRule, hasFlag, overRuns, plainWords, type RanCommand } from './commands.ts';

/** A call of an installer of packages of a language. */
interface Install {
  readonly packages: readonly string[];
  readonly words: readonly string[];
}

const pipValues = new Set([
  '-r',
  '--requirement',
  '-c',
  '--constraint',
  '-e',
  '--editable',
  '-i',
  '--index-url',
  '--extra-index-url',
  '-f',
  '--find-links',
  '-t',
  '--target',
  '--prefix',
  '--root',
  '--platform',
  '--python-version',
  '--trusted-host',
  '--cache-dir',
  '--proxy',
  '--timeout',
  '--retries',
  '--cert',
  '--global-option',
  '--progress-bar',
  '--upgrade-strategy',
  '--root-user-action',
  '--config-settings',
  '-C',
  '--implementation',
  '--abi',
  '--exists-action',
  '--client-cert',
  '--keyring-provider',
  '--use-feature',
  '--report',
  '--group',
  '--build-option',
  '--install-option',
  '--python',
  '--no-binary',
  '--only-binary',
  '--log',
  '--src',
]);

function pipInstall({ program, words }: RanCommand): Install | undefined {
  const isPip = /^pipx?[\d.]*$/.test(program);
  const isModule = /^(?:python|pypy)[\d.]*$/.test(program) && words[0] === '-m' && /^pipx?$/.test(words[1] ?? '');
  if (!isPip && !isModule) return undefined;
  const rest = isModule ? words.slice(2) : words;
  const [verb, ...packages] = plainWords(rest, pipValues);
  return verb === 'install' ? { packages, words: rest } : undefined;
}

function isDecided(word: string): boolean {
  return !/[$`]/.test(word);
}

/** A file, a folder or an address, which is what it is. */
function isPlace(word: string): boolean {
  return (
    word.startsWith('.') ||
    word.startsWith('/') ||
    word.includes('://') ||
    /\.(?:whl|zip|tgz|tar|tar\.(?:gz|bz2|xz)|gem)$/.test(word)
  );
}

/** A repository whose state is not named: what is at its head today. */
function isMovingRepository(word: string): boolean {
  const isRepository = /^git(?:\+[a-z]+)?:\/\//.test(word) || /^(?:git\+|https?:)[^#]*\.git(?:#|$)/.test(word);
  if (!isRepository) return false;
  const hash = word.indexOf('#');
  const place = hash < 0 ? word : word.slice(0, hash);
  const fragment = hash < 0 ? '' : word.slice(hash + 1);
  // pip writes the state behind an @ of the path, npm behind the #; `egg=` and `subdirectory=` name none.
  const path = place.slice(place.indexOf('://') + 3);
  const isNamed = path.slice(path.indexOf('/') + 1).includes('@') || (fragment !== '' && !/^[a-z]+=/.test(fragment));
  return !isNamed;
}

function some(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names
    .slice(0, 3)
    .map((name) => name.slice(0, 60))
    .join(', ')}${more}`;
}

const why =
  'The next build may get other versions, without a change in the build file; a taken-over package comes in at once.';

const pip: Rule = commandRule(
  {
    id: 'pip-unpinned',
    kind: 'history',
    title: 'pip installs packages in any version',
    severity: 'low',
    why,
    remediation: 'Name versions, best in a file of requirements with hashes.',
    aliases: ['hadolint:DL3013'],
    example: { wrong: 'RUN pip install flask', right: 'RUN pip install --require-hashes -r requirements.txt' },
    sources: ['https://pip.pypa.io/en/stable/topics/secure-installs/'],
  },
  (ran) => {
    const install = pipInstall(ran);
    if (install === undefined || hasFlag(install.words, '-r', '--requirement', '-c', '--constraint', '--no-index'))
      return undefined;
    const loose = install.packages.filter(
      (word) =>
        isDecided(word) &&
        // No name of a package has a slash in it.
        (isMovingRepository(word) || (!isPlace(word) && !word.includes('/') && !/[=<>~@]=?/.test(word))),
    );
    return loose.length === 0 ? undefined : `It installs ${some(loose)} in any version.`;
  },
);

/** Homes that are looked into for a cache. */
const MOST_HOMES = 50;

function pipCacheFolders({ view }: JudgedImage): readonly string[] {
  const homes = view.list('home').slice(0, MOST_HOMES);
  return ['root', ...homes.map(({ path }) => path)].map((home) => `${home}/.cache/pip`);
}

const pipCache: Rule = {
  doc: {
    id: 'pip-cache-kept',
    kind: 'history',
    title: 'pip leaves its cache in the layer',
    severity: 'negligible',
    why: 'What was downloaded and built lies in the layer a second time.',
    remediation: 'Add --no-cache-dir, or set PIP_NO_CACHE_DIR=1.',
    aliases: ['hadolint:DL3042'],
    example: {
      wrong: 'RUN pip install -r requirements.txt',
      right: 'RUN pip install --no-cache-dir -r requirements.txt',
    },
    caveats: 'Where the files of the layer can be seen it is decided by them: BuildKit records no mounts.',
  },
  judge: (image) =>
    overRuns(image, (run) => {
      const installs = run.commands.filter((ran) => {
        const install = pipInstall(ran);
        return install !== undefined && !hasFlag(install.words, '--no-cache-dir');
      });
      const [first] = installs;
      const last = installs.at(-1);
      if (first === undefined || last === undefined || isPipCacheOff(image, first)) return undefined;
      if (isPurged(last)) return undefined;
      return leftInLayer(image, run, first, pipCacheFolders(image));
    }),
};

/** Whether a variable switches the cache off, wherever it is set: for the command, in the RUN, or for all of them. */
function isPipCacheOff({ config, history }: JudgedImage, { command, run }: RanCommand): boolean {
  const isOff = (name: string, value: string | undefined): boolean =>
    name === 'PIP_NO_CACHE_DIR' && value !== undefined && !/^(?:0|false|no|off)?$/i.test(value);
  const { instruction } = run;
  const inShell = run.commands.filter((other) => other.command.index <= command.index);
  return (
    config.env.some(({ name, value }) => isOff(name, value)) ||
    instruction.buildArguments.some(({ name, value }) => isOff(name, value)) ||
    inShell.some(({ command: { assignments }, program, words }) => {
      if (assignments.some(({ name, value }) => isOff(name, value.text))) return true;
      return program === 'export' && words.some((word) => isOff(word.split('=', 1)[0]!, word.split('=')[1]));
    }) ||
    history.instructions.some(
      ({ kind, index, arguments: { pairs } }) =>
        kind === 'ENV' && index < instruction.index && pairs.some(({ name, value }) => isOff(name, value)),
    )
  );
}

function isPurged({ command, run }: RanCommand): boolean {
  return run.commands.some(({ command: { index }, program, words }) => {
    if (index < command.index) return false;
    if (program === 'rm') return words.some((word) => word.includes('.cache'));
    return /^pip[\d.]*$/.test(program) && words[0] === 'cache' && words[1] === 'purge';
  });
}

const npmValues = new Set([
  '--prefix',
  '-C',
  '--registry',
  '--userconfig',
  '--cache',
  '--loglevel',
  '--workspace',
  '-w',
  '--omit',
  '--include',
  '--tag',
]);

const npm: Rule = commandRule(
  {
    id: 'npm-unpinned',
    kind: 'history',
    title: 'npm, yarn or pnpm installs packages in any version',
    severity: 'low',
    why,
    remediation: 'Name versions, and install what an application needs by its lockfile: npm ci.',
    aliases: ['hadolint:DL3016'],
    example: { wrong: 'RUN npm install -g express', right: 'RUN npm install -g express@4.21.2' },
    sources: ['https://docs.npmjs.com/cli/commands/npm-ci'],
  },
  (ran) => {
    const { program, words } = ran;
    const isNpm = /^(?:npm|pnpm|cnpm)$/.test(program);
    if (!isNpm && program !== 'yarn' && program !== 'bun') return undefined;
    const plain = plainWords(words, npmValues);
    const isGlobal = plain[0] === 'global';
    const [verb = '', ...packages] = isGlobal ? plain.slice(1) : plain;
    const verbs = isNpm ? /^(?:install|i|add|in|ins|isntall)$/ : /^(?:add)$/;
    if (!verbs.test(verb)) return undefined;
    const loose = packages.filter((word) => {
      if (!isDecided(word)) return false;
      if (isMovingRepository(word)) return true;
      if (isPlace(word) || /^(?:git|github|gitlab|file|link):/.test(word)) return false;
      const at = word.indexOf('@', 1);
      return at < 0 ? !/^[^@/]+\/[^@/]+$/.test(word) : /^(?:latest|next|\*)?$/.test(word.slice(at + 1));
    });
    return loose.length === 0 ? undefined : `It installs ${some(loose)} in any version.`;
  },
);

const gem: Rule = commandRule(
  {
    id: 'gem-unpinned',
    kind: 'history',
    title: 'gem installs packages in any version',
    severity: 'low',
    why,
    remediation: 'Name versions: gem install NAME:VERSION, or install by a Gemfile.lock.',
    aliases: ['hadolint:DL3028'],
    example: { wrong: 'RUN gem install bundler', right: 'RUN gem install bundler:2.5.23' },
  },
  ({ program, words }) => {
    if (!/^gem[\d.]*$/.test(program)) return undefined;
    // What stands behind -- is for whoever compiles the extension.
    const end = words.indexOf('--');
    const [verb = '', ...packages] = plainWords(
      end < 0 ? words : words.slice(0, end),
      new Set([
        '-v',
        '--version',
        '-s',
        '--source',
        '-i',
        '--install-dir',
        '-n',
        '--bindir',
        '-P',
        '--trust-policy',
        '--platform',
      ]),
    );
    if (!/^(?:install|i)$/.test(verb) || hasFlag(words, '-v', '--version')) return undefined;
    const loose = packages.filter((word) => isDecided(word) && !isPlace(word) && !word.includes(':'));
    return loose.length === 0 ? undefined : `It installs ${some(loose)} in any version.`;
  },
);

const go: Rule = commandRule(
  {
    id: 'go-unpinned',
    kind: 'history',
    title: 'go install takes a program in any version',
    severity: 'low',
    why,
    remediation: 'Write the version behind the path: go install PATH@v1.2.3.',
    aliases: ['hadolint:DL3062'],
    example: { wrong: 'RUN go install example.org/tool@latest', right: 'RUN go install example.org/tool@v1.2.3' },
  },
  ({ program, words }) => {
    if (program !== 'go' || !['install', 'get', 'run'].includes(words[0] ?? '')) return undefined;
    const loose = plainWords(words.slice(1)).filter((word) => {
      if (!isDecided(word) || isPlace(word)) return false;
      const isRemote = /^[\w-]+(?:\.[\w-]+)+\//.test(word);
      return isRemote && (/@(?:latest|upgrade|master|main)$/.test(word) || (words[0] !== 'run' && !word.includes('@')));
    });
    return loose.length === 0 ? undefined : `It installs ${some(loose)} in any version.`;
  },
);

/** Of yarn 1 for root with Debian and Alpine, and of yarn 2 and later. */
const yarnCacheFolders: readonly string[] = ['usr/local/share/.cache/yarn', 'root/.cache/yarn', 'root/.yarn'];

const yarnCache: Rule = {
  doc: {
    id: 'yarn-cache-kept',
    kind: 'history',
    title: 'yarn leaves its cache in the layer',
    severity: 'negligible',
    why: 'What was downloaded lies in the layer a second time.',
    remediation: 'Run yarn cache clean in the same RUN.',
    aliases: ['hadolint:DL3060'],
    example: { wrong: 'RUN yarn install', right: 'RUN yarn install && yarn cache clean' },
    caveats: 'Where the files of the layer can be seen it is decided by them: BuildKit records no mounts.',
  },
  judge: (image) =>
    overRuns(image, (run) => {
      const calls = run.commands.filter(({ program, words }) => {
        return program === 'yarn' && /^(?:install|add|global)$/.test(plainWords(words)[0] ?? 'install');
      });
      const [first] = calls;
      const last = calls.at(-1);
      if (first === undefined || last === undefined) return undefined;
      const isCleaned = run.commands.some(({ command: { index }, program, words }) => {
        if (index < last.command.index) return false;
        if (program === 'rm') return words.some((word) => /yarn|\.cache/.test(word));
        return program === 'yarn' && words[0] === 'cache' && words[1] === 'clean';
      });
      return isCleaned || removesAfter(run, last, yarnCacheFolders)
        ? undefined
        : leftInLayer(image, run, first, yarnCacheFolders);
    }),
};

export const languagePackageRules: readonly Rule[] = [pip, pipCache, npm, gem, go, yarnCache];
