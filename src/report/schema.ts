import { z } from 'zod';
import { advisoryStates } from '../model/advisory.ts';
import { findingKinds } from '../model/finding.ts';
import { packageUses } from '../model/package-use.ts';
import { type ProblemCode, problemCodes } from '../model/problem.ts';
import { severities } from '../model/severity.ts';
import { vexMismatches } from '../model/vex.ts';
import { ObservationSchema } from './observation-schema.ts';

/*
 * The form of the JSON report, for the JSON Schema, the API of the service and tests. A scan does not need it. A test
 * holds it to the types of src/model, in both directions.
 */

/** A list; `readonly` as in the model. */
function list<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}

const count = z.int().min(0);
const moment = z.string().describe('A moment in RFC 3339.');
const namedVersion = z.object({ name: z.string(), version: z.string() });

const Severity = z.enum(severities).meta({ id: 'Severity' });
const State = z.enum(advisoryStates);

export const DistributionSchema = z
  .object({
    id: z.string().describe('As in os-release: `debian`.'),
    version: z.string().describe('As advisories name the release: `12`, `v3.20`.'),
    name: z.string(),
    codename: z.string().exactOptional(),
    parent: z
      .string()
      .exactOptional()
      .describe('`id:version` of the distribution that it was made from, where that one judges its packages.'),
    endOfLife: z.string().exactOptional().describe('Last day (YYYY-MM-DD) of free security updates.'),
  })
  .meta({ id: 'Distribution' });

const LayerRef = z.object({
  index: count.describe('From 0 at the base; counts file-system layers only.'),
  diffId: z.string().exactOptional(),
});

export const PackageSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    type: z.string().describe('purl type: `deb`, `apk`, `npm`.'),
    purl: z.string(),
    arch: z.string().exactOptional(),
    source: namedVersion.exactOptional().describe('The source package; absent: the package itself.'),
    licences: list(z.string()),
    vendor: z.string().exactOptional().describe('Who built it, as an rpm says.'),
    modularity: z.string().exactOptional().describe('Module stream of an rpm: `name:stream:version:context`.'),
    repositories: list(z.string())
      .exactOptional()
      .describe('Where it may have come from, as far as the image tells: content sets, repositories.'),
    distribution: z.string().exactOptional().describe('`id:version` of the distribution it belongs to.'),
    layer: LayerRef.describe('The layer that brought this version.'),
    introducedIn: LayerRef.exactOptional().describe(
      'The layer that first brought the package, where another changed its version.',
    ),
    locations: list(z.string()).describe(
      'The database, or all files that stand for it and came with that layer; in an archive `app.jar!/lib/inner.jar`.',
    ),
    evidence: z
      .enum(['lockfile', 'manifest'])
      .exactOptional()
      .describe(
        'A file only asks for it, in one version or as a manifest does; it is judged with `--lockfiles` alone. Absent: it is installed.',
      ),
    application: z
      .literal(true)
      .exactOptional()
      .describe('It is made here and published nowhere under this name: no advisory is held against it.'),
    groups: list(z.string()).exactOptional().describe('What it is asked for, where not for use: `dev`, `optional`.'),
    ownedBy: z
      .string()
      .exactOptional()
      .describe('Name of the distribution package that owns its file; it is judged through that one.'),
    hashes: z
      .object({
        md5: z.string().exactOptional(),
        sha1: z.string().exactOptional(),
        sha256: z.string().exactOptional(),
        sha512: z.string().exactOptional(),
      })
      .exactOptional()
      .describe('Digests of it, or of the archive it came as: hex.'),
    dependsOn: list(z.string()).exactOptional().describe('purls of packages of the image that it says it needs.'),
    within: z.string().exactOptional().describe('purl of the package whose archive it stands in.'),
    presence: z
      .enum(['present', 'recovered'])
      .describe('`recovered`: it is in the image, but its package database was removed or no longer lists it.'),
  })
  .meta({ id: 'Package' });

const Cvss = z
  .object({
    version: z.string(),
    vector: z.string(),
    score: z.number().exactOptional(),
    source: z.string().describe('Who computed it: a feed for its publisher, else `cna:NAME`, `adp:NAME`, `nvd`.'),
  })
  .meta({ id: 'CvssScore' });

