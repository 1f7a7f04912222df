import { type ForeignOption, needless, none, switched } from './foreign.ts';

const noBuildFiles = 'files that build or deploy are not judged here, only what an image tells of them';
const noRego = 'checks are not written in Rego here';
const noRedis = 'the layer cache is a folder, or the database of the service';
const ofCluster = 'of "drydock kubernetes scan"';
const noCluster = 'the cluster itself is not judged, only the images that it runs';

function rows(why: string, list: readonly (readonly [string, string?, 'switch'?])[]): readonly ForeignOption[] {
  return list.map(([flag, key, kind]) => ({
    flags: [flag],
    ...(kind === undefined && { takes: 'list' as const }),
    ...(key !== undefined && { keys: [key] }),
    here: none(why),
  }));
}

/** Options of Trivy for what is no part of an image, or is done otherwise here. */
export const trivyElsewhere: readonly ForeignOption[] = [
  ...rows(noBuildFiles, [
    ['--ansible-extra-vars', 'ansible.extra-vars'],
    ['--ansible-inventory', 'ansible.inventories'],
    ['--ansible-playbook', 'ansible.playbooks'],
    ['--cf-params', 'misconfiguration.cloudformation.params'],
    ['--config-file-schemas', 'misconfiguration.config-file-schemas'],
    ['--file-patterns', 'scan.file-patterns'],
    ['--helm-api-versions', 'misconfiguration.helm.api-versions'],
    ['--helm-kube-version', 'misconfiguration.helm.kube-version'],
    ['--helm-set', 'misconfiguration.helm.set'],
    ['--helm-set-file', 'misconfiguration.helm.set-file'],
    ['--helm-set-string', 'misconfiguration.helm.set-string'],
    ['--helm-values', 'misconfiguration.helm.values'],
    ['--include-non-failures', 'misconfiguration.include-non-failures', 'switch'],
    ['--misconfig-scanners', 'misconfiguration.scanners'],
    ['--raw-config-scanners', 'misconfiguration.raw-config-scanners'],
    ['--render-cause', 'misconfiguration.render-cause'],
    ['--tf-exclude-downloaded-modules', 'misconfiguration.terraform.exclude-downloaded-modules', 'switch'],
    ['--tf-vars', 'misconfiguration.terraform.vars'],
  ]),
  ...rows(noRego, [
    ['--check-namespaces', 'rego.namespaces'],
    ['--config-check', 'rego.check'],
    ['--config-data', 'rego.data'],
    ['--include-deprecated-checks', 'rego.include-deprecated-checks', 'switch'],
    ['--rego-error-limit', 'rego.error-limit'],
    ['--trace-rego', 'rego.trace', 'switch'],
    ['--checks-bundle-repository', 'misconfiguration.checks-bundle-repository'],
  ]),
  {
    flags: ['--skip-check-update'],
    keys: ['rego.skip-check-update'],
    here: needless('checks are part of the program; sets of rules are fetched by "drydock rules update" alone'),
  },
  ...rows(noRedis, [
    ['--cache-backend', 'cache.backend'],
    ['--cache-ttl', 'cache.ttl'],
    ['--redis-ca', 'cache.redis.ca'],
    ['--redis-cert', 'cache.redis.cert'],
    ['--redis-key', 'cache.redis.key'],
    ['--redis-tls', 'cache.redis.tls', 'switch'],
  ]),
  ...rows('there are no modules and no plugins', [
    ['--enable-modules', 'module.enable-modules'],
    ['--module-dir', 'module.dir'],
    ['--output-plugin-arg', 'output-plugin-arg'],
  ]),
  ...rows(noCluster, [
    ['--burst', 'kubernetes.burst'],
    ['--qps', 'kubernetes.qps'],
    ['--disable-node-collector', 'kubernetes.disableNodeCollector', 'switch'],
    ['--exclude-nodes', 'kubernetes.exclude.nodes'],
    ['--exclude-owned', 'kubernetes.exclude.owned', 'switch'],
    ['--k8s-version', 'kubernetes.k8s-version'],
    ['--node-collector-imageref', 'kubernetes.node-collector.imageref'],
    ['--node-collector-namespace', 'kubernetes.node-collector.namespace'],
    ['--skip-images', 'kubernetes.skipImages', 'switch'],
    ['--tolerations', 'kubernetes.tolerations'],
  ]),
  ...rows('all workloads of a namespace are meant', [
    ['--include-kinds', 'kubernetes.includeKinds'],
    ['--exclude-kinds', 'kubernetes.excludeKinds'],
    ['--exclude-namespaces', 'kubernetes.excludeNamespaces'],
  ]),
  {
    flags: ['--include-namespaces'],
    takes: 'list',
    keys: ['kubernetes.includeNamespaces'],
    here: (value) =>
      value.includes(',')
        ? { verdict: 'none', why: '--namespace takes one: run it for each, or --all-namespaces' }
        : { verdict: 'other', settings: [['namespace', value]], why: ofCluster },
  },
  {
    flags: ['--kubeconfig'],
    takes: 'text',
    keys: ['kubernetes.kubeconfig'],
    here: (value) => ({ verdict: 'same', settings: [['kubeconfig', value]], why: ofCluster }),
  },
  ...rows('sources are not scanned, images are', [
    ['--branch', 'repository.branch'],
    ['--commit', 'repository.commit'],
    ['--tag', 'repository.tag'],
  ]),
  {
    flags: ['--include-dev-deps'],
    keys: ['pkg.include-dev-deps'],
    here: switched({ verdict: 'other', settings: [['lockfiles', true]], why: 'all that lockfiles ask for is judged' }),
  },
  { flags: ['--aws-region'], takes: 'text', old: true, here: none('accounts of clouds are not scanned') },
  ...rows('compliance reports are not made; docs/checks/ids-of-others.md names the CIS items that checks cover', [
    ['--compliance', 'scan.compliance'],
    ['--report', 'report'],
  ]),
  {
    flags: ['--dependency-tree'],
    keys: ['dependency-tree'],
    here: none('JSON and SBOMs say of each package what it needs'),
  },
  {
    flags: ['--disable-telemetry'],
    keys: ['scan.disable-telemetry'],
    here: needless('nothing is told to anybody'),
  },
  {
    flags: ['--skip-version-check'],
    keys: ['scan.skip-version-check'],
    here: needless('nobody is asked for newer versions'),
  },
  {
    flags: ['--license-full'],
    keys: ['license.full'],
    here: none('licences are those that packages state; files are not searched for their texts'),
  },
  {
    flags: ['--license-confidence-level'],
    takes: 'text',
    keys: ['license.confidenceLevel'],
    here: none('licences are those that packages state'),
  },
  {
    flags: ['--ignored-licenses'],
    takes: 'list',
    keys: [
      'license.ignored',
      'license.forbidden',
      'license.notice',
      'license.permissive',
      'license.reciprocal',
      'license.restricted',
      'license.unencumbered',
    ],
    here: none(
      'licences are judged where a policy names them: "licences:" with allow, deny and classes (docs/policy.md)',
    ),
  },
  {
    flags: ['--pkg-relationships'],
    takes: 'list',
    keys: ['pkg.relationships'],
    here: none('packages are judged whoever asks for them'),
  },
  {
    flags: ['--rekor-url'],
    takes: 'text',
    keys: ['scan.rekor-url'],
    here: none('a transparency log is not asked'),
  },
  {
    flags: ['--sbom-sources'],
    takes: 'list',
    keys: ['scan.sbom-sources'],
    here: none('the image itself is read; "drydock verify" reads attestations that a registry has of it'),
  },
  {
    flags: ['--secret-config'],
    takes: 'text',
    keys: ['secret.config'],
    here: none('rules for secrets cannot be added; .drydockignore.yaml accepts what they find by id and path'),
  },
  {
    flags: ['--skip-dirs', '--skip-files'],
    takes: 'list',
    keys: ['scan.skip-dirs', 'scan.skip-files'],
    here: none('everything is read; entries of the policy accept findings by path'),
  },
  {
    flags: ['--table-mode'],
    takes: 'list',
    keys: ['table-mode'],
    here: needless('the table has both'),
  },
  {
    flags: [],
    keys: ['scan.maven.mirrors'],
    here: needless('repositories of packages are never asked'),
  },
  {
    flags: ['--all', '-a'],
    keys: ['clean.all'],
    here: switched({ verdict: 'same', settings: [['all', true]], why: 'of "drydock clean"' }),
  },
  {
    noScan: true,
    flags: ['--checks-bundle', '--java-db', '--scan-cache', '--vex-repo', '--vuln-db'],
    keys: ['clean.checks-bundle', 'clean.java-db', 'clean.scan-cache', 'clean.vex-repo', 'clean.vuln-db'],
    here: needless('"drydock clean" removes what can be made anew'),
  },
];
