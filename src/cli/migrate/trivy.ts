import { reportFormats } from '../../config/options.ts';
import { checksFor } from '../select-checks.ts';
import {
  type Answer,
  type ForeignCommand,
  type ForeignOption,
  type ForeignTool,
  needless,
  none,
  other,
  same,
  sameSwitch,
  severityWords,
  switched,
} from './foreign.ts';
import { trivyElsewhere } from './trivy-elsewhere.ts';

const known: readonly string[] = reportFormats;

/** Formats under which programs that read them find what they look for. */
const formats: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['table', ['table', '']],
  ['json', ['trivy-json', 'in the shape of Trivy; --format json is all that is known here']],
  ['sarif', ['sarif', '']],
  ['cyclonedx', ['cyclonedx', '']],
  ['spdx-json', ['spdx', '']],
  ['spdx', ['spdx-tv', '']],
  ['github', ['github', '']],
  ['cosign-vuln', ['cosign-vuln', '']],
  ['template', ['template', 'with --template FILE in the language of Liquid']],
]);

/** Templates that Trivy brings, and the format that writes the same. */
const templates: readonly (readonly [RegExp, string])[] = [
  [/html\.tpl$/, 'html'],
  [/junit\.tpl$/, 'junit'],
  [/gitlab-codequality\.tpl$/, 'gitlab-codequality'],
  [/gitlab\.tpl$/, 'gitlab'],
  [/asff\.tpl$/, 'asff'],
];

function format(value: string): Answer {
  const [ours, why] = formats.get(value.toLowerCase()) ?? [];
  if (ours === undefined || !known.includes(ours)) {
    return { verdict: 'none', why: `there is no such format here; there are ${known.join(', ')}` };
  }
  if (ours === 'template') return { verdict: 'other', why: why! };
  return { verdict: ours === value ? 'same' : 'other', settings: [['format', ours]], why: why ?? '' };
}

const goTemplates =
  'templates in the language of Go are not run here; --format template --template FILE writes those of Liquid';

function template(value: string): Answer {
  const ours = templates.find(([name]) => name.test(value))?.[1];
  if (ours !== undefined && known.includes(ours)) {
    return { verdict: 'other', settings: [['format', ours]], why: 'that format is built in' };
  }
  return { verdict: 'none', why: goTemplates };
}

/** `FILE` that cannot be taken for a format. */
const outputFile = (value: string): string => (/[./]/.test(value) ? value : `./${value}`);

function scanners(value: string): Answer {
  const words = value.split(',').map((word) => word.trim());
  if (words.join() === 'none') return { verdict: 'other', settings: [['checks', 'none']], why: '' };
  const checks = checksFor(words);
  const isLicence = (word: string): boolean => /^licen[sc]es?$/i.test(word);
  const strange = words.filter((word) => !isLicence(word) && checksFor([word]).length === 0);
  const why = [
    ...(words.some(isLicence)
      ? ['licences are judged where a policy or --allow-licences names them (docs/policy.md)']
      : []),
    ...(strange.length > 0 && checks.length > 0 ? [`of ${strange.join(', ')} nothing is known here`] : []),
  ].join('; ');
  if (checks.length === 0) return { verdict: 'none', why: why || '"drydock checks" names the checks that there are' };
  return {
    verdict: 'other',
    settings: [['checks', checks.join(',')]],
    ...(strange.length > 0 && { partly: true }),
    why,
  };
}

/** They come on top of `--scanners`, and look at the configuration alone; here a check looks at all that it is about. */
function imageConfigScanners(value: string): Answer {
  const words = value.split(',').map((word) => word.trim());
  const alsoChecks = checksFor(words);
  const strange = words.filter((word) => checksFor([word]).length === 0);
  if (alsoChecks.length === 0) return { verdict: 'none', why: '"drydock checks" names the checks that there are' };
  return {
    verdict: 'other',
    alsoChecks,
    why: [
      `--checks has to name ${alsoChecks.join(' and ')} too, where it is given; without it, all checks run`,
      ...(strange.length > 0 ? [`of ${strange.join(', ')} nothing is known here`] : []),
    ].join('; '),
  };
}

const sources: ReadonlyMap<string, string> = new Map([
  ['docker', 'docker:'],
  ['podman', 'podman:'],
  ['remote', 'registry:'],
]);

function imageSource(value: string): Answer {
  const [first = '', ...others] = value.split(',').map((word) => word.trim());
  if (others.length > 0) {
    return { verdict: 'other', why: 'Docker, Podman and the registry are asked in this order; a scheme names one' };
  }
  const scheme = sources.get(first);
  if (scheme === undefined) return { verdict: 'none', why: `images are not read from ${first || 'nowhere'} by name` };
  return { verdict: 'other', scheme, why: 'the source stands before the name' };
}

