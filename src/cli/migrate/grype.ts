import { reportFormats } from '../../config/options.ts';
import {
  type Answer,
  type ForeignCommand,
  type ForeignOption,
  type ForeignTool,
  needless,
  none,
  same,
  sameSwitch,
  switched,
} from './foreign.ts';

const known: readonly string[] = reportFormats;

/** `grype -o`: forms, some of them under older names. */
const formats: ReadonlyMap<string, string> = new Map([
  ['table', 'table'],
  ['json', 'grype-json'],
  ['cyclonedx', 'cyclonedx-xml'],
  ['cyclonedx-xml', 'cyclonedx-xml'],
  ['cyclonedx-json', 'cyclonedx'],
  ['sarif', 'sarif'],
  ['template', 'template'],
]);

function outputs(value: string): Answer {
  const settings: (readonly ['format' | 'output', string])[] = [];
  const refused: string[] = [];
  for (const word of value.split(',').map((one) => one.trim())) {
    const [form = '', file] = word.split('=', 2);
    const ours = formats.get(form.toLowerCase());
    if (ours === undefined || ours === 'template' || !known.includes(ours)) refused.push(form);
    else settings.push(file === undefined ? ['format', ours] : ['output', `${ours}=${file}`]);
  }
  const why = [
    ...(refused.length > 0 ? [`there is no ${refused.join(', ')} here; there are ${known.join(', ')}`] : []),
    ...(settings.some(([, word]) => word.startsWith('grype-json'))
      ? ['in the shape of Grype, vulnerabilities alone; --format json is all that is known here']
      : []),
  ].join('; ');
  return settings.length === 0 ? { verdict: 'none', why } : { verdict: 'other', settings, why };
}

function ignoreStates(value: string): Answer {
  const words = value.split(',').map((word) => word.trim());
  if (['not-fixed', 'unknown', 'wont-fix'].every((word) => words.includes(word)) && !words.includes('fixed')) {
    return { verdict: 'other', settings: [['ignore-unfixed', true]], why: 'all that has no fix' };
  }
  return { verdict: 'none', why: 'an entry of the policy with state: says it (docs/policy.md)' };
}

const sources: ReadonlyMap<string, string> = new Map([
  ['docker', 'docker:'],
  ['podman', 'podman:'],
  ['registry', 'registry:'],
  ['docker-archive', 'docker-archive:'],
  ['oci-archive', 'oci-archive:'],
  ['oci-dir', 'oci-dir:'],
  ['singularity', 'sif:'],
  ['dir', 'dir:'],
  ['sbom', 'sbom:'],
]);

function from(value: string): Answer {
  const [first = '', ...others] = value.split(',').map((word) => word.trim());
  const scheme = others.length === 0 ? sources.get(first) : undefined;
  if (scheme !== undefined) return { verdict: 'other', scheme, why: 'the source stands before the name' };
  return { verdict: 'none', why: 'Docker, Podman and the registry are asked in this order; a scheme names one' };
}

function subjectOf(word: string): { readonly here?: string; readonly why: string } {
  const [, scheme, rest] = /^([a-z-]+):(?:\/\/)?(.+)$/.exec(word) ?? [];
  if (scheme === 'pkg' || scheme === undefined) return { here: word, why: '' };
  const ours = sources.get(scheme);
  if (ours !== undefined) return { here: `${ours}${rest}`, why: '' };
  if (scheme === 'file') return { here: rest!, why: 'what it is, is told by its content' };
  if (scheme === 'purl') return { here: rest!.startsWith('pkg:') ? rest! : `sbom:${rest}`, why: '' };
  if (['cpes', 'zarf', 'snap', 'oci-model'].includes(scheme)) return { why: 'that is not read here' };
  return { here: word, why: '' };
}

const cpes = 'packages are not found by CPE, which confuses products of the same name';

