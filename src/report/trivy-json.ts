import { jsonText } from '../formats/json-text.ts';
import { readLicence } from '../formats/spdx/licence-tree.ts';
import type { Finding } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import type { Report } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import { classOf, type LicenceClass } from '../policy/licences/classes.ts';
import type { Format, RenderOptions } from './format.ts';
import { registryNames } from './registry-name.ts';
import { contentUuid } from './sbom-parts.ts';
import { sbomPurl } from './sbom-purl.ts';
import { shownFindings } from './shown-findings.ts';
import { placed } from './trivy-accepted.ts';
import { webAddress } from './web-address.ts';

/**
 * The report in the shape of Trivy's JSON (`SchemaVersion` 2; github.com/aquasecurity/trivy, pkg/types), for programs
 * that read that: packages and vulnerabilities by place, secrets, and all other findings as misconfigurations. What is
 * accepted stands apart, where it is asked for, as there. What it has no member for is left out: coverage, problems, use in a
 * run.
 */
export const trivyJson: Format = {
  id: 'trivy-json',
  title: 'JSON in the shape of Trivy (SchemaVersion 2), for programs that read that',
  withoutProblems: true,
  steady: true,
  render: (reports, options) => {
    const documents = reports.map((report) => documentOf(report, options));
    return jsonText(documents.length === 1 && options.several !== true ? documents[0]! : documents);
  },
};

/** Trivy has no `negligible`. */
const severityWords: Readonly<Record<Severity, string>> = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
  negligible: 'LOW',
  unknown: 'UNKNOWN',
};

/** Families of systems where Trivy's word is not that of /etc/os-release. */
const families: ReadonlyMap<string, string> = new Map([
  ['rhel', 'redhat'],
  ['almalinux', 'alma'],
  ['amzn', 'amazon'],
  ['ol', 'oracle'],
  ['mariner', 'cbl-mariner'],
]);

/** What gathers installed packages of one language, by type of package URL. */
const languages: ReadonlyMap<string, string> = new Map([
  ['npm', 'node-pkg'],
  ['pypi', 'python-pkg'],
  ['gem', 'gemspec'],
  ['maven', 'jar'],
  ['golang', 'gobinary'],
  ['cargo', 'rustbinary'],
  ['composer', 'composer-vendor'],
  ['nuget', 'dotnet-core'],
  ['conda', 'conda-pkg'],
  ['bitnami', 'bitnami'],
  ['pub', 'pub'],
  ['hex', 'hex'],
  ['swift', 'swift'],
  ['cocoapods', 'cocoapods'],
  ['conan', 'conan'],
  ['julia', 'julia'],
]);

const systemTypes: ReadonlySet<string> = new Set(['deb', 'rpm', 'apk', 'alpm']);

interface Target {
  readonly Target: string;
  readonly Class: string;
  readonly Type: string;
  readonly packages: Known[];
  readonly vulnerabilities: Finding[];
  /** An id is of one result, and names one package of it; how many packages would have had it. */
  readonly ids: Map<string, number>;
}

/** A package, and what it is called in its result. */
interface Known {
  readonly pkg: Package;
  readonly id: string;
  /** Those of its result. */
  readonly ids: ReadonlyMap<string, number>;
}