const WitnessSchema = z
  .object({
    engine: z.enum(['digest', 'clamav', 'yara', 'fuzzy', 'model']),
    kind: z.enum(['malware', 'webshell', 'unwanted']),
    weight: z
      .enum(['certain', 'strong', 'weak'])
      .describe('`certain` settles it; `weak` ones only support others, or each other.'),
    rule: z.string().describe('Name of the signature or rule, or which model.'),
    set: z.string().describe('The set of rules it is from.'),
    description: z.string().exactOptional(),
    author: z.string().exactOptional(),
    licence: z.string().exactOptional(),
    reference: z.string().exactOptional(),
    tags: list(z.string()).exactOptional(),
    places: list(
      z.object({
        offset: count.describe('Bytes from the start of the file, or of the view that `view` names.'),
        line: count.exactOptional().describe('Line of the file, from 1.'),
        excerpt: z.string().describe('At most 40 characters, escaped.'),
      }),
    ).exactOptional(),
    score: z.number().exactOptional().describe('fuzzy: 0 to 100; model: probability.'),
    view: z.string().exactOptional().describe('How the bytes came out of the file: `base64 > gzip`.'),
    allowedBy: z.string().exactOptional().describe('A list that says the file is harmless.'),
  })
  .meta({ id: 'Witness' });

export const FindingSchema = z
  .object({
    kind: z.enum(findingKinds),
    id: z.string().describe('`CVE-2024-1234`, or the id of the rule.'),
    aliases: list(z.string()).describe('Other ids of the same thing.'),
    related: list(z.string())
      .exactOptional()
      .describe('Ids that belong to it without being the same: the CVEs of a collective notice.'),
    severity: Severity,
    confidence: z.enum(['certain', 'high', 'medium', 'low']).describe('How sure it is that this is true of the image.'),
    title: z.string(),
    layer: LayerRef.extend({ instruction: z.string().exactOptional() }).exactOptional(),
    historyIndex: count.exactOptional().describe('Position in `image.history`.'),
    hiddenBy: z
      .object({ index: count, instruction: z.string().exactOptional() })
      .exactOptional()
      .describe('The layer that hides it, though it can still be taken out of the image.'),
    from: z
      .enum(['base', 'own', 'unknown'])
      .describe('Whether the base image brought it; `unknown` while the layers of the base are not known.'),
    location: z
      .object({ path: z.string(), offset: count.exactOptional(), line: count.exactOptional() })
      .exactOptional(),
    locations: list(z.object({ path: z.string(), layer: count }))
      .exactOptional()
      .describe(
        'The first thousand places, the lowest layer first, where a package has several; `location` is the first.',
      ),
    fingerprint: z
      .string()
      .exactOptional()
      .describe(
        'What a secret is known by from one report to the next: of itself, or where that would help to guess it, of the variable or instruction that has it.',
      ),
    evidence: z.string().describe('What was compared or seen: one sentence that lets a reader check it.'),
    source: z.object({ name: z.string(), url: z.string().exactOptional() }).describe('Who says so.'),
    witnesses: list(WitnessSchema).exactOptional().describe('All that speak against a file, the heaviest first.'),
    package: namedVersion.extend({ purl: z.string() }).exactOptional(),
    licence: z
      .object({ expression: z.string(), refused: z.string() })
      .exactOptional()
      .describe(
        'Of a licence: all that the package states as one expression, and what of it the policy does not allow.',
      ),
    fixedVersion: z.string().exactOptional().describe('The least version that fixes this finding.'),
    upgradeTo: z
      .string()
      .exactOptional()
      .describe('The least version that fixes every finding of the package that has a fix.'),
    state: State.exactOptional(),
    score: z
      .object({
        cvss: list(Cvss).describe('Of everybody who computed one; the one that counts first.'),
        epss: z.number().exactOptional().describe('Probability of exploitation within 30 days (FIRST EPSS), 0 to 1.'),
        epssPercentile: z.number().exactOptional().describe('Share of all vulnerabilities that have a lower one.'),
        kev: z.boolean().exactOptional().describe('Known to be exploited (CISA KEV).'),
        severitySource: z
          .string()
          .exactOptional()
          .describe('Who decided the severity: a feed, `cna:NAME`, `adp:NAME`, `nvd`.'),
        cwes: list(z.string()).exactOptional().describe('Weaknesses: `CWE-79`.'),
      })
      .exactOptional(),
    inUse: z
      .boolean()
      .exactOptional()
      .describe('Whether a run of the image used it (`drydock observe`); false never means safe.'),
    use: z
      .enum([...packageUses, 'not-seen'])
      .exactOptional()
      .describe('How it was used at the most.'),
    suppressed: z
      .object({
        by: z.string().describe('`policy:FILE:LINE`, `vex:SOURCE`, `allow-list:NAME` or `package:NAME`.'),
        reason: z.string(),
        expires: z.string().exactOptional().describe('The last day (YYYY-MM-DD) on which it holds.'),
        owner: z.string().exactOptional(),
        justification: z.string().exactOptional().describe('Why the image does not have it, in the words of OpenVEX.'),
      })
      .exactOptional()
      .describe('Accepted by a policy, or shown not to concern the image: it is not counted and fails nothing.'),
    vex: z
      .object({
        status: z.enum(['not_affected', 'affected', 'fixed', 'under_investigation']),
        by: z.string(),
        statement: z.string().exactOptional(),
      })
      .exactOptional()
      .describe('What the youngest VEX statement on it says.'),
    remediation: z.string().exactOptional(),
    baseline: z
      .enum(['new', 'graver', 'known'])
      .exactOptional()
      .describe('How it stands to the baseline (`--baseline`); `graver` ones were known as less grave.'),
  })
  .meta({ id: 'Finding' });