const options: readonly ForeignOption[] = [
  {
    flags: ['--scope', '-s'],
    takes: 'text',
    keys: ['search.scope'],
    here: needless('the image as it runs is judged, and each layer is looked into; -s is --severity here'),
  },
  { flags: ['--output', '-o'], takes: 'list', keys: ['output'], here: outputs },
  {
    flags: ['--file'],
    takes: 'text',
    keys: ['file'],
    here: (value) => ({
      verdict: 'other',
      settings: [['output', /[./]/.test(value) ? value : `./${value}`]],
      why: '',
    }),
  },
  {
    flags: ['--name'],
    takes: 'text',
    keys: ['name'],
    here: none(
      'an image has the name under which it was asked for; --image-name says that a file has one of a registry',
    ),
  },
  { flags: ['--distro'], takes: 'text', keys: ['distro'], here: none('the image says what it is') },
  { flags: ['--add-cpes-if-none'], keys: ['add-cpes-if-none'], here: none(cpes) },
  {
    flags: ['--template', '-t'],
    takes: 'text',
    keys: ['output-template-file'],
    here: none(
      'templates in the language of Go are not run here; --format template --template FILE writes those of Liquid',
    ),
  },
  {
    flags: ['--fail-on', '-f'],
    takes: 'text',
    keys: ['fail-on-severity'],
    here: same('fail-on', (value) => value.toLowerCase(), 'exit status 1; Grype has 2. -f is --format here'),
  },
  {
    flags: ['--only-fixed'],
    keys: ['only-fixed'],
    here: switched({ verdict: 'other', settings: [['ignore-unfixed', true]], why: '' }),
  },
  {
    flags: ['--only-notfixed'],
    keys: ['only-notfixed'],
    here: none('an entry of the policy with state: fixed says it'),
  },
  { flags: ['--ignore-states'], takes: 'list', keys: ['ignore-states'], here: ignoreStates },
  {
    flags: ['--by-cve'],
    keys: ['by-cve'],
    here: needless('a finding is named by its CVE, and has its other ids'),
  },
  { flags: ['--show-suppressed'], keys: ['show-suppressed'], here: sameSwitch('show-suppressed') },
  {
    flags: ['--exclude'],
    takes: 'list',
    keys: ['exclude'],
    here: none('everything is read; entries of the policy accept findings by path'),
  },
  { flags: ['--platform'], takes: 'text', keys: ['platform'], here: same('platform') },
  { flags: ['--from'], takes: 'list', keys: ['from'], here: from },
  { flags: [], keys: ['default-image-pull-source'], takes: 'text', here: from },
  { flags: ['--vex'], takes: 'list', keys: ['vex-documents'], here: same('vex') },
  { flags: [], takes: 'list', keys: ['vex-add'], here: needless('statements count by what they say') },
  {
    flags: ['--sort-by'],
    takes: 'text',
    keys: ['sort-by'],
    here: (value) =>
      ['risk', 'kev', 'epss', 'threat'].includes(value)
        ? { verdict: 'other', settings: [['sort', 'priority']], why: 'exploited, then probable, then severe' }
        : value === 'severity'
          ? { verdict: 'other', settings: [['sort', value]], why: '' }
          : { verdict: 'none', why: '--sort says what orders there are' },
  },
  {
    flags: ['--config', '-c'],
    takes: 'text',
    here: needless('what it says is in the command, or with --write in drydock.yaml'),
  },
  {
    flags: ['--profile'],
    takes: 'list',
    here: none('a configuration has no profiles'),
  },
  { flags: ['--quiet', '-q'], keys: ['quiet', 'log.quiet'], here: sameSwitch('quiet') },
  {
    flags: ['--verbose', '-v'],
    keys: ['verbosity', 'log.verbosity', 'debug'],
    here: sameSwitch('verbose'),
  },
  {
    flags: ['--version'],
    here: switched({ verdict: 'other', command: 'version', why: '' }),
  },
  { flags: ['--help', '-h'], here: switched({ verdict: 'other', command: 'help', why: '' }) },
  { flags: ['--id'], takes: 'list', here: (value) => ({ verdict: 'other', subject: value, why: 'before the image' }) },
  {
    flags: [],
    takes: 'text',
    keys: ['ignore'],
    here: needless('entries become those of a policy'),
  },
  { flags: [], takes: 'text', keys: ['search.*'], here: needless('archives are opened in any case') },
  { flags: [], takes: 'text', keys: ['match.*'], here: none(cpes) },
  {
    flags: [],
    takes: 'text',
    keys: ['external-sources.*'],
    here: none('no repository of packages is asked; --java-index FILE names archives by their SHA-1'),
  },
  {
    flags: [],
    takes: 'text',
    keys: ['registry.insecure-skip-tls-verify'],
    here: none('certificates are always checked; NODE_EXTRA_CA_CERTS names an authority'),
  },
  {
    flags: [],
    takes: 'text',
    keys: ['registry.insecure-use-http'],
    here: none('--plain-http HOST names the registries'),
  },
  {
    flags: [],
    takes: 'text',
    keys: ['registry.*'],
    secret: true,
    here: none('those of "docker login" and "podman login" are used, or DRYDOCK_REGISTRY_USERNAME and _PASSWORD'),
  },
  { flags: [], takes: 'text', keys: ['db.cache-dir'], here: same('cache-dir') },
  {
    flags: [],
    keys: ['db.auto-update'],
    here: needless('a scan uses the database that is there, and "drydock db update" brings it up to date'),
  },
  {
    flags: [],
    takes: 'text',
    keys: ['db.update-url'],
    here: none('--mirror URL names a mirror of the publishers: its artefacts are of another form'),
  },
  {
    flags: [],
    takes: 'text',
    keys: ['db.validate-age', 'db.max-allowed-built-age'],
    here: none('reports and "drydock db status" tell how old advisories are'),
  },
  { flags: [], takes: 'text', keys: ['db.*'], here: needless('"drydock db update" sees to it') },
  { flags: [], keys: ['check-for-app-update'], here: needless('nobody is asked for newer versions') },
  { flags: [], keys: ['pretty'], here: needless('JSON is indented') },
  {
    flags: [],
    keys: ['timestamp'],
    here: none('SOURCE_DATE_EPOCH in the environment sets the time of a report'),
  },
  {
    flags: [],
    keys: ['match-upstream-kernel-headers'],
    here: needless('headers of the kernel are judged by what the distribution says of them'),
  },
  { flags: [], takes: 'text', keys: ['fix-channel.*'], here: none('the image says which channel it follows') },
  {
    flags: [],
    keys: ['alerts.enable-eol-distro-warnings'],
    here: needless('a distribution without updates is always a finding'),
  },
  { flags: [], takes: 'text', keys: ['dev.*', 'exp.*', 'log.*'], here: none('it is of the inside of Grype') },
];

