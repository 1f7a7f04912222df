import {
  type ForeignCommand,
  type ForeignOption,
  type ForeignTool,
  needless,
  none,
  other,
  same,
  switched,
} from './foreign.ts';

const severities = ['low', 'medium', 'high', 'critical'];

/** Snyk's word and all above it; what is negligible here is low there. */
function atLeast(value: string): string {
  const from = severities.indexOf(value.toLowerCase());
  return [...(from === 0 ? ['negligible'] : []), ...severities.slice(Math.max(from, 0))].join(',');
}

const account = 'there is no account and no service that is asked';

const options: readonly ForeignOption[] = [
  { flags: ['--print-deps'], here: switched({ verdict: 'other', settings: [['list-packages', true]], why: '' }) },
  {
    flags: ['--org', '--project-name'],
    takes: 'text',
    here: needless(account),
  },
  {
    flags: [
      '--project-business-criticality',
      '--project-environment',
      '--project-lifecycle',
      '--project-tags',
      '--tags',
      '--target-reference',
      '--group-issues',
    ],
    takes: 'text',
    old: true,
    here: needless(account),
  },
  {
    flags: ['--file'],
    takes: 'text',
    here: needless('layers are named by the instructions of the history; the base image is found without the file'),
  },
  {
    flags: ['--policy-path'],
    takes: 'text',
    here: (value) => ({
      verdict: 'other',
      policyFile: value.endsWith('.snyk') ? value : `${value.replace(/\/$/, '')}/.snyk`,
      why: 'a policy is made of it, and --policy names that',
    }),
  },
  {
    flags: ['--json'],
    here: switched({ verdict: 'other', settings: [['format', 'json']], why: 'of another shape (docs/report.md)' }),
  },
  {
    flags: ['--json-file-output'],
    takes: 'text',
    here: other('output', (value) => `json=${value}`, 'of another shape (docs/report.md)'),
  },
  { flags: ['--sarif'], here: switched({ verdict: 'other', settings: [['format', 'sarif']], why: '' }) },
  { flags: ['--sarif-file-output'], takes: 'text', here: other('output', (value) => `sarif=${value}`, '') },
  { flags: ['--severity-threshold'], takes: 'text', here: other('severity', atLeast, '') },
  {
    flags: ['--fail-on'],
    takes: 'text',
    here: (value) =>
      value === 'upgradable'
        ? { verdict: 'other', settings: [['ignore-unfixed', true]], why: 'only what has a fix is shown and counts' }
        : { verdict: 'needless', why: 'all that is shown counts' },
  },
  { flags: ['--app-vulns'], here: needless('packages of languages are always judged') },
  {
    flags: ['--exclude-app-vulns'],
    here: switched({ verdict: 'other', settings: [['package-types', 'os']], why: '' }),
  },
  { flags: ['--exclude-node-modules'], here: none('--package-types names the types that are wanted') },
  {
    flags: ['--nested-jars-depth'],
    takes: 'text',
    here: needless('archives are opened as deep as they are nested, within bounds'),
  },
  {
    flags: ['--exclude-base-image-vulns'],
    here: none('the report says of each finding whether the base image brought it'),
  },
  { flags: ['--platform'], takes: 'text', here: same('platform') },
  {
    flags: ['--username'],
    takes: 'text',
    here: none('those of "docker login" are used, or DRYDOCK_REGISTRY and DRYDOCK_REGISTRY_USERNAME'),
  },
  {
    flags: ['--password'],
    takes: 'text',
    secret: true,
    here: none('those of "docker login" are used, or DRYDOCK_REGISTRY and DRYDOCK_REGISTRY_PASSWORD'),
  },
  { flags: ['-d'], here: switched({ verdict: 'other', settings: [['verbose', true]], why: '' }) },
  { flags: [], takes: 'text', secret: true, variables: ['SNYK_TOKEN'], here: needless(account) },
  { flags: [], takes: 'text', variables: ['SNYK_API', 'SNYK_CFG_ORG'], here: needless(account) },
  { flags: ['--version', '-v'], here: switched({ verdict: 'other', command: 'version', why: '' }) },
  { flags: ['--help', '-h'], here: switched({ verdict: 'other', command: 'help', why: '' }) },
];

const test: ForeignCommand = { here: 'scan', why: '' };

export const snyk: ForeignTool = {
  name: 'snyk',
  version: '(2026-06)',
  calledAs: /^(?:.*\/)?snyk(?:[:@][\w.:-]+)?$/,
  commands: new Map([
    ['container test', test],
    ['container monitor', { here: 'scan', why: 'a service of your own keeps reports and notifies: drydock serve' }],
    ['container sbom', { here: 'sbom', why: '' }],
    ['container', { why: 'a command is missing' }],
    ['test', { why: 'sources are not scanned, images are' }],
    ['monitor', { why: 'sources are not scanned, images are' }],
    ['auth', { why: account }],
    ['', { why: 'a command is missing' }],
  ]),
  options,
  optionFiles: [],
  policyFiles: ['.snyk'],
  subjectOf: (word) => {
    const [, scheme, file] = /^(docker-archive|oci-archive|kaniko-archive):(?:\/\/)?(.+)$/.exec(word) ?? [];
    if (file === undefined) return { here: word, why: '' };
    return { here: `${scheme === 'oci-archive' ? scheme : 'docker-archive'}:${file}`, why: '' };
  },
  implied: () => [
    {
      verdict: 'other',
      settings: [
        ['checks', 'vulnerability'],
        ['exit-code', '1'],
      ],
      why: 'what Snyk looks for, and its exit status; without them, all checks run and findings do not change the status',
    },
  ],
  statuses: [
    { theirs: '0, without findings', here: '0' },
    { theirs: '1, with findings', here: '1, for any that is shown and not negligible' },
    { theirs: '2, for an error', here: '2 for a word that is wrong, 3 where an image cannot be read, 70 for a fault' },
    { theirs: '3, where nothing was found to scan', here: '0, and the report says so; with --require-complete 4' },
  ],
};