function exitCode(value: string): Answer {
  if (Number(value) === 0) return { verdict: 'needless', why: 'findings alone never change the exit status' };
  const why = 'for any finding that is shown and not negligible; errors have statuses of their own';
  return { verdict: 'same', settings: [['exit-code', value]], why };
}

function ignoreStatus(value: string): Answer {
  const words = value.split(',').map((word) => word.trim().replaceAll('-', '_'));
  const unfixed = ['affected', 'will_not_fix', 'fix_deferred', 'end_of_life', 'under_investigation'];
  if (unfixed.every((word) => words.includes(word))) {
    return { verdict: 'other', settings: [['ignore-unfixed', true]], why: 'all that has no fix' };
  }
  return { verdict: 'none', why: 'an entry of the policy with state: says it (docs/policy.md)' };
}

const database = 'advisories come from their publishers or a mirror of them (--mirror), not from such an artefact';

const options: readonly ForeignOption[] = [
  {
    flags: ['--severity', '-s'],
    takes: 'list',
    keys: ['severity'],
    here: same('severity', (value) => severityWords(value, { low: 'negligible' })),
  },
  { flags: ['--ignore-unfixed'], keys: ['vulnerability.ignore-unfixed'], here: sameSwitch('ignore-unfixed') },
  { flags: ['--ignore-status'], takes: 'list', keys: ['vulnerability.ignore-status'], here: ignoreStatus },
  { flags: ['--exit-code'], takes: 'text', keys: ['exit-code'], here: exitCode },
  {
    flags: ['--exit-on-eol'],
    takes: 'text',
    keys: ['exit-on-eol'],
    here: (value) =>
      Number(value) === 0
        ? { verdict: 'needless', why: 'it never changes the exit status by itself' }
        : { verdict: 'same', settings: [['exit-on-eol', value]], why: '' },
  },
  { flags: ['--format', '-f'], takes: 'text', keys: ['format'], here: format },
  { flags: ['--template', '-t'], takes: 'text', keys: ['template'], here: template },
  { flags: ['--output', '-o'], takes: 'text', keys: ['output'], here: same('output', outputFile) },
  { flags: ['--scanners'], takes: 'list', keys: ['scan.scanners'], here: scanners },
  { flags: ['--security-checks'], takes: 'list', old: true, here: scanners },
  { flags: ['--pkg-types'], takes: 'list', keys: ['pkg.types'], here: other('package-types', (value) => value, '') },
  { flags: ['--vuln-type'], takes: 'list', old: true, here: other('package-types', (value) => value, '') },
  {
    flags: ['--list-all-pkgs'],
    keys: ['list-all-pkgs'],
    here: (value) =>
      value === 'false'
        ? { verdict: 'needless', why: 'the table has them only where it is asked' }
        : { verdict: 'other', settings: [['list-packages', true]], why: 'JSON always has all of them' },
  },
  {
    flags: ['--show-suppressed'],
    keys: ['scan.show-suppressed'],
    here: sameSwitch('show-suppressed'),
  },
  {
    flags: ['--ignorefile'],
    takes: 'text',
    keys: ['ignorefile'],
    here: (value) => ({ verdict: 'other', policyFile: value, why: 'a policy is made of it, and --policy names that' }),
  },
  {
    flags: ['--ignore-policy'],
    takes: 'text',
    keys: ['ignore-policy'],
    here: none('Rego is not run; entries of the policy say what is meant by id, package, version, path and state'),
  },
  { flags: ['--vex'], takes: 'list', keys: ['vulnerability.vex'], here: same('vex') },
  {
    flags: ['--skip-vex-repo-update'],
    keys: ['vulnerability.skip-vex-repo-update'],
    here: needless('the repository is asked only where --vex repo says so'),
  },
  {
    flags: ['--vuln-severity-source'],
    takes: 'list',
    keys: ['vulnerability.severity-source'],
    here: none('--severity-source orders kinds of judges: publisher, cna, adp, nvd'),
  },
  {
    flags: ['--input'],
    takes: 'text',
    keys: ['image.input'],
    here: (value) => ({ verdict: 'other', subject: value, why: 'the path is the image' }),
  },
  { flags: ['--image-src'], takes: 'list', keys: ['image.source'], here: imageSource },
  { flags: ['--platform'], takes: 'text', keys: ['image.platform'], here: same('platform') },
  {
    flags: ['--image-config-scanners'],
    takes: 'list',
    keys: ['image.image-config-scanners'],
    here: imageConfigScanners,
  },
  {
    flags: ['--removed-pkgs'],
    keys: ['image.removed-pkgs'],
    here: needless('packages that an upper layer takes out of their database are found in any case'),
  },
  {
    flags: ['--docker-host'],
    takes: 'text',
    keys: ['image.docker.host'],
    here: none('DOCKER_HOST in the environment says it'),
  },
  {
    flags: ['--podman-host'],
    takes: 'text',
    keys: ['image.podman.host'],
    here: none('CONTAINER_HOST in the environment says it'),
  },
  {
    flags: ['--max-image-size'],
    takes: 'text',
    keys: ['image.max-size'],
    here: needless('what a layer may cost is bounded, and nothing is extracted'),
  },
  {
    flags: ['--distro'],
    takes: 'text',
    keys: ['scan.distro'],
    here: none('the image says what it is'),
  },
  {
    flags: ['--detection-priority'],
    takes: 'text',
    keys: ['scan.detection-priority'],
    here: needless('each finding tells how sure it is'),
  },
  {
    flags: ['--timeout'],
    takes: 'text',
    keys: ['timeout'],
    here: same('timeout', (value) => value, 'what was found until then is reported; there is none by itself'),
  },
  {
    flags: ['--parallel'],
    takes: 'text',
    keys: ['scan.parallel'],
    here: (value) =>
      Number(value) === 0
        ? { verdict: 'needless', why: 'one thread for each processor, four at most' }
        : { verdict: 'other', settings: [['threads', value]], why: 'layers that are read at a time' },
  },
  { flags: ['--quiet', '-q'], keys: ['quiet'], here: sameSwitch('quiet') },
  {
    flags: ['--debug', '-d'],
    keys: ['debug'],
    here: switched({ verdict: 'other', settings: [['verbose', true]], why: '' }),
  },
  { flags: ['--no-progress'], keys: ['db.no-progress'], here: sameSwitch('no-progress') },
  { flags: ['--cache-dir'], takes: 'text', keys: ['cache.dir'], here: same('cache-dir') },
  {
    flags: ['--server'],
    takes: 'text',
    keys: ['server.addr'],
    here: same('server', (value) => value, 'a service of "drydock serve": that of Trivy speaks otherwise'),
  },
  {
    flags: ['--token'],
    takes: 'text',
    keys: ['server.token'],
    secret: true,
    here: none('--server-token-file names a file with it, so that no list of processes has it'),
  },
  {
    flags: ['--token-header'],
    takes: 'text',
    keys: ['server.token-header'],
    here: needless('it is always Authorization: Bearer'),
  },
  {
    flags: ['--custom-headers'],
    takes: 'list',
    keys: ['server.custom-headers'],
    secret: true,
    here: none('only the token goes to a service'),
  },
  {
    flags: ['--listen'],
    takes: 'text',
    keys: ['server.listen'],
    here: same('listen', (value) => value, 'of "drydock serve"'),
  },
  {
    flags: ['--skip-db-update'],
    keys: ['db.skip-update'],
    here: needless('a scan fetches nothing into a database that has what it needs; --db FILE is used as it is'),
  },
  {
    flags: ['--download-db-only'],
    keys: ['db.download-only'],
    here: switched({ verdict: 'other', command: 'db update', why: '' }),
  },
  {
    flags: ['--offline-scan'],
    keys: ['scan.offline'],
    here: switched({ verdict: 'other', settings: [['offline', true]], why: 'the network is not used at all' }),
  },
  { flags: ['--db-repository'], takes: 'list', keys: ['db.repository'], here: none(database) },
  {
    flags: ['--skip-java-db-update'],
    keys: ['db.java-skip-update'],
    here: needless('archives are known by what is in them, and by --java-index FILE'),
  },
  {
    flags: ['--download-java-db-only'],
    keys: ['db.java-download-only', 'db.download-java-only'],
    noScan: true,
    here: needless('archives are known by what is in them, and by --java-index FILE'),
  },
  {
    flags: ['--java-db-repository'],
    takes: 'list',
    keys: ['db.java-repository'],
    here: none('--java-index FILE names archives by their SHA-1'),
  },
  {
    flags: ['--insecure'],
    keys: ['insecure'],
    here: none(
      'certificates are always checked: NODE_EXTRA_CA_CERTS names an authority, --plain-http HOST goes without TLS',
    ),
  },
  {
    flags: ['--cacert'],
    takes: 'text',
    keys: ['cacert'],
    here: none('NODE_EXTRA_CA_CERTS in the environment names the file'),
  },
  {
    flags: ['--username'],
    takes: 'list',
    keys: ['registry.username'],
    here: none('those of "docker login" are used, or DRYDOCK_REGISTRY and DRYDOCK_REGISTRY_USERNAME'),
  },
  {
    flags: ['--password'],
    takes: 'list',
    keys: ['registry.password'],
    secret: true,
    here: none('those of "docker login" are used, or DRYDOCK_REGISTRY and DRYDOCK_REGISTRY_PASSWORD'),
  },
  {
    flags: ['--password-stdin'],
    keys: ['registry.password-stdin'],
    here: none('"docker login" keeps it, or DRYDOCK_REGISTRY_PASSWORD has it'),
  },
  {
    flags: ['--registry-token'],
    takes: 'text',
    keys: ['registry.token'],
    secret: true,
    here: none('the file of --registry-auth-file may have one'),
  },
  {
    flags: [],
    keys: ['registry.mirrors'],
    here: none('--registry-mirror REGISTRY=HOST names them'),
  },
  {
    flags: ['--config', '-c'],
    takes: 'text',
    here: needless('what it says is in the command, or with --write in drydock.yaml'),
  },
  {
    flags: ['--generate-default-config'],
    noScan: true,
    here: needless('"drydock config" shows every option, what holds and where it comes from'),
  },
  {
    flags: ['--version', '-v'],
    here: switched({ verdict: 'other', command: 'version', why: '-v is --verbose here' }),
  },
  { flags: ['--help', '-h'], here: switched({ verdict: 'other', command: 'help', why: '' }) },
  ...trivyElsewhere,
];