function documentOf(report: Report, options: RenderOptions): object {
  const { image, tool, createdAt } = report;
  const { distribution, layers } = image;
  const findings = shownFindings(report, options);
  const names = registryNames(report);
  const diffIds = layers.flatMap(({ diffId }) => diffId ?? []);
  return {
    SchemaVersion: 2,
    // Readers that look for it learn who wrote it.
    Trivy: { Version: `${tool.name} ${tool.version}` },
    ReportID: contentUuid({ image: image.reference, digest: image.digest, createdAt }),
    CreatedAt: createdAt,
    ArtifactName: image.reference,
    ArtifactType: 'container_image',
    Metadata: {
      Size: layers.reduce((sum, { size }) => sum + size, 0),
      ...(distribution !== undefined && {
        OS: {
          Family: familyOf(distribution.id),
          Name: distribution.version,
          ...(findings.some(({ id, suppressed }) => id === 'end-of-life' && suppressed === undefined) && {
            EOSL: true,
          }),
        },
      }),
      ...(image.id !== undefined && { ImageID: image.id }),
      ...(diffIds.length > 0 && { DiffIDs: diffIds }),
      ...(names.tags.length > 0 && { RepoTags: names.tags }),
      ...(names.digests.length > 0 && { RepoDigests: names.digests }),
      Layers: layers.map(({ size, digest, diffId }) => ({
        Size: size,
        ...(digest !== undefined && { Digest: digest }),
        ...(diffId !== undefined && { DiffID: diffId }),
      })),
    },
    Results: [...packageResults(report, findings), ...otherResults(report, findings)],
  };
}

function familyOf(id: string): string {
  return families.get(id) ?? id;
}

function packageResults(report: Report, findings: readonly Finding[]): readonly object[] {
  const { image, packages } = report;
  const system = image.distribution;
  const targets = new Map<string, Target>();
  const targetOf = (type: string): Target => {
    const isSystem = systemTypes.has(type);
    const key = isSystem ? 'system' : type;
    const known = targets.get(key);
    if (known !== undefined) return known;
    const name = system === undefined ? '' : ` (${familyOf(system.id)} ${system.version})`;
    const target: Target = {
      Target: isSystem ? `${image.reference}${name}` : (languages.get(type) ?? type),
      Class: isSystem ? 'os-pkgs' : 'lang-pkgs',
      Type: isSystem ? familyOf(system?.id ?? type) : (languages.get(type) ?? type),
      packages: [],
      vulnerabilities: [],
      ids: new Map(),
    };
    targets.set(key, target);
    return target;
  };
  const known = new Map<string, Known>();
  for (const pkg of packages) {
    const { packages: own, ids } = targetOf(pkg.type);
    const base = idOf(pkg);
    let number = (ids.get(base) ?? 0) + 1;
    let id = number === 1 ? base : `${base}#${number}`;
    while (ids.has(id)) id = `${base}#${++number}`;
    ids.set(base, number).set(id, ids.get(id) ?? 1);
    const one = { pkg, id, ids };
    own.push(one);
    known.set(pkg.purl, one);
  }
  for (const finding of findings) {
    if (finding.kind !== 'vulnerability' || finding.package === undefined) continue;
    const { purl } = finding.package;
    const type = known.get(purl)?.pkg.type ?? /^pkg:([a-z.+-]+)\//i.exec(purl)?.[1]?.toLowerCase() ?? 'unknown';
    targetOf(type).vulnerabilities.push(finding);
  }
  return [...targets.values()].map(({ packages: own, vulnerabilities, ids: _, ...target }) => ({
    ...target,
    ...(own.length > 0 && { Packages: own.map((one) => packageOf(one, known, report)) }),
    ...placed('Vulnerabilities', vulnerabilities, (finding) =>
      vulnerabilityOf(finding, known.get(finding.package!.purl), report),
    ),
  }));
}

/** Debian's architecture is part of an id there; what matters is that ids of one target differ. */
function idOf({ name, version, arch }: Package): string {
  return arch === undefined || version === '' ? `${name}@${version}` : `${name}@${version}.${arch}`;
}

function layerOf(index: number | undefined, { image }: Report): object {
  const layer = index === undefined ? undefined : image.layers.find((one) => one.index === index);
  return {
    ...(layer?.digest !== undefined && { Digest: layer.digest }),
    ...(layer?.diffId !== undefined && { DiffID: layer.diffId }),
  };
}