export const ProblemSchema = z
  .object({
    code: z.enum(Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]).describe('See docs/errors.md.'),
    message: z.string(),
    layer: count.exactOptional(),
    path: z.string().exactOptional(),
    analyzer: z.string().exactOptional(),
  })
  .meta({ id: 'Problem' });

const History = z.object({
  index: count,
  instruction: z.string(),
  created: moment.exactOptional(),
  comment: z.string().exactOptional(),
  layerIndex: count.exactOptional().describe('The layer it made, if it made one.'),
});

const ofPackage = { package: z.string(), path: z.string(), layer: count, files: count, kept: count };
const Contradiction = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.literal('version'), before: z.string(), after: z.string(), ...ofPackage })
    .describe('Another version than that of the files, of which `kept` are older than the layer.'),
  z
    .object({ kind: z.literal('unlisted'), ...ofPackage })
    .describe('A list of files and `kept` of the files are there, and no database tells of the package.'),
  z
    .object({ kind: z.literal('files'), version: z.string(), ...ofPackage })
    .describe('Listed, though of its programs and libraries `kept` are there.'),
  z
    .object({
      kind: z.literal('place'),
      path: z.string(),
      layer: count,
      type: z.enum(['file', 'directory', 'symlink', 'hardlink', 'character', 'block', 'fifo', 'whiteout']),
      uid: count,
      mode: count,
    })
    .describe('The database is no plain file that only root may write.'),
]);

const Traces = z
  .object({
    releaseFile: z.object({ path: z.string(), layer: count }).exactOptional(),
    removedDatabases: list(
      z.object({ slot: z.string(), path: z.string(), layer: count, removedBy: count.exactOptional() }),
    )
      .exactOptional()
      .describe('Package databases that a layer removed from sight.'),
    droppedPackages: list(
      z.object({
        name: z.string(),
        version: z.string(),
        type: z.string(),
        arch: z.string().exactOptional(),
        layer: count,
      }),
    )
      .exactOptional()
      .describe('Packages that a layer took out of their database, though their files are still there.'),
    contradictions: list(Contradiction)
      .exactOptional()
      .describe('Where the files of the image say something else than its package databases.'),
  })
  .describe('What layers tell besides their packages, for those who judge the report without the image.');

const BaseImage = z
  .object({
    by: z
      .enum(['taught', 'known', 'annotation', 'history', 'label', 'none'])
      .describe(
        '`taught`, `known`: the image begins with the layers of one that this installation was taught, or has scanned; `label`: only a label names it; `none`: the history looks as if there were one.',
      ),
    name: z.string().exactOptional(),
    digest: z.string().exactOptional().describe('Digest of its manifest.'),
    layers: count.exactOptional().describe('How many layers are its own, from 0 on; absent: not known.'),
    entries: count.exactOptional().describe('How many entries of the history are its own; absent: not known.'),
    created: moment.exactOptional().describe('When its part of the image was made.'),
    reason: z.string(),
  })
  .meta({ id: 'BaseImage' });

const ClaimedIdentity = z
  .object({
    names: list(z.string()).exactOptional(),
    digests: z
      .literal(true)
      .exactOptional()
      .describe('Its digests are those that it states: not all of its layers were held against them.'),
  })
  .meta({ id: 'ClaimedIdentity' });

