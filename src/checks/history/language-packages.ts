import type { Rule } from '../rule.ts';
import { commandRule, hasFlag, plainWords, type RanCommand, shown } from './commands.ts';

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
  '--no-binary',
  '--only-binary',
  '--log',
  '--src',
]);

function pipInstall({ program, words }: RanCommand): Install | undefined {
  const isPip = /^pip[\d.]*$/.test(program);
  const isModule = /^(?:python|pypy)[\d.]*$/.test(program) && words[0] === '-m' && words[1] === 'pip';
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
    word.startsWith('.') || word.startsWith('/') || word.includes('://') || /\.(?:whl|zip|tgz|tar\.gz|gem)$/.test(word)
  );
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
    const loose = install.packages.filter((word) => isDecided(word) && !isPlace(word) && !/[=<>~@]=?/.test(word));
    const named = loose.filter((word) => !/^(?:pip|setuptools|wheel)$/.test(word));
    if (named.length === 0 && loose.length === 0) return undefined;
    return `It installs ${some(loose)} in any version.`;
  },
);

const pipCache: Rule = commandRule(
  {
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
    caveats: 'Where the variable comes from a base image or a file of settings it is only seen in the history.',
  },
  (ran) => {
    const install = pipInstall(ran);
    if (install === undefined || hasFlag(install.words, '--no-cache-dir')) return undefined;
    const isSet = (name: string, value: string | undefined): boolean =>
      name === 'PIP_NO_CACHE_DIR' && value !== undefined && !/^(?:0|false|no|off)?$/i.test(value);
    const { command, run } = ran;
    if (command.assignments.some(({ name, value }) => isSet(name, value.text))) return undefined;
    if (run.instruction.buildArguments.some(({ name, value }) => isSet(name, value))) return undefined;
    if (run.instruction.arguments.flags.some(({ name, value }) => name === 'mount' && /cache|pip/.test(value ?? '')))
      return undefined;
    if (run.commands.some((other) => other.command.assignments.some(({ name, value }) => isSet(name, value.text))))
      return undefined;
    if (run.commands.some(({ program, words }) => program === 'rm' && words.some((word) => /\.cache/.test(word))))
      return undefined;
    if (
      run.commands.some(
        (other) => /^pip[\d.]*$/.test(other.program) && other.words[0] === 'cache' && other.words[1] === 'purge',
      )
    )
      return undefined;
    return { evidence: `It runs ${shown(ran)}.`, confidence: 'medium' };
  },
);

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
      if (!isDecided(word) || isPlace(word) || /^(?:git|github|gitlab|file|link):/.test(word)) return false;
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
    const [verb = '', ...packages] = plainWords(
      words,
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

const yarnCache: Rule = commandRule(
  {
    id: 'yarn-cache-kept',
    kind: 'history',
    title: 'yarn leaves its cache in the layer',
    severity: 'negligible',
    why: 'What was downloaded lies in the layer a second time.',
    remediation: 'Run yarn cache clean in the same RUN.',
    aliases: ['hadolint:DL3060'],
    example: { wrong: 'RUN yarn install', right: 'RUN yarn install && yarn cache clean' },
  },
  (ran) => {
    const { program, words, run } = ran;
    if (program !== 'yarn') return undefined;
    const [verb = 'install'] = plainWords(words);
    if (!/^(?:install|add|global)$/.test(verb)) return undefined;
    const isCleaned =
      run.commands.some(
        (other) => other.program === 'yarn' && other.words[0] === 'cache' && other.words[1] === 'clean',
      ) ||
      run.commands.some((other) => other.program === 'rm' && other.words.some((word) => /yarn|\.cache/.test(word)));
    const isMounted = run.instruction.arguments.flags.some(
      ({ name, value }) => name === 'mount' && /yarn|\.cache/.test(value ?? ''),
    );
    return isCleaned || isMounted ? undefined : `It runs ${shown(ran)}.`;
  },
);

export const languagePackageRules: readonly Rule[] = [pip, pipCache, npm, gem, go, yarnCache];
