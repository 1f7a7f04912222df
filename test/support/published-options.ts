/** What other programs can be told, by the lists that they publish: names alone. */
export interface PublishedOptions {
  readonly flags: readonly string[];
  readonly keys?: readonly string[];
  readonly variables?: readonly string[];
}

/** Words of a text. */
const list = (text: string): readonly string[] => text.trim().split(/\s+/);

export const publishedOptions: Readonly<Record<string, PublishedOptions>> = {
  /** github.com/aquasecurity/trivy, docs/guide/references/configuration: pages of the commands, and of the file; v0.74.0. */
  trivy: {
    flags: list(`
      --all --ansible-extra-vars --ansible-inventory --ansible-playbook --aws-region --branch --burst --cacert
      --cache-backend --cache-dir --cache-ttl --cf-params --check-namespaces --checks-bundle
      --checks-bundle-repository --commit --compliance --config --config-check --config-data --config-file-schemas
      --custom-headers --db-repository --debug --dependency-tree --detection-priority --disable-node-collector
      --disable-telemetry --distro --docker-host --download-db-only --download-java-db-only --enable-modules
      --exclude-kinds --exclude-namespaces --exclude-nodes --exclude-owned --exit-code --exit-on-eol
      --file-patterns --format --generate-default-config --helm-api-versions --helm-kube-version --helm-set
      --helm-set-file --helm-set-string --helm-values --help --ignore-policy --ignore-status --ignore-unfixed
      --ignored-licenses --ignorefile --image-config-scanners --image-src --include-deprecated-checks
      --include-dev-deps --include-kinds --include-namespaces --include-non-failures --input --insecure --java-db
      --java-db-repository --k8s-version --kubeconfig --license-confidence-level --license-full --list-all-pkgs
      --listen --max-image-size --misconfig-scanners --module-dir --no-progress --node-collector-imageref
      --node-collector-namespace --offline-scan --output --output-plugin-arg --parallel --password --password-stdin
      --pkg-relationships --pkg-types --platform --podman-host --qps --quiet --raw-config-scanners --redis-ca
      --redis-cert --redis-key --redis-tls --registry-token --rego-error-limit --rekor-url --removed-pkgs
      --render-cause --report --sbom-sources --scan-cache --scanners --secret-config --server --severity
      --show-suppressed --skip-check-update --skip-db-update --skip-dirs --skip-files --skip-images
      --skip-java-db-update --skip-version-check --skip-vex-repo-update --table-mode --tag --template
      --tf-exclude-downloaded-modules --tf-vars --timeout --token --token-header --tolerations --trace-rego
      --username --version --vex --vex-repo --vuln-db --vuln-severity-source -a -c -d -f -h -o -q -s -t -v
    `),
    keys: list(`
      cacert cache.dir debug insecure quiet timeout cache.backend cache.redis.ca cache.redis.cert cache.redis.key
      cache.redis.tls cache.ttl clean.all clean.checks-bundle clean.java-db clean.scan-cache clean.vex-repo
      clean.vuln-db server.addr server.custom-headers server.listen server.token server.token-header
      db.download-java-only db.download-only db.java-repository db.java-skip-update db.no-progress db.repository
      db.skip-update image.docker.host image.image-config-scanners image.input image.max-size image.platform
      image.podman.host image.removed-pkgs image.source kubernetes.burst kubernetes.disableNodeCollector
      kubernetes.exclude.nodes kubernetes.exclude.owned kubernetes.excludeKinds kubernetes.excludeNamespaces
      kubernetes.includeKinds kubernetes.includeNamespaces kubernetes.k8s-version kubernetes.kubeconfig
      kubernetes.node-collector.imageref kubernetes.node-collector.namespace kubernetes.qps kubernetes.skipImages
      kubernetes.tolerations license.confidenceLevel license.forbidden license.full license.ignored license.notice
      license.permissive license.reciprocal license.restricted license.unencumbered ansible.extra-vars
      ansible.inventories ansible.playbooks misconfiguration.checks-bundle-repository
      misconfiguration.cloudformation.params misconfiguration.config-file-schemas
      misconfiguration.helm.api-versions misconfiguration.helm.kube-version misconfiguration.helm.set
      misconfiguration.helm.set-file misconfiguration.helm.set-string misconfiguration.helm.values
      misconfiguration.include-non-failures misconfiguration.raw-config-scanners misconfiguration.render-cause
      misconfiguration.scanners misconfiguration.terraform.exclude-downloaded-modules
      misconfiguration.terraform.vars module.dir module.enable-modules pkg.include-dev-deps pkg.relationships
      pkg.types registry.mirrors registry.password registry.password-stdin registry.token registry.username
      rego.check rego.data rego.error-limit rego.include-deprecated-checks rego.namespaces rego.skip-check-update
      rego.trace dependency-tree exit-code exit-on-eol format ignore-policy ignorefile list-all-pkgs output
      output-plugin-arg report scan.compliance scan.show-suppressed severity table-mode template repository.branch
      repository.commit repository.tag scan.detection-priority scan.disable-telemetry scan.distro
      scan.file-patterns scan.maven.mirrors scan.offline scan.parallel scan.rekor-url scan.sbom-sources
      scan.scanners scan.skip-dirs scan.skip-files scan.skip-version-check secret.config
      vulnerability.ignore-status vulnerability.ignore-unfixed vulnerability.severity-source
      vulnerability.skip-vex-repo-update vulnerability.vex
    `),
  },
  /** github.com/anchore/grype, cmd/grype/cli: options and commands; v0.116.0. */
  grype: {
    flags: list(`
      --scope -s --output -o --file --name --distro --add-cpes-if-none --template -t --fail-on -f --only-fixed
      --only-notfixed --ignore-states --by-cve --show-suppressed --exclude --platform --from --vex --sort-by
      --config -c --quiet -q --verbose -v --version --help -h --profile --id
    `),
    keys: list(`
      output file pretty distro add-cpes-if-none output-template-file check-for-app-update only-fixed only-notfixed
      ignore-states platform search.scope search.unindexed-archives search.indexed-archives ignore exclude
      external-sources.enable external-sources.maven.search-upstream external-sources.maven.base-url
      external-sources.maven.rate-limit match.java.using-cpes match.jvm.using-cpes match.dotnet.using-cpes
      match.golang.using-cpes match.golang.always-use-cpe-for-stdlib
      match.golang.allow-main-module-pseudo-version-comparison match.javascript.using-cpes match.python.using-cpes
      match.ruby.using-cpes match.rust.using-cpes match.hex.using-cpes match.stock.using-cpes match.dpkg.using-cpes
      match.dpkg.missing-epoch-strategy match.dpkg.use-cpes-for-eol match.rpm.using-cpes
      match.rpm.missing-epoch-strategy match.rpm.use-cpes-for-eol fail-on-severity
      registry.insecure-skip-tls-verify registry.insecure-use-http registry.auth registry.ca-cert show-suppressed
      by-cve sort-by name default-image-pull-source from vex-documents vex-add match-upstream-kernel-headers
      fix-channel.redhat-eus.apply fix-channel.redhat-eus.versions fix-channel.ubuntu-esm.apply timestamp
      alerts.enable-eol-distro-warnings db.cache-dir db.update-url db.ca-cert db.auto-update
      db.validate-by-hash-on-start db.validate-age db.max-allowed-built-age db.require-update-check
      db.update-available-timeout db.update-download-timeout db.max-update-check-frequency
    `),
  },
  /** github.com/goodwithtech/dockle, pkg/app.go; 2026-07. */
  dockle: {
    flags: list(`
      --input --ignore -i --accept-key -ak --ak --sensitive-word -sw --sw --accept-file -af --af --sensitive-file -sf --sf
      --accept-file-extension -ae --ae --sensitive-file-extension -se --se --format -f --output -o --exit-code -c
      --exit-level -l --debug -d --quiet -q --no-color --version-check --timeout -t --use-xdg -x --host --authurl
      --username --password --insecure --nonssl --cert-path --cache-dir
    `),
    variables: list(`
      DOCKLE_IGNORES DOCKLE_ACCEPT_KEYS DOCKLE_REJECT_KEYS DOCKLE_ACCEPT_FILES DOCKLE_REJECT_FILES
      DOCKLE_ACCEPT_FILE_EXTENSIONS DOCKLE_REJECT_FILE_EXTENSIONS DOCKLE_OUTPUT_FORMAT DOCKLE_OUTPUT_FILE
      DOCKLE_EXIT_CODE DOCKLE_EXIT_LEVEL DOCKLE_DEBUG DOCKLE_QUIET NO_COLOR DOCKLE_VERSION_CHECK DOCKLE_TIMEOUT
      USE_XDG DOCKLE_HOST DOCKLE_AUTH_URL DOCKLE_USERNAME DOCKLE_PASSWORD DOCKLE_INSECURE DOCKLE_NON_SSL
      DOCKLE_CERT_PATH
    `),
  },
  /** github.com/snyk/cli, help of "container test"; 2026-06. */
  snyk: {
    flags: list(`
      --print-deps --org --file --project-name --policy-path --json --json-file-output --sarif --sarif-file-output
      --severity-threshold --fail-on --app-vulns --exclude-app-vulns --exclude-node-modules --nested-jars-depth
      --exclude-base-image-vulns --platform --username --password -d
    `),
  },
  /** github.com/quay/clair, cmd/clairctl: main.go and report.go; v4.8. */
  clairctl: {
    flags: list(`
      -D -q --config -c --issuer --iss --host --out -o --keep-going -k --novel
    `),
  },
};