const image: ForeignCommand = { here: 'scan', why: '' };
const folder: ForeignCommand = {
  here: 'scan',
  scheme: 'dir:',
  why: 'read as a root file system; --lockfiles judges what lockfiles ask for',
};
const cluster: ForeignCommand = {
  here: 'kubernetes scan',
  subjectAs: 'kube-context',
  why: 'the images of a namespace; how the cluster is set up is not judged',
};
const noSource = 'sources are not scanned, images are';

const commands: ReadonlyMap<string, ForeignCommand> = new Map([
  ['image', image],
  ['i', image],
  ['filesystem', folder],
  ['fs', folder],
  ['rootfs', { here: 'scan', scheme: 'dir:', why: '' }],
  ['sbom', { here: 'scan', scheme: 'sbom:', why: '' }],
  ['vm', { here: 'scan', scheme: 'disk:', why: 'SquashFS is read; other file systems are not yet' }],
  ['kubernetes', cluster],
  ['k8s', cluster],
  ['server', { here: 'serve', why: 'with an API of its own (docs/api.md)' }],
  ['version', { here: 'version', why: '' }],
  ['clean', { here: 'clean', why: '' }],
  [
    'convert',
    { here: 'convert', why: 'of our own JSON; one run can also write several: -f table -f sarif=report.sarif' },
  ],
  ['config', { why: `build files are judged as far as an image tells of them (docs/checks.md): ${noSource}` }],
  ['repository', { why: noSource }],
  ['repo', { why: noSource }],
  ['registry login', { why: '"docker login" and "podman login" are used' }],
  ['registry logout', { why: '"docker logout" and "podman logout" are used' }],
  ['registry', { why: '"docker login" and "podman login" are used' }],
  ['plugin', { why: 'there are no plugins' }],
  ['module', { why: 'there are no modules' }],
  ['vex', { why: '--vex repo asks the repository when it is needed' }],
  ['', { why: 'a command is missing' }],
]);

