import { severities, severityAuthors } from '../model/severity.ts';
import { sortOrders } from '../report/priority.ts';
import { attestationOptions } from './attestation-options.ts';
import { databaseOptions } from './database-options.ts';
import { kubernetesOptions } from './kubernetes-options.ts';
import { mapOptions } from './map-options.ts';
import { observeOptions } from './observe-options.ts';
import type { OptionSpec } from './option-spec.ts';
import { ruleOptions } from './rule-options.ts';
import { serviceOptions } from './service-options.ts';

export type { OptionSpec } from './option-spec.ts';

/** Forms of a report. Lists of what Drydock knows can be a page of its documentation besides. */
export const sbomFormats = [
  'cyclonedx',
  'cyclonedx-xml',
  'cyclonedx-1.5',
  'cyclonedx-1.6',
  'cyclonedx-1.7',
  'spdx',
  'spdx-tv',
  'spdx-3',
  'github',
] as const;
export const reportFormats = [
  'table',
  'json',
  ...sbomFormats,
  'sarif',
  'html',
  'markdown',
  'csv',
  'notices',
  'junit',
  'gitlab',
  'gitlab-codequality',
  'openvex',
  'cosign-vuln',
  'template',
  'trivy-json',
  'grype-json',
] as const;
const allFormats = [...reportFormats, 'dockerfile'] as const;

const cacheWords = '`$XDG_CACHE_HOME/drydock`, or `~/.cache/drydock`';

/**
 * Every option there is, by the name of its flag. The flags, `DRYDOCK_` variables, keys of drydock.yaml, usage texts
 * and docs/config.md all come from this table: hand-checked, because loading a schema library costs a start 50 ms.
 */
