import { checksFor } from '../select-checks.ts';

/** A flag of another scanner, and what is written here. */
export interface OtherFlag {
  /** `Trivy`, `Grype`, or both. */
  readonly of: string;
  /** All its names. */
  readonly flags: readonly string[];
  /** What stands for its value, `LIST`; absent: it is a switch. */
  readonly value?: string;
  /** Ours, with the same word for the value: `--checks LIST`. Empty: not needed here. Absent: refused. */
  readonly ours?: string;
  /** A remark, or why it is not needed or refused. */
  readonly why: string;
  /** The value in our words; undefined where the flag is refused with it. */
  readonly translate: (value: string) => string | undefined;
}

type Row = readonly [flags: string, ours: string | undefined, why: string, translate?: OtherFlag['translate']];

const refused = undefined;
const notNeeded = '';

const split = (value: string): readonly string[] => value.split(',').map((word) => word.trim());

function scanners(value: string): string | undefined {
  const words = split(value);
  const isLicense = (word: string): boolean => /^licen[sc]es?$/i.test(word);
  const checks = checksFor(words);
  if (words.join() === 'none') return 'none';
  if (checks.length === 0 || words.some((word) => !isLicense(word) && checksFor([word]).length === 0)) return undefined;
  return checks.join(',');
}

/** Takes a list of states that hides whatever has no fix, and nothing else. */
const allUnfixed =
  (...states: readonly string[]): OtherFlag['translate'] =>
  (value) => {
    const words = split(value).map((word) => word.replaceAll('_', '-'));
    return states.every((state) => words.includes(state)) && !words.includes('fixed') ? value : undefined;
  };

/** `FILE` that cannot be taken for a format. */
const file = (value: string): string => (/[./]/.test(value) ? value : `./${value}`);

const sortBy = (value: string): string | undefined =>
  ['risk', 'kev', 'epss', 'threat'].includes(value) ? 'priority' : value === 'severity' ? value : undefined;

const states = 'an entry of the policy with state: accepts findings by it (docs/policy.md)';
const everything = 'everything is read; entries of the policy accept findings by path';
const goTemplates = 'templates are in the language of Liquid; html, junit and gitlab are formats';
const source = 'the source stands before the name: docker:debian:12, registry:debian:12';

const both: readonly Row[] = [
  ['--platform PLATFORM', '--platform PLATFORM', ''],
  ['--vex LIST', '--vex LIST', ''],
  ['--show-suppressed', '--show-suppressed', ''],
  ['--quiet', '--quiet', ''],
  ['--template FILE', '--template FILE', goTemplates],
  ['--distro NAME', refused, 'the image says what it is'],
];