export const trivy: ForeignTool = {
  name: 'trivy',
  version: '0.74.0',
  calledAs: /^(?:.*\/)?trivy(?:[:@][\w.:-]+)?$/,
  commands,
  options,
  variablesOf: ({ flags }) =>
    flags.flatMap((flag) =>
      flag.startsWith('--') ? [`TRIVY_${flag.slice(2).toUpperCase().replaceAll('-', '_')}`] : [],
    ),
  optionFiles: ['trivy.yaml'],
  policyFiles: ['.trivyignore'],
  implied: (given) =>
    given.has('--exit-code') && !given.has('--scanners') && !given.has('--security-checks')
      ? [
          {
            verdict: 'other',
            settings: [['checks', 'vulnerability,secrets']],
            why: 'what Trivy looks for by itself, so that the exit status means the same; without it, all checks run',
          },
        ]
      : [],
  statuses: [
    { theirs: '0, also with findings', here: '0' },
    { theirs: 'N of --exit-code', here: 'N' },
    { theirs: 'N of --exit-on-eol', here: 'N' },
    {
      theirs: '1, for any error',
      here: '2 for a word that is wrong, 3 where an image cannot be read, 70 for a fault; 1 means findings (--fail-on)',
    },
    { theirs: '0, where something was not read', here: '0; with --require-complete 4, and 5 without advisories' },
  ],
};