/** Version, release and epoch of an rpm, which Trivy keeps apart. */
function versionOf(type: string, version: string, prefix: '' | 'Src'): object {
  const [, epoch, plain, release] = (type === 'rpm' && /^(?:(\d{1,9}):)?(.*?)(?:-([^-]*))?$/.exec(version)) || [];
  if (plain === undefined) return { [`${prefix}Version`]: version };
  return {
    [`${prefix}Version`]: plain,
    ...(release !== undefined && { [`${prefix}Release`]: release }),
    ...(epoch !== undefined && Number(epoch) > 0 && { [`${prefix}Epoch`]: Number(epoch) }),
  };
}

function packageOf({ pkg, id, ids }: Known, known: ReadonlyMap<string, Known>, report: Report): object {
  const { name, type, version, arch, source, licences, locations, layer, dependsOn = [], modularity } = pkg;
  // What is in another result cannot be named: there the same id is another package.
  const needed = dependsOn.flatMap((purl) => {
    const one = known.get(purl);
    return one === undefined || one.ids !== ids ? [] : [one.id];
  });
  const digest = pkg.hashes?.sha1 === undefined ? undefined : `sha1:${pkg.hashes.sha1}`;
  return {
    ID: id,
    Name: name,
    Identifier: { PURL: sbomPurl(pkg) },
    ...versionOf(type, version, ''),
    ...(arch !== undefined && { Arch: arch }),
    ...(systemTypes.has(type) && {
      SrcName: source?.name ?? name,
      ...versionOf(type, source?.version ?? version, 'Src'),
    }),
    ...(licences.length > 0 && { Licenses: licences }),
    ...(modularity !== undefined && { Modularitylabel: modularity }),
    ...(needed.length > 0 && { DependsOn: needed }),
    Layer: layerOf(layer.index, report),
    ...(!systemTypes.has(type) && locations[0] !== undefined && { FilePath: locations[0] }),
    ...(digest !== undefined && { Digest: digest }),
  };
}

const statuses: Readonly<Record<string, string>> = {
  affected: 'affected',
  'will-not-fix': 'will_not_fix',
  deferred: 'fix_deferred',
  'end-of-life': 'end_of_life',
  'under-investigation': 'under_investigation',
  fixed: 'fixed',
};

function vulnerabilityOf(finding: Finding, known: Known | undefined, report: Report): object {
  const pkg = known?.pkg;
  const { id, aliases, fixedVersion, state, score, source, title, evidence, severity, location, layer } = finding;
  const url = webAddress(source.url);
  const cvss = cvssOf(finding);
  return {
    VulnerabilityID: id,
    ...(aliases.length > 0 && { VendorIDs: aliases }),
    ...(known !== undefined && { PkgID: known.id }),
    PkgName: finding.package!.name,
    ...(pkg !== undefined && !systemTypes.has(pkg.type) && location !== undefined && { PkgPath: location.path }),
    PkgIdentifier: { PURL: pkg === undefined ? finding.package!.purl : sbomPurl(pkg) },
    InstalledVersion: finding.package!.version,
    ...(fixedVersion !== undefined && { FixedVersion: fixedVersion }),
    Status: fixedVersion === undefined ? (statuses[state ?? ''] ?? 'affected') : 'fixed',
    Layer: layerOf(layer?.index, report),
    ...(score?.severitySource !== undefined && { SeveritySource: score.severitySource }),
    ...(url !== undefined && { PrimaryURL: url }),
    DataSource: { ID: source.name, Name: source.name, ...(url !== undefined && { URL: url }) },
    Title: title,
    Description: evidence,
    Severity: severityWords[severity],
    ...((score?.cwes ?? []).length > 0 && { CweIDs: score!.cwes }),
    ...(cvss !== undefined && { CVSS: cvss }),
    ...(url !== undefined && { References: [url] }),
  };
}