const trivy: readonly Row[] = [
  ['--severity LIST', '--severity LIST', 'LOW shows no negligible findings'],
  ['--ignore-unfixed', '--ignore-unfixed', ''],
  ['--exit-code N', '--exit-code N', 'for any finding that is shown and not negligible'],
  ['--exit-on-eol N', '--exit-on-eol N', ''],
  ['--format FORMAT', '--format FORMAT', 'trivy-json is what Trivy calls json'],
  ['--output FILE', '--output FILE', ''],
  ['--timeout TIME', '--timeout TIME', 'what was found until then is reported'],
  ['--cache-dir FOLDER', '--cache-dir FOLDER', ''],
  ['--server URL', '--server URL', 'a service of "drydock serve"'],
  [
    '--scanners, --security-checks LIST',
    '--checks LIST',
    'licenses are judged where a policy or --allow-licences names them',
    scanners,
  ],
  ['--pkg-types, --vuln-type LIST', '--package-types LIST', ''],
  ['--list-all-pkgs', '--list-packages', 'JSON always has all of them'],
  ['--input FILE', 'FILE', 'the path is the image'],
  ['--offline-scan', '--offline', 'the network is not used at all'],
  ['--parallel N', '--threads N', 'layers that are read at a time'],
  ['--debug', '--verbose', ''],
  ['--include-dev-deps', '--lockfiles', 'all that lockfiles ask for is judged'],
  [
    '--ignore-status LIST',
    '--ignore-unfixed',
    `only with all states that have no fix; ${states}`,
    allUnfixed('affected', 'will-not-fix', 'fix-deferred', 'end-of-life', 'under-investigation'),
  ],
  ['--skip-db-update', notNeeded, 'a scan fetches nothing into a database that has what it needs'],
  ['--skip-java-db-update', notNeeded, 'archives are known by what is in them, and by --java-index FILE'],
  ['--skip-check-update', notNeeded, 'checks are part of the program'],
  ['--skip-vex-repo-update', notNeeded, 'the repository is asked only where --vex repo says so'],
  ['--disable-telemetry', notNeeded, 'nothing is told to anybody'],
  ['--skip-version-check', notNeeded, 'nobody is asked for newer versions'],
  ['--removed-pkgs', notNeeded, 'packages that an upper layer takes out of their database are found in any case'],
  ['--max-image-size SIZE', notNeeded, 'what a layer may cost is bounded, and nothing is extracted'],
  ['--detection-priority WORD', notNeeded, 'each finding tells how sure it is'],
  ['--table-mode LIST', notNeeded, 'the table has both'],
  ['--token-header NAME', notNeeded, 'it is always Authorization: Bearer'],
  ['--skip-dirs, --skip-files LIST', refused, everything],
  [
    '--ignorefile FILE',
    refused,
    '"drydock policy import FILE" makes a policy of it once, and --policy names that: each entry gets a reason and an end',
  ],
  ['--ignore-policy FILE', refused, 'Rego is not run; entries of the policy say what is meant'],
  [
    '--image-config-scanners LIST',
    refused,
    'they run with all checks; where --checks names some, it has to name configuration, history or secrets too',
  ],
  ['--image-src LIST', refused, source],
  ['--vuln-severity-source LIST', refused, '--severity-source orders kinds of judges: publisher, cna, adp, nvd'],
  ['--secret-config FILE', refused, 'rules for secrets cannot be added'],
  ['--ignored-licenses LIST', refused, 'licenses are judged where a policy names them (docs/policy.md)'],
  ['--license-full', refused, 'licenses are those that packages state'],
  ['--pkg-relationships LIST', refused, 'packages are judged whoever asks for them'],
  ['--dependency-tree', refused, 'JSON and bills of materials say of each package what it needs'],
  ['--compliance NAME', refused, 'docs/checks/ids-of-others.md names the CIS items that checks cover'],
  ['--sbom-sources LIST', refused, '"drydock verify" reads attestations that a registry has of an image'],
  ['--download-db-only', refused, '"drydock db update" does it'],
  ['--download-java-db-only, --vuln-db, --java-db', refused, 'it is no scan'],
  [
    '--db-repository, --java-db-repository LIST',
    refused,
    'advisories come from their publishers, or from --mirror URL',
  ],
  ['--cache-backend URL', refused, 'the layer cache is a folder, or the database of the service'],
  ['--docker-host HOST', refused, 'DOCKER_HOST in the environment says it'],
  ['--podman-host HOST', refused, 'CONTAINER_HOST in the environment says it'],
  ['--insecure', refused, 'certificates are always checked; --plain-http HOST goes without TLS'],
  ['--cacert FILE', refused, 'NODE_EXTRA_CA_CERTS in the environment names the file'],
  [
    '--username, --password LIST',
    refused,
    'those of "docker login" are used, or DRYDOCK_REGISTRY_USERNAME and DRYDOCK_REGISTRY_PASSWORD',
  ],
  ['--password-stdin', refused, '"docker login" keeps it, or DRYDOCK_REGISTRY_PASSWORD has it'],
  ['--registry-token TOKEN', refused, 'the file of --registry-auth-file may have one'],
  ['--token TOKEN', refused, '--server-token-file names a file with it, so that no list of processes has it'],
  ['--custom-headers LIST', refused, 'only the token goes to a service'],
];

const grype: readonly Row[] = [
  ['--fail-on SEVERITY', '--fail-on SEVERITY', 'the exit status is 1 here, 2 there'],
  ['--only-fixed', '--ignore-unfixed', ''],
  ['--file FILE', '--output FILE', '', file],
  ['--sort-by WORD', '--sort WORD', 'severity, or priority for risk, kev, epss and threat', sortBy],
  [
    '--ignore-states LIST',
    '--ignore-unfixed',
    `only with not-fixed, unknown and wont-fix; ${states}`,
    allUnfixed('not-fixed', 'unknown', 'wont-fix'),
  ],
  ['--by-cve', notNeeded, 'a finding is named by its CVE, and has its other ids'],
  ['--scope WORD', notNeeded, 'the image as it runs is judged, and each layer is looked into'],
  ['--exclude LIST', refused, everything],
  ['--only-notfixed', refused, states],
  ['--from LIST', refused, source],
  ['--name NAME', refused, 'an image has the name under which it was asked for; --image-name names a file'],
  ['--add-cpes-if-none', refused, 'packages are not found by CPE, which confuses products of the same name'],
  ['--profile LIST', refused, 'a configuration has no profiles'],
];

/** Everything that is known of flags of other scanners; docs/migrate.md is made of it. */
export const otherFlags: readonly OtherFlag[] = [
  ...fromRows('Trivy, Grype', both),
  ...fromRows('Trivy', trivy),
  ...fromRows('Grype', grype),
];

function fromRows(of: string, rows: readonly Row[]): readonly OtherFlag[] {
  return rows.map(([theirs, ours, why, translate = (value: string) => value]) => {
    const [, names = '', value] = /^(.*?)(?: ([A-Z]+))?$/.exec(theirs)!;
    const flags = names.split(', ');
    return { of, flags, ...(value !== undefined && { value }), ...(ours !== undefined && { ours }), why, translate };
  });
}

/** The table of docs/migrate.md. */
export function otherFlagsTable(): string {
  const code = (text: string): string => `\`${text}\``;
  const rows = otherFlags.map(({ of, flags, value, ours, why }) => {
    const theirs = flags.map((flag) => code(value === undefined ? flag : `${flag} ${value}`)).join(', ');
    const here = ours === undefined ? 'refused' : ours === '' ? 'not needed' : code(ours);
    return `| ${of} | ${theirs} | ${here} | ${why} |`;
  });
  return `| | there | here | |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}