const Image = z
  .object({
    reference: z.string().describe('What the user asked for.'),
    name: z
      .string()
      .exactOptional()
      .describe(
        'Its name in a registry, in full: a registry or a container engine has it under that, or the user said so (`--image-name`). Absent: nobody but itself names it.',
      ),
    claimed: ClaimedIdentity.exactOptional().describe(
      'What a file says of which image it is; whoever wrote the file wrote that, too.',
    ),
    id: z.string().exactOptional().describe('Digest of the configuration.'),
    digest: z.string().exactOptional().describe('Digest of the manifest.'),
    mediaType: z.string().exactOptional(),
    platform: z.string().exactOptional(),
    created: moment.exactOptional(),
    distribution: DistributionSchema.exactOptional(),
    base: BaseImage.exactOptional().describe(
      'The image that it was built from; absent where nothing tells of one, and where nobody asked.',
    ),
    layers: list(
      z.object({
        index: count,
        digest: z.string().exactOptional(),
        diffId: z.string().exactOptional(),
        size: count.describe('Bytes as stored.'),
        instruction: z.string().exactOptional(),
      }),
    ),
    history: list(History),
    traces: Traces.exactOptional(),
  })
  .meta({ id: 'Image' });

export const AdvisoriesSchema = z.object({
  generation: count.exactOptional().describe('Absent without a database.'),
  builtAt: moment.exactOptional(),
  feeds: list(
    z.object({
      name: z.string(),
      updatedAt: moment.exactOptional(),
      records: count,
      enriches: z
        .boolean()
        .exactOptional()
        .describe('True of a feed that says what vulnerabilities are worth, not which packages have them.'),
    }),
  ),
  starter: z.boolean().describe('True when only the starter set was asked.'),
});

const fileCount = z.object({ files: count, bytes: count });

const Ledger = z
  .object({
    classes: z
      .object({
        owned: fileCount.describe('Listed by a package of the distribution, and as new as its version.'),
        modified: fileCount.describe(
          'Listed by a package of the distribution, and changed by a layer above its version.',
        ),
        analysed: fileCount.describe('A package was read from it, or it came with one of a language.'),
        copied: fileCount
          .exactOptional()
          .describe(
            'A program that nobody owns, with the digest that an installed package recorded of one of its files.',
          ),
        generated: fileCount.describe('Bytecode of a source that is owned or analysed, made in the same layer.'),
        data: fileCount.describe(
          'Nobody owns it, and it is no program by its mode, its name, or its first bytes where these were read.',
        ),
        executable: fileCount.describe('Programs, libraries and scripts that nobody owns.'),
        skipped: fileCount.describe('Not read, or not all of it, because of a limit.'),
        failed: fileCount.describe('It could not be read.'),
      })
      .describe('Every regular file of the merged view is in exactly one of them.'),
    executables: z
      .object({ files: count, bytes: count, explained: fileCount })
      .describe('Programs, libraries and scripts of all classes; explained: owned, analysed, copied, generated.'),
    unexplained: count.describe('How many executables no package owns or is.'),
    modified: list(z.string()).describe(
      'Executables of packages that a later layer changed, the first hundred by path.',
    ),
    hidden: list(z.object({ layer: count, files: count, bytes: count })).describe(
      'Regular files that a layer brought and an upper one hides.',
    ),
  })
  .meta({ id: 'Ledger' });

const Coverage = z
  .object({
    files: count.describe('Regular files of the merged view.'),
    bytes: count,
    analysed: count.describe('Files that an analyzer read, in any layer.'),
    byClass: z
      .object({ owned: count, analysed: count, unowned: count })
      .describe('Sums of the ledger: owned and modified; analysed, copied and generated; all else.'),
    unexplained: list(z.string()).describe('Executables that no package owns or is, the first hundred by path.'),
    ledger: Ledger.exactOptional().describe('Absent where no files were looked at.'),
    contents: z
      .record(
        z.string(),
        z.object({
          judged: count,
          bytes: count,
          passed: count,
          shut: count.exactOptional(),
          unjudged: count,
        }),
      )
      .exactOptional()
      .describe(
        'What checks of contents judged, by check: files with members of archives, their bytes, files of types that no engine looks at, packages in caches of package managers that are opened with --deep only, files that could not be judged.',
      ),
    published: z
      .object({ files: count, bytes: count })
      .exactOptional()
      .describe(
        'Files that a registry published with packages of languages, and that secrets and webshells are not looked for in without --deep.',
      ),
    complete: z.boolean().describe('False when something was not read or not judged: `problems` says what.'),
  })
  .meta({ id: 'Coverage' });