/** By who gave the score: V2, V3 and V40 of each. */
function cvssOf({ score }: Finding): object | undefined {
  const bySource = new Map<string, Record<string, string | number>>();
  for (const { source, version, vector, score: value } of score?.cvss ?? []) {
    const member = version.startsWith('2') ? 'V2' : version.startsWith('3') ? 'V3' : 'V40';
    const own = bySource.get(source) ?? {};
    own[`${member}Vector`] ??= vector;
    if (value !== undefined) own[`${member}Score`] ??= value;
    bySource.set(source, own);
  }
  return bySource.size === 0 ? undefined : Object.fromEntries(bySource);
}

/** Secrets by file; and what Trivy would call a misconfiguration, by kind. */
function otherResults(report: Report, findings: readonly Finding[]): readonly object[] {
  const others = findings.filter(({ kind, package: pkg }) => kind !== 'vulnerability' || pkg === undefined);
  const secrets = Map.groupBy(
    others.filter(({ kind }) => kind === 'secret'),
    ({ location }) => location?.path ?? report.image.reference,
  );
  const rest = Map.groupBy(
    others.filter(({ kind }) => kind !== 'secret' && kind !== 'licence'),
    ({ kind }) => kind,
  );
  const licences = others.filter(({ kind }) => kind === 'licence');
  return [
    ...[...secrets].map(([Target, own]) => ({
      Target,
      Class: 'secret',
      ...placed('Secrets', own, (finding) => secretOf(finding, report)),
    })),
    ...(licences.length === 0
      ? []
      : [{ Target: 'Licenses', Class: 'license', ...placed('Licenses', licences, licenceOf) }]),
    ...[...rest].map(([kind, own]) => ({
      Target: report.image.reference,
      Class: 'config',
      Type: kind,
      MisconfSummary: { Successes: 0, Failures: own.filter(({ suppressed }) => suppressed === undefined).length },
      ...placed('Misconfigurations', own, (finding) => misconfigurationOf(finding, report)),
    })),
  ];
}

function secretOf({ id, title, severity, location, evidence, layer }: Finding, report: Report): object {
  return {
    RuleID: id,
    Category: 'secret',
    Severity: severityWords[severity],
    Title: title,
    StartLine: location?.line ?? 0,
    EndLine: location?.line ?? 0,
    Code: { Lines: [] },
    Match: evidence,
    Layer: layerOf(layer?.index, report),
  };
}

function misconfigurationOf(finding: Finding, report: Report): object {
  const { kind, id, title, severity, location, evidence, layer, remediation, source } = finding;
  const url = webAddress(source.url);
  return {
    Type: kind,
    ID: id,
    Title: title,
    Description: evidence,
    Message: location === undefined ? evidence : `${location.path}: ${evidence}`,
    ...(remediation !== undefined && { Resolution: remediation }),
    Severity: severityWords[severity],
    ...(url !== undefined && { PrimaryURL: url, References: [url] }),
    Status: 'FAIL',
    Layer: layerOf(layer?.index, report),
    CauseMetadata: {
      ...(location !== undefined && { Resource: location.path }),
      Provider: 'drydock',
      ...(location?.line !== undefined && { StartLine: location.line, EndLine: location.line }),
    },
  };
}

/** Categories of licences as Trivy has them (docs, "License Scanning"). */
const categories: Readonly<Record<LicenceClass, string>> = {
  'public-domain': 'unencumbered',
  permissive: 'notice',
  'copyleft-weak': 'reciprocal',
  'copyleft-strong': 'restricted',
  'copyleft-network': 'forbidden',
  restricted: 'forbidden',
};

function licenceOf({ id, severity, package: pkg, location, licence, confidence, title, evidence }: Finding): object {
  const tree = readLicence(licence?.refused ?? '');
  const own = tree.kind === 'licence' ? classOf(tree.id, tree.exception) : undefined;
  return {
    Severity: severityWords[severity],
    Category: own === undefined ? 'unknown' : categories[own],
    PkgName: pkg?.name ?? '',
    FilePath: location?.path ?? '',
    Name: licence?.refused ?? title,
    Text: `${id}: ${evidence}`,
    Confidence: confidence === 'certain' ? 1 : 0.9,
    Link: '',
  };
}
