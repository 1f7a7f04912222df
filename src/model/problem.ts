/**
 * Everything that can go wrong with an image, a layer or a file without ending the scan.
 * `incomplete` problems mean that something was not read or not judged, so that the result may miss findings;
 * the others are worth a look but hide nothing. docs/errors.md is generated from this table.
 */
export const problemCodes = {
  'image.layer-missing': { incomplete: true, meaning: 'A layer that the manifest lists is not in the archive.' },
  'image.layer-unreadable': {
    incomplete: true,
    meaning: 'A layer could not be opened: its media type or compression is not supported, or it is encrypted.',
  },
  'image.layer-repeated': {
    incomplete: false,
    meaning: 'The manifest lists the same layer more than once. It is read once and applied each time.',
  },
  'image.digest-mismatch': {
    incomplete: true,
    meaning:
      'Bytes do not have the digest or the size that refers to them. They were analysed as they are, save those that were fetched once more.',
  },
  'image.media-type': {
    incomplete: false,
    meaning: 'A media type is unknown or contradicts the content; the content decided.',
  },
  'image.history-mismatch': {
    incomplete: false,
    meaning: 'The history of the configuration does not fit the layers, so instructions cannot be told.',
  },
  'image.config-unreadable': {
    incomplete: true,
    meaning: 'The configuration is missing or no valid JSON: platform, history and layer identities are unknown.',
  },
  'image.ambiguous': {
    incomplete: true,
    meaning: 'The archive describes itself in two ways that disagree; which one a runtime would use is open.',
  },
  'image.limit': {
    incomplete: true,
    meaning: 'The configuration or the history has more of something than is told or looked at one by one.',
  },
  'image.no-layers': { incomplete: true, meaning: 'The image has no layers, so there was nothing to look at.' },
  'image.windows': {
    incomplete: true,
    meaning: 'The image is of Windows, whose own packages and updates are not read.',
  },
  'image.one-of-several': {
    incomplete: false,
    meaning:
      'What was submitted to the service holds several images, and each has a report of its own: this is one of them.',
  },
  'image.lazy-layers': {
    incomplete: false,
    meaning:
      'Layers are of a form (eStargz, zstd:chunked) that a runtime may also read by a table in them. The archives were read.',
  },
  'sbom.source': {
    incomplete: false,
    meaning: 'The report was made from a bill of materials: no layer was read, and only what it lists was judged.',
  },
  'sbom.incomplete': {
    incomplete: true,
    meaning: 'The bill of materials does not say that it lists everything, so that something may be missing.',
  },
  'sbom.component': {
    incomplete: true,
    meaning: 'A component of the bill of materials could not be read, or does not say what it is.',
  },
  'sbom.distribution': {
    incomplete: true,
    meaning:
      'Package URLs name a release of a distribution that is not known. Their packages were not judged, rather than by another release.',
  },
  'layer.truncated': { incomplete: true, meaning: 'The layer ends in the middle. What came before was analysed.' },
  'layer.damaged': {
    incomplete: true,
    meaning: 'The layer is damaged from some place on. What came before was analysed.',
  },
  'layer.trailing-bytes': {
    incomplete: false,
    meaning: 'Bytes follow the end of the compressed layer or archive; no runtime reads them.',
  },
  'layer.limit': {
    incomplete: true,
    meaning: 'A limit of bytes, entries, ratio or time was reached. What came before was analysed.',
  },
  'file.path-escapes': {
    incomplete: false,
    meaning: 'A member name tries to leave the root (`..`). It was taken as if the root ended there.',
  },
  'file.too-large': {
    incomplete: true,
    meaning: 'A file is larger than an analyzer may read; its beginning was analysed.',
  },
  'file.sparse': {
    incomplete: true,
    meaning: 'A sparse file was wanted by an analyzer; its content is not materialised and was not analysed.',
  },
  'file.unreadable': { incomplete: true, meaning: 'A file could not be read.' },
  'file.format': {
    incomplete: true,
    meaning: 'A file does not have the format its name promises. What could be read was used.',
  },
  'archive.limit': {
    incomplete: true,
    meaning: 'A limit of depth, members or bytes of archives was reached. What came before was analysed.',
  },
  'archive.unreadable': {
    incomplete: true,
    meaning: 'An archive, or a member of one that mattered, is damaged, encrypted or compressed in an unknown way.',
  },
  'archive.odd': {
    incomplete: false,
    meaning:
      'An archive is not as any tool writes it: members that share bytes, names that come twice. All of it was read.',
  },
  'rules.unusable': {
    incomplete: true,
    meaning: 'A set of rules that should judge contents of files could not be used.',
  },
  'content.unjudged': {
    incomplete: true,
    meaning: 'A file could not be judged for malware or webshells, or not all of it.',
  },
  'base.unusable': {
    incomplete: false,
    meaning: 'The file of known base images cannot be used, so the base of an image is not recognised by its layers.',
  },
  'check.undecided': {
    incomplete: false,
    meaning: 'Rules of a check cannot be decided of this image, because it does not tell what they ask about.',
  },
  'run.not-up': {
    incomplete: true,
    meaning: 'The image did not stay up when it was run, so that what it does was not seen.',
  },
  'run.ended': {
    incomplete: true,
    meaning: 'The image ended while it was watched, so that it was seen for a shorter time than wanted.',
  },
  'run.trace-incomplete': {
    incomplete: true,
    meaning:
      'There is no trace of the system calls of a run, or it could not be read to its end, or parts of it are gone.',
  },
  'run.unproven': {
    incomplete: true,
    meaning: 'Further runs of an image did not prove what they were to prove, or not all of it: `--prove`.',
  },
  'run.workload': {
    incomplete: true,
    meaning: 'Something that a run profile wants done to the running image could not be done.',
  },
  'calls.rules-unreadable': {
    incomplete: true,
    meaning: 'A file of rules on calls, or a rule in it, cannot be read: what it should find is not found.',
  },
  'calls.rules-unasked': {
    incomplete: false,
    meaning:
      'Rules on calls ask what is not known of the calls of this run, so that they cannot be asked, or not wholly. That they found nothing says nothing.',
  },
  'link.loop': { incomplete: false, meaning: 'Links lead in a circle, so a path that matters leads nowhere.' },
  'link.broken': { incomplete: false, meaning: 'A path that matters is a link that leads nowhere.' },
  'distribution.unknown': {
    incomplete: true,
    meaning: 'No known distribution was recognised, so its packages cannot be judged.',
  },
  'distribution.none': {
    incomplete: false,
    meaning: 'The image has no distribution and no packages of one: only packages of languages were judged.',
  },
  'distribution.contradiction': {
    incomplete: false,
    meaning: 'Release files name different distributions; the first in precedence decided.',
  },
  'packages.none': { incomplete: true, meaning: 'No package was found, so nothing could be judged.' },
  'packages.unwatched': {
    incomplete: true,
    meaning: 'Packages were found for which no advisories are known to Drydock: nobody watches them.',
  },
  'packages.without-feed': {
    incomplete: false,
    meaning: 'Packages are of a type on which no feed has advisories: they were listed, and not judged.',
  },
  'packages.unread': {
    incomplete: true,
    meaning: 'A package database was found that cannot be read yet: its packages are not in the report.',
  },
  'packages.sources-unknown': {
    incomplete: true,
    meaning:
      'A list of packages does not tell what sources they were built from, and advisories name sources: only packages that are called like theirs were judged.',
  },
  'packages.repositories-unknown': {
    incomplete: false,
    meaning:
      'Which products packages come from is not known: the image does not tell, or the map of repositories is missing. They were judged as those of the distribution itself.',
  },
  'packages.judged-by-product': {
    incomplete: false,
    meaning:
      'The image says that packages are of a product that takes the place of the distribution itself. They were judged by the fixes for that product; later ones of the distribution do not count.',
  },
  'packages.judged-by-parent': {
    incomplete: false,
    meaning:
      'The image is of a distribution on which nobody publishes advisories. Its packages that come unchanged from the one it was made from were judged by that one.',
  },
  'packages.unidentified': {
    incomplete: true,
    meaning:
      'A program or an archive does not tell what it was made of, as most of its kind do: what is in it could not be judged.',
  },
  'packages.not-judged': {
    incomplete: false,
    meaning:
      'Packages that lockfiles or manifests name, and that are not known to be installed, were listed and not judged.',
  },
  'lockfile.unreadable': {
    incomplete: false,
    meaning:
      'A lockfile or a manifest could not be read, or not all of it. What it asks for is not listed; what is installed is.',
  },
  'packages.database-removed': {
    incomplete: false,
    meaning:
      'A layer removed the package database of a lower one, or replaced it by one that lists hardly any of its packages. The lower one was used.',
  },
  'packages.database-outdated': {
    incomplete: true,
    meaning:
      'A layer removed the package database, and files that packages bring are newer than the one that could be used: packages that were installed or changed since are not in the report.',
  },
  'packages.database-missing': {
    incomplete: true,
    meaning:
      'The image is of a distribution and has programs, but the database of its packages is in no layer: none of them could be judged.',
  },
  'packages.files-unowned': {
    incomplete: true,
    meaning:
      'Many programs and libraries stand where the distribution has its own, and no package owns them: packages that were taken out of the database with their lists look so, and what was built into /usr without packages.',
  },
  'packages.unlisted': {
    incomplete: true,
    meaning:
      'The files of a package and their list are there, but no database tells its version, so that it could not be judged.',
  },
  'version.invalid': {
    incomplete: true,
    meaning: 'A version cannot be compared in its scheme, so the package could not be judged.',
  },
  'advisories.missing': {
    incomplete: true,
    meaning: 'There is no advisory database, so no vulnerability could be judged.',
  },
  'advisories.starter': {
    incomplete: true,
    meaning: 'Only the starter set was used: a small sample written by hand, no substitute for the feeds.',
  },
  'advisories.namespace-missing': {
    incomplete: true,
    meaning: 'The database holds no advisories for the release of this image.',
  },
  'advisories.stale': { incomplete: false, meaning: 'The advisory data is older than a week.' },
  'advisories.unkept': {
    incomplete: true,
    meaning:
      'The service does not bring a feed up to date any more, and what it said before is still used: what was published since is not known.',
  },
  'advisories.removed': {
    incomplete: false,
    meaning:
      'Somebody removed vulnerabilities of the feeds from the service. Packages of the image that the feeds name were not judged by them.',
  },
  'advisories.feed-failed': {
    incomplete: true,
    meaning: 'A feed could not be fetched; what was known before was used.',
  },
  'policy.expired': {
    incomplete: false,
    meaning: 'An entry of the policy has expired: what it accepted counts again.',
  },
  'policy.claimed-image': {
    incomplete: false,
    meaning:
      'An entry of the policy is for an image that this one may be, but only its file says so, and whoever wrote that may have chosen any name: what the entry would have accepted counts.',
  },
  'attestation.unreadable': {
    incomplete: false,
    meaning: 'What is attached to the image in its registry was asked for, and could not be had or read.',
  },
  'vex.unreadable': {
    incomplete: false,
    meaning: 'Statements (VEX) that were asked for could not be had or read: nothing is suppressed by them.',
  },
  'service.unknown': {
    incomplete: false,
    meaning: 'What speaks at a port of a running container could not be told, so that few questions were put to it.',
  },
  'service.unprobed': {
    incomplete: true,
    meaning:
      'A port of a running container could not be examined, or not to the end: it answers nobody or without end, or its budget is spent.',
  },
  'service.probe': {
    incomplete: true,
    meaning: 'Questions to services cannot be read, or an answer could not be judged.',
  },
  'service.tool': {
    incomplete: true,
    meaning: 'A program that was to scan services failed, or what it wrote could not be read.',
  },
  'scan.timeout': { incomplete: true, meaning: 'The time limit was reached. What was done until then is reported.' },
  'analyzer.failed': { incomplete: true, meaning: 'An analyzer failed on a file or a layer; the others went on.' },
  'judge.failed': { incomplete: true, meaning: 'A check failed; the others went on.' },
} as const satisfies Record<string, { incomplete: boolean; meaning: string }>;

export type ProblemCode = keyof typeof problemCodes;

/** Something that could not be read or judged, or that is odd enough to say. It never ends a scan. */
export interface Problem {
  readonly code: ProblemCode;
  /** One sentence: what happened, to what, and what follows. Escaped only when it is printed. */
  readonly message: string;
  /** Index of the layer, from 0 at the base. */
  readonly layer?: number;
  readonly path?: string;
  readonly analyzer?: string;
}

/** Tells whether a problem means that the result may miss something. */
export function isIncomplete(problem: Problem): boolean {
  return problemCodes[problem.code].incomplete;
}