const scan: ForeignCommand = { here: 'scan', why: '' };

export const grype: ForeignTool = {
  name: 'grype',
  version: '0.116.0',
  calledAs: /^(?:.*\/)?grype(?:[:@][\w.:-]+)?$/,
  commands: new Map([
    ['', scan],
    ['explain', { here: 'explain', why: 'of an image or a report in JSON, and why not, too' }],
    ['db update', { here: 'db update', why: '' }],
    ['db check', { here: 'db status', why: '' }],
    ['db status', { here: 'db status', why: '' }],
    ['db list', { here: 'db status', why: '' }],
    ['db providers', { here: 'db status', why: '' }],
    ['db import', { here: 'db import', why: 'artefacts of "drydock db export", not those of Grype' }],
    ['db delete', { here: 'clean', why: 'with --all' }],
    ['db search', { why: 'an image is explained: drydock explain CVE IMAGE' }],
    ['db diff', { why: '"drydock diff --since DAY" tells what a newer database changes of an image' }],
    ['config', { here: 'config', why: 'with --print-effective: what holds here' }],
    ['completion', { here: 'completion', why: '' }],
    ['version', { here: 'version', why: '' }],
  ]),
  options,
  variablesOf: ({ keys = [] }) =>
    keys.filter((key) => !key.endsWith('*')).map((key) => `GRYPE_${key.toUpperCase().replace(/[-.]/g, '_')}`),
  optionFiles: ['.grype.yaml', '.grype/config.yaml'],
  policyFiles: ['.grype.yaml', '.grype/config.yaml'],
  subjectOf,
  implied: (given) =>
    given.has('--fail-on')
      ? [
          {
            verdict: 'other',
            settings: [['checks', 'vulnerability']],
            why: 'what Grype looks for, so that the exit status means the same; without it, all checks run',
          },
        ]
      : [],
  statuses: [
    { theirs: '0, also with findings', here: '0' },
    { theirs: '2, for --fail-on', here: '1, or N of --exit-code N' },
    { theirs: '1, for any error', here: '2 for a word that is wrong, 3 where an image cannot be read, 70 for a fault' },
    { theirs: '100, of "db check"', here: '"drydock db status" tells it; its status is 0' },
    { theirs: '0, where something was not read', here: '0; with --require-complete 4, and 5 without advisories' },
  ],
};
