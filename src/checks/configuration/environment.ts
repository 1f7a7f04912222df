import type { EnvironmentVariable } from '../../history/container-config.ts';
import type { JudgedImage, Rule, Seen } from '../rule.ts';

/** Directories in which everybody may make files. */
const temporary = /^\/(?:tmp|var\/tmp|dev\/shm|run\/lock|var\/lock)(?:\/|$)/;

function instructionOf({ history }: JudgedImage, name: string): Pick<Seen, 'instruction'> {
  const entry = history.instructions.findLast(
    ({ kind, arguments: { pairs } }) => kind === 'ENV' && pairs.some((pair) => pair.name === name),
  );
  return entry === undefined ? {} : { instruction: entry.index };
}

/** Whether others than the owner may make files in a directory of the image. */
function isWritable({ view }: JudgedImage, path: string): boolean {
  const found = view.resolve(path.replace(/^\//, ''));
  return found.found && found.file.header.type === 'directory' && (found.file.header.mode & 0o002) !== 0;
}

function* pathsOf({ value }: EnvironmentVariable): Iterable<string> {
  for (const part of value.split(':')) yield part;
}

const searchPath: Rule = {
  doc: {
    id: 'path-unsafe',
    kind: 'configuration',
    title: 'Programs are looked for where others may put theirs',
    severity: 'high',
    why:
      'The shell and most programs start what they find first in PATH. An element that is relative, empty or writable for ' +
      'all lets whoever can make a file there decide what runs.',
    remediation: 'Name only directories that nobody but root can write.',
    aliases: ['veinmind:history:unsafe-path'],
    example: { wrong: 'ENV PATH=/tmp/bin:$PATH', right: 'ENV PATH=/opt/app/bin:$PATH' },
    sources: ['https://cwe.mitre.org/data/definitions/427.html'],
  },
  *judge(image) {
    const variable = image.config.env.findLast(({ name }) => name === 'PATH');
    if (variable === undefined) return;
    for (const part of pathsOf(variable)) {
      const what = unsafeBecause(image, part);
      if (what !== undefined) yield { evidence: `PATH ${what}.`, ...instructionOf(image, 'PATH') };
    }
  },
};

function unsafeBecause(image: JudgedImage, part: string): string | undefined {
  if (part === '') return 'has an empty element, which means the working directory';
  // Windows has paths of another form.
  if (/^(?:[A-Za-z]$|\\)/.test(part)) return undefined;
  if (!part.startsWith('/') && !part.startsWith('$')) return `has the relative element ${part}`;
  if (temporary.test(part)) return `leads to ${part}, where everybody may make files`;
  if (isWritable(image, part)) return `leads to ${part}, which everybody may write`;
  return undefined;
}

/** What a setting does, where its value has a form that means it. */
const dangers: readonly {
  readonly names: readonly string[];
  readonly fits: (value: string, image: JudgedImage) => boolean;
  readonly what: string;
  readonly severity?: Seen['severity'];
}[] = [
  {
    names: ['LD_PRELOAD', 'LD_AUDIT'],
    fits: (value) => value !== '',
    what: 'a library is loaded into every program before its own',
  },
  {
    names: ['LD_LIBRARY_PATH', 'PYTHONPATH', 'PERL5LIB', 'RUBYLIB', 'NODE_PATH', 'GEM_PATH'],
    fits: (value, image) =>
      value.split(':').some((part) => part === '.' || temporary.test(part) || (part !== '' && isWritable(image, part))),
    what: 'code is looked for where everybody may write',
  },
  {
    names: ['NODE_OPTIONS'],
    fits: (value) => /--inspect(?:-brk)?=(?:0\.0\.0\.0|\[?::\]?|\*)/.test(value),
    what: 'the debugger listens on all addresses',
    severity: 'high',
  },
  {
    names: ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS', 'JAVA_OPTS', 'CATALINA_OPTS'],
    fits: (value) => /jdwp=[^ ]{0,200}address=(?:\*|0\.0\.0\.0)/.test(value),
    what: 'the debugger listens on all addresses',
    severity: 'high',
  },
  {
    names: ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS', 'JAVA_OPTS', 'CATALINA_OPTS'],
    fits: (value) =>
      /-Dcom\.sun\.management\.jmxremote\.port=/.test(value) && /jmxremote\.authenticate=false/.test(value),
    what: 'the management of the virtual machine asks for no password',
    severity: 'high',
  },
  {
    names: ['DEBUG', 'DJANGO_DEBUG', 'APP_DEBUG', 'FLASK_DEBUG', 'WERKZEUG_DEBUG', 'RAILS_DEBUG'],
    fits: (value) => /^(?:1|true|yes|on)$/i.test(value),
    what: 'the program shows its inner workings to whoever makes it fail',
  },
  {
    names: ['FLASK_ENV', 'NODE_ENV', 'RAILS_ENV', 'APP_ENV', 'ASPNETCORE_ENVIRONMENT', 'DJANGO_ENV'],
    fits: (value) => /^(?:dev|development|debug)$/i.test(value),
    what: 'the program runs as on the machine of a developer',
    severity: 'low',
  },
];

const dangerous: Rule = {
  doc: {
    id: 'environment-dangerous',
    kind: 'configuration',
    title: 'A variable of the environment makes every container weaker',
    severity: 'medium',
    why:
      'Variables of the image are set in every container. Some load code into programs, some open debuggers, some switch ' +
      'on what belongs on the machine of a developer.',
    remediation: 'Set it where it is needed, for one command or one container, and not in the image.',
    aliases: [],
    example: { wrong: 'ENV NODE_OPTIONS=--inspect=0.0.0.0', right: 'ENV NODE_ENV=production' },
    sources: ['https://nodejs.org/en/learn/getting-started/debugging#enabling-the-inspector-without-a-debugger'],
    caveats: 'A library that is preloaded on purpose, such as another allocator, is told all the same.',
  },
  *judge(image) {
    for (const variable of image.config.env) {
      for (const { names, fits, what, severity } of dangers) {
        if (!names.includes(variable.name) || !fits(variable.value, image)) continue;
        const shown = variable.value.length > 100 ? `${variable.value.slice(0, 100)}...` : variable.value;
        yield {
          evidence: `${variable.name}=${shown}: ${what}.`,
          ...(severity !== undefined && { severity }),
          ...instructionOf(image, variable.name),
        };
      }
    }
  },
};

/** Variables by which a check of signatures or certificates is switched off, and the values that do. */
const unchecked: ReadonlyMap<string, RegExp> = new Map([
  ['NODE_TLS_REJECT_UNAUTHORIZED', /^0$/],
  ['GIT_SSL_NO_VERIFY', /^(?:1|true|yes)$/i],
  ['PYTHONHTTPSVERIFY', /^0$/],
  ['PIP_TRUSTED_HOST', /./],
  ['NPM_CONFIG_STRICT_SSL', /^false$/i],
  ['npm_config_strict_ssl', /^false$/i],
  ['YARN_STRICT_SSL', /^false$/i],
  ['GOINSECURE', /./],
  ['GONOSUMDB', /^\*$/],
  ['GONOSUMCHECK', /^1$/],
  ['GOFLAGS', /-insecure/],
  ['GOSUMDB', /^off$/i],
  ['CURL_INSECURE', /^(?:1|true)$/i],
  ['SSL_VERIFY', /^(?:0|false|no)$/i],
  ['DOCKER_CONTENT_TRUST', /^0$/],
  ['HOMEBREW_NO_VERIFY_ATTESTATIONS', /./],
]);

const withoutChecks: Rule = {
  doc: {
    id: 'environment-unverified',
    kind: 'configuration',
    title: 'A variable of the environment switches off checks of certificates or signatures',
    severity: 'high',
    why: 'Every container of the image then believes whoever answers: an attacker on the way can hand it any code or data.',
    remediation: 'Remove the variable; give the program the certificate of the authority that it has to trust.',
    aliases: ['cis-docker:4.11', 'cis-docker:4.12'],
    example: {
      wrong: 'ENV NODE_TLS_REJECT_UNAUTHORIZED=0',
      right: 'COPY our-ca.pem /etc/ssl/\nENV NODE_EXTRA_CA_CERTS=/etc/ssl/our-ca.pem',
    },
    sources: ['https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue'],
  },
  *judge(image) {
    for (const { name, value } of image.config.env) {
      if (unchecked.get(name)?.test(value) !== true) continue;
      yield { evidence: `${name} is set to ${value.slice(0, 60)}.`, ...instructionOf(image, name) };
    }
  },
};

export const environmentRules: readonly Rule[] = [searchPath, dangerous, withoutChecks];
