import { reportFormats } from '../../config/options.ts';
import {
  type Answer,
  type ForeignOption,
  type ForeignTool,
  needless,
  none,
  same,
  sameSwitch,
  switched,
} from './foreign.ts';

const known: readonly string[] = reportFormats;

function format(value: string): Answer {
  const ours = new Map([
    ['', 'table'],
    ['list', 'table'],
    ['json', 'json'],
    ['sarif', 'sarif'],
  ]).get(value.toLowerCase());
  if (ours === undefined)
    return { verdict: 'none', why: `there is no such format here; there are ${known.join(', ')}` };
  const why = ours === 'json' ? 'of another shape; aliases of a finding have dockle:ID' : '';
  return { verdict: ours === value ? 'same' : 'other', settings: [['format', ours]], why };
}

/** Levels of Dockle, and the least severity of checks that ask the same. */
const levels: ReadonlyMap<string, string> = new Map([
  ['fatal', 'high'],
  ['warn', 'low'],
  ['info', 'negligible'],
]);

function exitLevel(value: string): Answer {
  const ours = levels.get(value.toLowerCase());
  if (ours === undefined) return { verdict: 'none', why: 'there is no such level' };
  return { verdict: 'other', settings: [['fail-on', ours]], why: 'the least severity that counts' };
}

const words = 'secrets are known by their form and not by words; an entry of the policy accepts one by id and path';

const options: readonly ForeignOption[] = [
  {
    flags: ['--input'],
    takes: 'text',
    here: (value) => ({ verdict: 'other', subject: value, why: 'the path is the image' }),
  },
  {
    flags: ['--ignore', '-i'],
    takes: 'list',
    variables: ['DOCKLE_IGNORES'],
    here: none('an entry of the policy with the same id accepts it: id: CIS-DI-0001'),
  },
  { flags: ['--accept-key', '-ak', '--ak'], takes: 'list', variables: ['DOCKLE_ACCEPT_KEYS'], here: none(words) },
  { flags: ['--sensitive-word', '-sw', '--sw'], takes: 'list', variables: ['DOCKLE_REJECT_KEYS'], here: none(words) },
  { flags: ['--accept-file', '-af', '--af'], takes: 'list', variables: ['DOCKLE_ACCEPT_FILES'], here: none(words) },
  { flags: ['--sensitive-file', '-sf', '--sf'], takes: 'list', variables: ['DOCKLE_REJECT_FILES'], here: none(words) },
  {
    flags: ['--accept-file-extension', '-ae', '--ae'],
    takes: 'list',
    variables: ['DOCKLE_ACCEPT_FILE_EXTENSIONS'],
    here: none(words),
  },
  {
    flags: ['--sensitive-file-extension', '-se', '--se'],
    takes: 'list',
    variables: ['DOCKLE_REJECT_FILE_EXTENSIONS'],
    here: none(words),
  },
  { flags: ['--format', '-f'], takes: 'text', variables: ['DOCKLE_OUTPUT_FORMAT'], here: format },
  {
    flags: ['--output', '-o'],
    takes: 'text',
    variables: ['DOCKLE_OUTPUT_FILE'],
    here: same('output', (value) => (/[./]/.test(value) ? value : `./${value}`)),
  },
  {
    flags: ['--exit-code', '-c'],
    takes: 'text',
    variables: ['DOCKLE_EXIT_CODE'],
    here: (value) =>
      Number(value) === 0
        ? { verdict: 'needless', why: 'findings alone never change the exit status' }
        : { verdict: 'same', settings: [['exit-code', value]], why: '' },
  },
  { flags: ['--exit-level', '-l'], takes: 'text', variables: ['DOCKLE_EXIT_LEVEL'], here: exitLevel },
  {
    flags: ['--debug', '-d'],
    variables: ['DOCKLE_DEBUG'],
    here: switched({ verdict: 'other', settings: [['verbose', true]], why: '' }),
  },
  { flags: ['--quiet', '-q'], variables: ['DOCKLE_QUIET'], here: sameSwitch('quiet') },
  {
    flags: ['--no-color'],
    variables: ['NO_COLOR'],
    here: switched({ verdict: 'other', settings: [['color', 'never']], why: 'NO_COLOR is understood, too' }),
  },
  {
    flags: ['--version-check'],
    variables: ['DOCKLE_VERSION_CHECK'],
    here: needless('nobody is asked for newer versions'),
  },
  { flags: ['--timeout', '-t'], takes: 'text', variables: ['DOCKLE_TIMEOUT'], here: same('timeout') },
  {
    flags: ['--use-xdg', '-x'],
    variables: ['USE_XDG'],
    here: needless('engines are looked for below XDG_RUNTIME_DIR, too'),
  },
  {
    flags: ['--host'],
    takes: 'text',
    variables: ['DOCKLE_HOST'],
    here: none('DOCKER_HOST in the environment says it'),
  },
  {
    flags: ['--authurl'],
    takes: 'text',
    variables: ['DOCKLE_AUTH_URL'],
    here: needless('the registry says who gives tokens'),
  },
  {
    flags: ['--username'],
    takes: 'text',
    variables: ['DOCKLE_USERNAME'],
    here: none('those of "docker login" are used, or DRYDOCK_REGISTRY and DRYDOCK_REGISTRY_USERNAME'),
  },
  {
    flags: ['--password'],
    takes: 'text',
    secret: true,
    variables: ['DOCKLE_PASSWORD'],
    here: none('those of "docker login" are used, or DRYDOCK_REGISTRY and DRYDOCK_REGISTRY_PASSWORD'),
  },
  {
    flags: ['--insecure'],
    variables: ['DOCKLE_INSECURE'],
    here: none(
      'certificates are always checked: NODE_EXTRA_CA_CERTS names an authority, --plain-http HOST goes without TLS',
    ),
  },
  { flags: ['--nonssl'], variables: ['DOCKLE_NON_SSL'], here: none('--plain-http HOST names the registries') },
  {
    flags: ['--cert-path'],
    takes: 'text',
    variables: ['DOCKLE_CERT_PATH'],
    here: none('DOCKER_CERT_PATH in the environment says it'),
  },
  { flags: ['--cache-dir'], takes: 'text', variables: [], here: same('cache-dir') },
  { flags: ['--version', '-v'], here: switched({ verdict: 'other', command: 'version', why: '' }) },
  { flags: ['--help', '-h'], here: switched({ verdict: 'other', command: 'help', why: '' }) },
];

export const dockle: ForeignTool = {
  name: 'dockle',
  version: '(2026-07)',
  calledAs: /^(?:.*\/)?dockle(?:[:@][\w.:-]+)?$/,
  commands: new Map([['', { here: 'scan', why: '' }]]),
  options,
  oneHyphen: true,
  optionFiles: [],
  policyFiles: ['.dockleignore'],
  implied: (given) => [
    {
      verdict: 'other',
      settings: [
        ['checks', 'configuration,history,secrets'],
        ...(given.has('--exit-code') && !given.has('--exit-level') ? [['fail-on', 'low'] as const] : []),
      ],
      why: 'what Dockle looks at; without it, all checks run',
    },
  ],
  statuses: [
    { theirs: '0, also with findings', here: '0' },
    { theirs: 'N of --exit-code', here: 'N' },
    { theirs: '1, for any error', here: '2 for a word that is wrong, 3 where an image cannot be read, 70 for a fault' },
  ],
};