export const optionTable = {
  format: {
    kind: 'choice',
    short: 'f',
    value: 'FORMAT',
    choices: allFormats,
    default: 'table',
    description: 'How the result is written to standard output.',
  },
  output: {
    kind: 'outputs',
    short: 'o',
    value: 'FORMAT=FILE',
    choices: reportFormats,
    default: [],
    personal: true,
    description:
      'Also write the report to a file, in this format. May be given several times; `--format FORMAT=FILE` means the same. `FORMAT=-` or `FORMAT` is standard output; `FILE` alone takes its place, in the format of --format.',
  },
  template: {
    kind: 'path',
    value: 'FILE',
    description: 'What `--format template` writes, in the language of Liquid (docs/formats.md).',
    personal: true,
  },
  severity: {
    kind: 'choices',
    short: 's',
    value: 'LIST',
    choices: severities,
    default: severities,
    defaultWords: 'all',
    description: 'Show only findings of these severities.',
  },
  'ignore-unfixed': {
    kind: 'switch',
    default: false,
    description: 'Do not show vulnerabilities that no version fixes yet.',
  },
  'fail-on': {
    kind: 'choice',
    value: 'SEVERITY',
    choices: severities,
    description: 'Exit with status 1 when a shown finding is at least this severe.',
  },
  'exit-code': {
    kind: 'integer',
    value: 'N',
    range: [0, 255],
    description: 'Exit with N instead of 1; without --fail-on, for any finding that is shown and not negligible.',
  },
  'severity-source': {
    kind: 'choices',
    value: 'LIST',
    choices: severityAuthors,
    default: severityAuthors,
    description:
      'Who decides how severe a vulnerability is, the first who says anything: the publisher of the advisory by its word or by its CVSS, who assigned the CVE (CNA), who added to its record (ADP: CISA), NVD. Those who are not named come after.',
  },
  sort: {
    kind: 'choice',
    value: 'ORDER',
    choices: sortOrders,
    default: 'priority',
    description:
      'Order of vulnerabilities in the table: `priority` puts first what is exploited or probably will be (KEV, EPSS), then what is severe, then what has a fix. JSON is always in the same order.',
  },
  'exit-on-eol': {
    kind: 'integer',
    value: 'N',
    range: [0, 255],
    description: 'Exit with N when the distribution of the image no longer gets security updates.',
  },
  checks: {
    kind: 'words',
    value: 'LIST',
    default: ['all'],
    description: '`all`, `none`, or a list of `vulnerability` and the checks that `drydock checks` names.',
  },
  'skip-checks': {
    kind: 'words',
    value: 'LIST',
    default: [],
    description: 'Leave these out of `--checks`: `malware,webshells`.',
  },
  deep: {
    kind: 'switch',
    default: false,
    description:
      'Judge the content of every file for malware and webshells, also of those that packages own. Otherwise a file that a package brought, and that nothing changed since, is taken to be what the package says.',
  },
  clamd: {
    kind: 'text',
    value: 'ADDRESS',
    description:
      'Ask this ClamAV daemon about files, too: the path of its socket, or HOST:PORT. It is sent what is looked into.',
  },
  unwanted: {
    kind: 'switch',
    default: false,
    description: 'Look for potentially unwanted programs, too (PUA signatures).',
  },
  ...ruleOptions,
  'package-types': {
    kind: 'words',
    value: 'LIST',
    default: ['all'],
    description:
      'List and judge only these packages: `os` (of distributions), `library` (all others), or types of package URLs: `npm,golang`.',
  },
  'java-index': {
    kind: 'path',
    value: 'FILE',
    description:
      'Name Java archives that do not tell what they are by this index: a line `SHA1 group:artifact:version` for each archive.',
  },
  lockfiles: {
    kind: 'switch',
    default: false,
    description:
      'Judge also what lockfiles and manifests ask for. They are listed in any case, but nothing shows that it is installed.',
  },
  policy: {
    kind: 'path',
    value: 'FILE',
    inline: true,
    defaultWords: '`.drydockignore.yaml` in the current folder, if there is one',
    description: 'Accept the findings that this file names (docs/policy.md). In drydock.yaml also the list itself.',
  },
  'no-policy': {
    kind: 'switch',
    default: false,
    description: 'Accept no findings, whatever policy there is.',
  },
  'allow-licences': {
    kind: 'words',
    value: 'LIST',
    default: [],
    description:
      'Licences that packages may have; every other one is a finding: identifiers of SPDX, patterns, classes (docs/policy.md). In place of what the policy allows.',
  },
  'deny-licences': {
    kind: 'words',
    value: 'LIST',
    default: [],
    description: 'Licences that are findings, as in --allow-licences. In place of what the policy denies.',
  },
  'show-suppressed': {
    kind: 'switch',
    default: false,
    description: 'Show the findings that a policy accepts or VEX rules out, each with its reason, in the table too.',
  },
  vex: {
    kind: 'words',
    value: 'LIST',
    default: [],
    description:
      'Rule findings out by statements (OpenVEX, CSAF, CycloneDX; docs/vex.md): files, `oci` for those that the registry has of the image, `repo` for those of a repository.',
  },
  'vex-repository': {
    kind: 'text',
    value: 'PLACE',
    default: 'https://github.com/aquasecurity/vexhub',
    description: 'The repository of statements that `--vex repo` asks: an address or a folder.',
    personal: true,
  },
  'explain-vex': {
    kind: 'switch',
    default: false,
    description: 'Name every statement that says nothing of the image, and why, in the table too.',
  },
  author: {
    kind: 'text',
    value: 'NAME',
    description: 'Who makes the statements: `Example Ltd`, or with an address `Example Ltd <https://example.com>`.',
    only: 'flag or variable',
  },
  product: {
    kind: 'text',
    value: 'PURL',
    defaultWords: 'the image, by name and digest',
    description: 'What the statements are about, as a package URL.',
    only: 'flag',
  },
  'lowest-efficiency': {
    kind: 'text',
    value: 'SHARE',
    description: 'Exit with status 1 when the efficiency of the layers is below this: `0.9`, `90%`.',
  },
  'highest-wasted-bytes': {
    kind: 'text',
    value: 'SIZE',
    description: 'Exit with status 1 when more bytes are in paths that layers have twice or more: `20MB`.',
  },
  'highest-user-wasted-percent': {
    kind: 'text',
    value: 'SHARE',
    description: 'Exit with status 1 when these are a larger share of what is above the first layer: `0.1`, `10%`.',
  },
  compare: {
    kind: 'switch',
    default: false,
    description: 'Print how alike two digests or files are, from 0 to 100.',
    only: 'flag',
  },
  match: {
    kind: 'path',
    value: 'LIST',
    description: 'Look for each file in this list of digests, which `ssdeep` wrote.',
    only: 'flag',
  },
  threshold: {
    kind: 'integer',
    value: 'N',
    range: [1, 100],
    default: 1,
    description: 'Name only known digests whose score is N or more.',
    only: 'flag',
  },
  'list-packages': {
    kind: 'switch',
    default: false,
    description: 'List every package in the table, not only those with findings.',
  },
  platform: {
    kind: 'text',
    value: 'OS/ARCH',
    defaultWords: 'this machine, where the image has several',
    description:
      'The variant to take of an image for several platforms: `linux/arm64`, `linux/arm/v7`; `all` takes each.',
  },
  'image-name': {
    kind: 'text',
    value: 'NAME',
    description:
      'The name in a registry of an image that is read from a file (`ghcr.io/example/app:1.2`): what a policy and VEX say of that image holds for the file.',
    only: 'flag',
  },
  offline: {
    kind: 'switch',
    default: false,
    description: 'Use no network at all. A container engine on this machine is none.',
  },
  'require-complete': {
    kind: 'switch',
    default: false,
    description: 'Exit with status 4 when something could not be read or judged, 5 when advisories are missing.',
  },
  'allow-incomplete': {
    kind: 'switch',
    default: false,
    description:
      'Where advisories for packages are missing, let what was found decide the exit status. Without it that is 5 for whoever fails by findings.',
  },
  verify: {
    kind: 'switch',
    default: false,
    description:
      'Check the digest of every layer, also of uncompressed ones, which are otherwise read only where something is wanted.',
  },
  config: {
    kind: 'path',
    value: 'FILE',
    defaultWords: '`drydock.yaml` in the current folder, if there is one',
    description: 'Read the configuration from this file.',
    only: 'flag or variable',
    oneHyphen: true,
  },
  'print-effective': {
    kind: 'switch',
    default: false,
    description: 'Show the values that hold here, and where each comes from.',
    only: 'flag',
  },
  'cache-dir': {
    kind: 'path',
    value: 'FOLDER',
    defaultWords: cacheWords,
    description: 'Where everything is kept that can be made anew, such as the advisory database.',
    personal: true,
  },
  'registry-mirror': {
    kind: 'words',
    value: 'LIST',
    default: [],
    description:
      'Ask these before the registry itself: `docker.io=mirror.example:5000`, several separated by commas, tried in order.',
    personal: true,
  },
  'plain-http': {
    kind: 'words',
    value: 'HOSTS',
    default: [],
    description:
      'Speak to these registries and services without TLS. Those on this machine (`localhost:5000`) need no mention.',
    personal: true,
  },
  'registry-auth-file': {
    kind: 'path',
    value: 'FILE',
    defaultWords: 'the files of `docker login` and `podman login`',
    description: 'Take credentials of registries from this file, which is laid out as Docker and Podman write it.',
    personal: true,
  },
  'containerd-root': {
    kind: 'path',
    value: 'FOLDER',
    default: '/var/lib/containerd',
    description: 'Where containerd keeps its images, for `containerd:NAME`.',
    personal: true,
  },
  'containerd-namespace': {
    kind: 'text',
    value: 'NAME',
    defaultWords: 'CONTAINERD_NAMESPACE of the environment, else all of them',
    description: 'Look for `containerd:NAME` in this namespace of containerd only: `k8s.io` has those of Kubernetes.',
    personal: true,
  },
  'no-learn': {
    kind: 'switch',
    default: false,
    description: 'Do not remember the scanned image as one that others may be built from.',
    personal: true,
  },
  'layer-cache-size': {
    kind: 'integer',
    value: 'MIB',
    range: [0, 1_048_576],
    default: 2048,
    description: 'Keep at most this much of what was learned of layers, in MiB; 0 keeps nothing and uses nothing.',
    personal: true,
  },
  'layer-cache-age': {
    kind: 'integer',
    value: 'DAYS',
    range: [1, 3650],
    default: 30,
    description: 'Forget layers that no scan has met for so many days.',
    personal: true,
  },
  threads: {
    kind: 'integer',
    value: 'N',
    range: [1, 64],
    defaultWords: 'one for each processor, four at most',
    description: 'Read so many large compressed layers at a time.',
  },
  since: {
    kind: 'text',
    value: 'DAY',
    description: 'Compare an image as it was judged on that day with the same image as it is judged now, or --as-of.',
    only: 'flag',
  },
  baseline: {
    kind: 'path',
    value: 'FILE',
    description:
      'A report in JSON, of the same image or its predecessor: --fail-on and --exit-code count only what is new or graver than there.',
  },
  'as-of': {
    kind: 'text',
    value: 'DAY',
    description:
      'Judge as the advisory database would have on that day (`2026-01-31`, in UTC) or at that moment (RFC 3339).',
  },
  db: {
    kind: 'path',
    value: 'FILE',
    defaultWords: 'in the cache folder',
    description:
      'The advisory database. A scan uses a file that exists as it is; into the default one it may fetch feeds.',
    personal: true,
  },
  ...databaseOptions,
  ...observeOptions,
  ...mapOptions,
  ...attestationOptions,
  ...kubernetesOptions,
  server: {
    kind: 'text',
    value: 'URL',
    description:
      'Read the image here, and have its packages judged by this service: `https://drydock.example`. Only packages are sent, no files.',
    only: 'flag or variable',
    personal: true,
  },
  'server-token-file': {
    kind: 'path',
    value: 'FILE',
    description: 'The token for that service stands in this file.',
    only: 'flag or variable',
    personal: true,
  },
  mirror: {
    kind: 'text',
    value: 'URL',
    defaultWords: 'the publishers themselves',
    description: 'Fetch every feed and every set of rules from this mirror.',
    personal: true,
  },
  all: {
    kind: 'switch',
    default: false,
    description: 'Remove the advisory databases too.',
    only: 'flag',
  },
  force: {
    kind: 'switch',
    default: false,
    description:
      'Take a feed even when it has lost much of what it had, a database that is older than the one in use or not signed as that is, and rules of which more than a tenth cannot be used.',
    only: 'flag',
  },
  timeout: {
    kind: 'duration',
    value: 'DURATION',
    defaultWords: 'no limit',
    description: 'Stop after this time and report what was found until then: `90s`, `5m`, `1h30m`.',
  },
  quiet: {
    kind: 'switch',
    short: 'q',
    default: false,
    description: 'Write nothing but the report, and the error if the command fails.',
  },
  verbose: {
    kind: 'switch',
    short: 'v',
    default: false,
    description: 'Say more of what happens, on standard error.',
  },
  color: {
    kind: 'choice',
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    description: 'Colours: `auto` means on a terminal, unless NO_COLOR is set; FORCE_COLOR also has its say.',
  },
  'no-progress': {
    kind: 'switch',
    default: false,
    description: 'Do not show progress.',
  },
  ...serviceOptions,
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof optionTable;

export const optionNames = Object.keys(optionTable) as OptionName[];

/** A report to be written to a file. */
export interface Output {
  readonly format: string;
  readonly file: string;
  /** In place of standard output. */
  readonly instead?: boolean;
}

interface ValueOfKind {
  readonly switch: boolean;
  readonly text: string;
  readonly path: string;
  readonly integer: number;
  readonly duration: number;
  readonly choice: string;
  readonly choices: readonly string[];
  readonly words: readonly string[];
  readonly outputs: readonly Output[];
}

type ValueOf<S extends OptionSpec> = S extends { kind: 'choice'; choices: readonly (infer C)[] }
  ? C
  : S extends { kind: 'choices'; choices: readonly (infer C)[] }
    ? readonly C[]
    : ValueOfKind[S['kind']];

/** The value of every option, typed by the table; undefined only where the table has no default. */
export type Settings = {
  readonly [K in OptionName]: 'default' extends keyof (typeof optionTable)[K]
    ? ValueOf<(typeof optionTable)[K]>
    : ValueOf<(typeof optionTable)[K]> | undefined;
};

/** `fail-on` is `DRYDOCK_FAIL_ON` in the environment. */
export function environmentName(name: string): string {
  return `DRYDOCK_${name.toUpperCase().replaceAll('-', '_')}`;
}