const VexOutcome = z
  .object({
    source: z.string().describe('A path, `oci:DIGEST`, `repo:PATH`.'),
    format: z.enum(['openvex', 'csaf', 'cyclonedx']),
    id: z.string().exactOptional(),
    author: z.string().exactOptional(),
    signed: z
      .boolean()
      .exactOptional()
      .describe('Of what a registry has: whether somebody who is trusted signed it for this image (`--key`).'),
    statements: count,
    matched: count.describe('Statements that speak of a finding.'),
    findings: count.describe('Findings that they speak of.'),
    unmatched: list(
      z.object({
        index: count.describe('Where it stands in its document, from 0.'),
        vulnerability: z.string().exactOptional(),
        product: z.string().exactOptional(),
        mismatch: z.enum(vexMismatches),
        reason: z.string(),
      }),
    ).describe('The first thousand of those that speak of nothing in the image.'),
    mismatches: z.partialRecord(z.enum(vexMismatches), count).describe('How many speak of nothing, by reason.'),
  })
  .meta({ id: 'VexOutcome' });

const AttestationSchema = z
  .object({
    digest: z.string().describe('Of the document.'),
    kind: z.enum(['signature', 'attestation', 'sbom', 'vex']),
    attachment: z.enum(['referrer', 'cosign', 'buildkit']),
    about: z.string().describe('The manifest that it hangs on: of the image, or of the index that the image is in.'),
    outcome: z
      .enum(['verified', 'unverified', 'refused'])
      .describe('Verified: signed by somebody who is trusted (`--key`), about this image.'),
    reason: z.string().exactOptional(),
    predicateType: z.string().exactOptional(),
    signer: z
      .object({
        key: z.string().exactOptional(),
        identity: z.string().exactOptional(),
        issuer: z.string().exactOptional(),
      })
      .exactOptional()
      .describe('Who signed it, as it says; true where it is verified.'),
  })
  .meta({ id: 'Attestation' });

/** The report of one image. */
export const ReportSchema = z
  .object({
    schemaVersion: z.literal(1),
    tool: z.object({ name: z.literal('drydock'), version: z.string() }),
    createdAt: moment,
    asOf: z
      .string()
      .exactOptional()
      .describe('The moment as of which the image was judged (`--as-of`); absent: that of the scan.'),
    image: Image,
    advisories: AdvisoriesSchema,
    rules: list(z.object({ name: z.string(), digest: z.string(), updatedAt: moment.exactOptional() })),
    depth: z.enum(['default', 'deep']),
    packageTypes: list(z.string())
      .exactOptional()
      .describe('What was listed and judged of packages (`--package-types`); absent: everything.'),
    packages: list(PackageSchema),
    findings: list(FindingSchema),
    problems: list(ProblemSchema),
    coverage: Coverage,
    observation: ObservationSchema.exactOptional(),
    hosts: list(z.string()).describe('Hosts that were asked over the network; empty: none, as with --offline.'),
    baseline: z
      .object({ reference: z.string(), createdAt: moment, new: count, graver: count, known: count, gone: count })
      .exactOptional()
      .describe(
        'The report that findings were compared with (`--baseline`), and how many are new, graver, known, gone.',
      ),
    policy: z
      .object({ file: z.string(), digest: z.string(), entries: count, expired: count, accepted: count })
      .exactOptional()
      .describe('The policy that findings were held against: its entries, and the findings that it accepts.'),
    vex: list(VexOutcome).exactOptional().describe('Statements (VEX) that were held against the findings, by source.'),
    attestations: list(AttestationSchema)
      .exactOptional()
      .describe('What the registry has attached to the image (`--attestations`); absent: nobody asked.'),
    summary: z
      .object({
        bySeverity: z.object({
          critical: count,
          high: count,
          medium: count,
          low: count,
          negligible: count,
          unknown: count,
        }),
        byKind: z.partialRecord(z.enum(findingKinds), count).describe('Kinds that do not occur are left out.'),
      })
      .describe('Counts of the findings that no policy suppresses.'),
  })
  .meta({ id: 'Report' });

/** What the JSON format writes: one report, or several. */
export const DocumentSchema = z.union([
  ReportSchema,
  z.object({ schemaVersion: z.literal(1), reports: list(ReportSchema) }),
]);
