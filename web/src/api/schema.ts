// Generated from docs/openapi.json by `npm run docs`; do not edit.

export type AffectedImages = {
  /** Of all of them, not of this page. */
  readonly count: number;
  readonly images: readonly {
    readonly image: SubmittedImage;
    readonly packages: readonly {
      /** Whose package it is: `debian:12`, `npm`. */
      readonly namespace: string;
      readonly name: string;
      readonly version: string;
      /** Absent: it is its own source. */
      readonly source?: {
        readonly name: string;
        readonly version: string;
      };
      /** Of rpms, whose advisories tell architectures apart. */
      readonly arch?: string;
      /** Module stream of an rpm: `name:stream:version:context`. */
      readonly modularity?: string;
      readonly fixedVersion?: string;
    }[];
  }[];
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
};

export type Attestation = {
  /** Of the document. */
  readonly digest: string;
  readonly kind: "signature" | "attestation" | "sbom" | "vex";
  readonly attachment: "referrer" | "cosign" | "buildkit";
  /** The manifest that it hangs on: of the image, or of the index that the image is in. */
  readonly about: string;
  /** Verified: signed by somebody who is trusted (`--key`), about this image. */
  readonly outcome: "verified" | "unverified" | "refused";
  readonly reason?: string;
  readonly predicateType?: string;
  /** Who signed it, as it says; true where it is verified. */
  readonly signer?: {
    readonly key?: string;
    readonly identity?: string;
    readonly issuer?: string;
  };
};

export type BaseImage = {
  /** `taught`, `known`: the image begins with the layers of one that this installation was taught, or has scanned; `label`: only a label names it; `none`: the history looks as if there were one. */
  readonly by: "taught" | "known" | "annotation" | "history" | "label" | "none";
  readonly name?: string;
  /** Digest of its manifest. */
  readonly digest?: string;
  /** How many layers are its own, from 0 on; absent: not known. */
  readonly layers?: number;
  /** How many entries of the history are its own; absent: not known. */
  readonly entries?: number;
  /** When its part of the image was made. */
  readonly created?: string;
  readonly reason: string;
};

export type ClaimedIdentity = {
  readonly names?: readonly string[];
  /** Its digests are those that it states: not all of its layers were held against them. */
  readonly digests?: true;
};

export type Coverage = {
  /** Regular files of the merged view. */
  readonly files: number;
  readonly bytes: number;
  /** Files that an analyzer read, in any layer. */
  readonly analysed: number;
  /** Sums of the ledger: owned and modified; analysed, copied and generated; all else. */
  readonly byClass: {
    readonly owned: number;
    readonly analysed: number;
    readonly unowned: number;
  };
  /** Executables that no package owns or is, the first hundred by path. */
  readonly unexplained: readonly string[];
  /** Absent where no files were looked at. */
  readonly ledger?: Ledger;
  /** What checks of contents judged, by check: files with members of archives, their bytes, files of types that no engine looks at, packages in caches of package managers that are opened with --deep only, files that could not be judged. */
  readonly contents?: Readonly<Record<string, {
    readonly judged: number;
    readonly bytes: number;
    readonly passed: number;
    readonly shut?: number;
    /** Of those judged, encrypted members of archives that a password of the rules opened. */
    readonly unlocked?: number;
    readonly unjudged: number;
  }>>;
  /** False when something was not read or not judged: `problems` says what. */
  readonly complete: boolean;
};

export type CvssScore = {
  readonly version: string;
  readonly vector: string;
  readonly score?: number;
  /** Who computed it: a feed for its publisher, else `cna:NAME`, `adp:NAME`, `nvd`. */
  readonly source: string;
};

export type Distribution = {
  /** As in os-release: `debian`. */
  readonly id: string;
  /** As advisories name the release: `12`, `v3.20`. */
  readonly version: string;
  readonly name: string;
  readonly codename?: string;
  /** `id:version` of the distribution that it was made from, where that one judges its packages. */
  readonly parent?: string;
  /** Last day (YYYY-MM-DD) of free security updates. */
  readonly endOfLife?: string;
};

export type DistributionEvents = {
  readonly events: readonly Readonly<Record<string, unknown>>[];
};

export type DistributionInput = {
  /** As in os-release: `debian`. */
  readonly id: string;
  /** As advisories name the release: `12`, `v3.20`. */
  readonly version: string;
  readonly name: string;
  readonly codename?: string;
  /** `id:version` of the distribution that it was made from, where that one judges its packages. */
  readonly parent?: string;
  /** Last day (YYYY-MM-DD) of free security updates. */
  readonly endOfLife?: string;
};

export type FeedRecord = {
  readonly feed: string;
  readonly key: string;
  readonly id: string;
  readonly aliases: readonly string[];
  readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  readonly title?: string;
  readonly description?: string;
  readonly urls: readonly string[];
  readonly published?: string;
  readonly modified?: string;
  readonly cvss: readonly {
    readonly version: string;
    readonly vector: string;
    readonly score?: number;
    readonly source: string;
  }[];
  readonly affected: readonly ({
    readonly namespace: string;
    readonly package: string;
    readonly nameKind: "source" | "binary";
    readonly state: string;
    readonly ranges: readonly {
      readonly introduced?: string;
      readonly fixed?: string;
      readonly lastAffected?: string;
    }[];
    readonly versions?: readonly string[];
    readonly note?: string;
  })[];
};

export type Feeds = {
  /** Of the advisories that are used; 0: there are none yet. */
  readonly generation: number;
  /** What this process does: `elsewhere`: another one updates; `off`: this one never does. */
  readonly updater: "waiting" | "updating" | "elsewhere" | "off";
  /** The last update, by whichever process; absent: there was none. */
  readonly last?: {
    /** A moment in RFC 3339. */
    readonly started: string;
    readonly seconds: number;
    /** All feeds were read and taken over. */
    readonly complete: boolean;
    readonly problems: readonly string[];
  };
  /** When the feed that was not read for the longest time was read. */
  readonly oldest?: string;
  readonly feeds: readonly ({
    readonly name: string;
    /** `unkept`: the service does not bring it up to date any more, and what was known of it is still used. */
    readonly status: "changed" | "unchanged" | "failed" | "not asked" | "unkept";
    readonly records: number;
    /** When it was last known to be up to date; absent: never. */
    readonly updatedAt?: string;
    /** Absent also where `updatedAt` is ahead of the clock of this process by more than a minute: one of the two is wrong, and nobody knows the age. */
    readonly ageSeconds?: number;
    readonly failure?: string;
    /** Records that were left out. */
    readonly notes: {
      readonly count: number;
      readonly first: readonly string[];
    };
  })[];
  /** Package versions that may or may not have a vulnerability, since versions cannot be compared. */
  readonly unjudged: readonly {
    readonly namespace: string;
    readonly packageVersions: number;
  }[];
};

export type Finding = {
  readonly kind: "vulnerability" | "malware" | "webshell" | "secret" | "configuration" | "history" | "persistence" | "evasion" | "service" | "call" | "licence";
  /** `CVE-2024-1234`, or the id of the rule. */
  readonly id: string;
  /** Other ids of the same thing. */
  readonly aliases: readonly string[];
  /** Ids that belong to it without being the same: the CVEs of a collective notice. */
  readonly related?: readonly string[];
  readonly severity: Severity;
  /** How sure it is that this is true of the image. */
  readonly confidence: "certain" | "high" | "medium" | "low";
  readonly title: string;
  readonly layer?: {
    /** From 0 at the base; counts file-system layers only. */
    readonly index: number;
    readonly diffId?: string;
    readonly instruction?: string;
  };
  /** Position in `image.history`. */
  readonly historyIndex?: number;
  /** The layer that hides it, though it can still be taken out of the image. */
  readonly hiddenBy?: {
    readonly index: number;
    readonly instruction?: string;
  };
  /** Whether the base image brought it; `unknown` while the layers of the base are not known. */
  readonly from: "base" | "own" | "unknown";
  readonly location?: {
    readonly path: string;
    readonly offset?: number;
    readonly line?: number;
  };
  /** The first thousand places, the lowest layer first, where a package has several; `location` is the first. */
  readonly locations?: readonly {
    readonly path: string;
    readonly layer: number;
  }[];
  /** What a secret is known by from one report to the next: of itself, or where that would help to guess it, of the variable or instruction that has it. */
  readonly fingerprint?: string;
  /** What was compared or seen: one sentence that lets a reader check it. */
  readonly evidence: string;
  /** Who says so. */
  readonly source: {
    readonly name: string;
    readonly url?: string;
  };
  /** All that speak against a file, the heaviest first. */
  readonly witnesses?: readonly Witness[];
  readonly package?: {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
  };
  /** Of a licence: all that the package states as one expression, and what of it the policy does not allow. */
  readonly licence?: {
    readonly expression: string;
    readonly refused: string;
  };
  /** The least version that fixes this finding. */
  readonly fixedVersion?: string;
  /** The least version that fixes every finding of the package that has a fix. */
  readonly upgradeTo?: string;
  readonly state?: "fixed" | "affected" | "will-not-fix" | "deferred" | "end-of-life" | "under-investigation" | "not-affected";
  readonly score?: {
    /** Of everybody who computed one; the one that counts first. */
    readonly cvss: readonly CvssScore[];
    /** Probability of exploitation within 30 days (FIRST EPSS), 0 to 1. */
    readonly epss?: number;
    /** Share of all vulnerabilities that have a lower one. */
    readonly epssPercentile?: number;
    /** Known to be exploited (CISA KEV). */
    readonly kev?: boolean;
    /** Who decided the severity: a feed, `cna:NAME`, `adp:NAME`, `nvd`. */
    readonly severitySource?: string;
    /** Weaknesses: `CWE-79`. */
    readonly cwes?: readonly string[];
  };
  /** Whether a run of the image used it (`drydock observe`); false never means safe. */
  readonly inUse?: boolean;
  /** How it was used at the most. */
  readonly use?: "listening" | "executed" | "loaded" | "opened" | "not-seen";
  /** Accepted by a policy, or shown not to concern the image: it is not counted and fails nothing. */
  readonly suppressed?: {
    /** `policy:FILE:LINE`, `vex:SOURCE`, `allow-list:NAME` or `package:NAME`. */
    readonly by: string;
    readonly reason: string;
    /** The last day (YYYY-MM-DD) on which it holds. */
    readonly expires?: string;
    readonly owner?: string;
    /** Why the image does not have it, in the words of OpenVEX. */
    readonly justification?: string;
  };
  /** What the youngest VEX statement on it says. */
  readonly vex?: {
    readonly status: "not_affected" | "affected" | "fixed" | "under_investigation";
    readonly by: string;
    readonly statement?: string;
  };
  readonly remediation?: string;
  /** How it stands to the baseline (`--baseline`); `graver` ones were known as less grave. */
  readonly baseline?: "new" | "graver" | "known";
};

export type FindingPage = {
  readonly findings: readonly StoredFinding[];
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
};

export type FleetDay = {
  /** YYYY-MM-DD, in UTC. */
  readonly day: string;
  /** Images that are counted: the last ones of each reference that were read, without runs. */
  readonly images: number;
  readonly findings: SeverityCounts;
  readonly fixable: number;
  /** Different ones. */
  readonly vulnerabilities: number;
  /** Different ones that are known to be exploited. */
  readonly exploited: number;
};

export type HarborEvent = {
  readonly type: string;
};

/** As `drydock map --report-to` sends it; checked member by member (docs/api.md). */
export type HostReport = {
  readonly schemaVersion: 1;
  readonly session: string;
  readonly sequence: number;
  readonly full: boolean;
  readonly at: string;
};

export type HttpProblem = {
  /** A URI that tells the kind of problem: `urn:drydock:error:` and the code. */
  readonly type: string;
  /** What the code means. */
  readonly title: string;
  readonly status: number;
  /** What happened, to what, and what to do. */
  readonly detail: string;
  /** See docs/errors.md. */
  readonly code: string;
  /** What is wrong with the parts of the request. */
  readonly errors?: readonly {
    readonly path: string;
    readonly message: string;
  }[];
};

export type Image = {
  /** What the user asked for. */
  readonly reference: string;
  /** Its name in a registry, in full: a registry or a container engine has it under that, or the user said so (`--image-name`). Absent: nobody but itself names it. */
  readonly name?: string;
  /** What a file says of which image it is; whoever wrote the file wrote that, too. */
  readonly claimed?: ClaimedIdentity;
  /** Digest of the configuration. */
  readonly id?: string;
  /** Digest of the manifest. */
  readonly digest?: string;
  readonly mediaType?: string;
  readonly platform?: string;
  /** A moment in RFC 3339. */
  readonly created?: string;
  readonly distribution?: Distribution;
  /** The image that it was built from; absent where nothing tells of one, and where nobody asked. */
  readonly base?: BaseImage;
  readonly layers: readonly {
    readonly index: number;
    readonly digest?: string;
    readonly diffId?: string;
    /** Bytes as stored. */
    readonly size: number;
    readonly instruction?: string;
  }[];
  readonly history: readonly {
    readonly index: number;
    readonly instruction: string;
    /** A moment in RFC 3339. */
    readonly created?: string;
    readonly comment?: string;
    /** The layer it made, if it made one. */
    readonly layerIndex?: number;
  }[];
  /** What layers tell besides their packages, for those who judge the report without the image. */
  readonly traces?: {
    readonly releaseFile?: {
      readonly path: string;
      readonly layer: number;
    };
    /** Package databases that a layer removed from sight. */
    readonly removedDatabases?: readonly {
      readonly slot: string;
      readonly path: string;
      readonly layer: number;
      readonly removedBy?: number;
    }[];
    /** Packages that a layer took out of their database, though their files are still there. */
    readonly droppedPackages?: readonly {
      readonly name: string;
      readonly version: string;
      readonly type: string;
      readonly arch?: string;
      readonly layer: number;
    }[];
    /** Where the files of the image say something else than its package databases. */
    readonly contradictions?: readonly ({
      readonly kind: "version";
      readonly before: string;
      readonly after: string;
      readonly package: string;
      readonly path: string;
      readonly layer: number;
      readonly files: number;
      readonly kept: number;
    } | {
      readonly kind: "unlisted";
      readonly package: string;
      readonly path: string;
      readonly layer: number;
      readonly files: number;
      readonly kept: number;
    } | {
      readonly kind: "files";
      readonly version: string;
      readonly package: string;
      readonly path: string;
      readonly layer: number;
      readonly files: number;
      readonly kept: number;
    } | {
      readonly kind: "place";
      readonly path: string;
      readonly layer: number;
      readonly type: "file" | "directory" | "symlink" | "hardlink" | "character" | "block" | "fifo" | "whiteout";
      readonly uid: number;
      readonly mode: number;
    })[];
  };
};

export type ImageContainers = {
  /** False: the service has no map, and does not know what runs. */
  readonly mapped: boolean;
  /** Containers of this image that are there, whether or not they run. */
  readonly count: number;
  readonly running: number;
  readonly hosts: number;
  /** Those that run first; at most 20. */
  readonly containers: readonly {
    readonly id: string;
    readonly kind: string;
    readonly label: string;
    readonly state: string;
    /** Name of the host. */
    readonly host: string;
  }[];
};

export type ImageDiff = {
  readonly schemaVersion: 1;
  readonly before: {
    readonly reference: string;
    readonly digest?: string;
    readonly createdAt: string;
    readonly advisories: {
      readonly generation?: number;
      readonly builtAt?: string;
      readonly starter: boolean;
    };
    readonly findings: number;
    /** False: what is missing there proves nothing. */
    readonly complete: boolean;
  };
  readonly after: {
    readonly reference: string;
    readonly digest?: string;
    readonly createdAt: string;
    readonly advisories: {
      readonly generation?: number;
      readonly builtAt?: string;
      readonly starter: boolean;
    };
    readonly findings: number;
    /** False: what is missing there proves nothing. */
    readonly complete: boolean;
  };
  readonly sameImage: boolean;
  readonly packages: readonly {
    readonly name: string;
    readonly type: string;
    readonly arch?: string;
    readonly before: readonly string[];
    readonly after: readonly string[];
  }[];
  readonly findings: readonly ({
    readonly change: "new" | "gone" | "changed";
    readonly cause: "image" | "database" | "severity" | "exploitation" | "fix" | "suppression" | "tool" | "unknown";
    readonly evidence: string;
    readonly before?: Finding;
    readonly after?: Finding;
  })[];
  readonly unchanged: number;
};

export type ImagePage = {
  readonly images: readonly SubmittedImage[];
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
};

export type ImageSums = {
  readonly findings: SeverityCounts;
  /** Findings that a version fixes. */
  readonly fixable: number;
  /** Vulnerabilities that are known to be exploited. */
  readonly exploited: number;
  /** Findings of other kinds, by kind: `malware`, `secret`, `configuration`. Kinds without any are absent. */
  readonly kinds: Readonly<Record<string, number>>;
  /** False: something was not read or not judged. */
  readonly complete: boolean;
  /** Day after which nobody mends the distribution, where that is known. */
  readonly endOfLife?: string;
  /** Of the images of its reference that were read it is one that was submitted last: those count. Several are it where an image for several platforms was submitted for all of them. */
  readonly latest: boolean;
};

export type Inventory = {
  readonly distribution?: DistributionInput;
  /** Base first; findings name them. */
  readonly layers?: readonly {
    readonly index: number;
    readonly digest?: string;
    readonly diffId?: string;
    readonly size?: number;
    readonly instruction?: string;
    readonly historyIndex?: number;
  }[];
  readonly packages: readonly PackageInput[];
  /** Judge also what lockfiles and manifests ask for. */
  readonly lockfiles?: boolean;
};

export type Jobs = {
  /** Scans, of all processes of this database. */
  readonly shared: {
    /** Ready, or waiting for their next attempt. */
    readonly queued: number;
    readonly active: number;
    /** Given up. */
    readonly dead: number;
  };
  /** Layers that are read on their own, once for all images that have them. */
  readonly layers: {
    /** Ready, or waiting for their next attempt. */
    readonly queued: number;
    readonly active: number;
    /** Given up. */
    readonly dead: number;
  };
  /** Of this process alone: uploads, and images with credentials of their own. */
  readonly local: {
    /** Ready, or waiting for their next attempt. */
    readonly queued: number;
    readonly active: number;
    /** Given up. */
    readonly dead: number;
  };
  /** The last ones that were given up; they can be revived. */
  readonly dead: readonly ({
    readonly id: string;
    readonly kind: "scan-image" | "read-layer";
    /** For a layer: the image that was first in want of it. */
    readonly image: string;
    readonly reference: string;
    /** Digest of the layer, as the registry has it. */
    readonly layer?: string;
    readonly failure: string;
    readonly attempts: number;
    /** A moment in RFC 3339. */
    readonly died: string;
  })[];
};

export type Ledger = {
  /** Every regular file of the merged view is in exactly one of them. */
  readonly classes: {
    /** Listed by a package of the distribution, and as new as its version. */
    readonly owned: {
      readonly files: number;
      readonly bytes: number;
    };
    /** Listed by a package of the distribution, and changed by a layer above its version. */
    readonly modified: {
      readonly files: number;
      readonly bytes: number;
    };
    /** A package was read from it, or it came with one of a language. */
    readonly analysed: {
      readonly files: number;
      readonly bytes: number;
    };
    /** A program that nobody owns, with the digest that an installed package recorded of one of its files. */
    readonly copied?: {
      readonly files: number;
      readonly bytes: number;
    };
    /** Bytecode of a source that is owned or analysed, made in the same layer. */
    readonly generated: {
      readonly files: number;
      readonly bytes: number;
    };
    /** Nobody owns it, and it is no program by its mode, its name, or its first bytes where these were read. */
    readonly data: {
      readonly files: number;
      readonly bytes: number;
    };
    /** Programs, libraries and scripts that nobody owns. */
    readonly executable: {
      readonly files: number;
      readonly bytes: number;
    };
    /** Not read, or not all of it, because of a limit. */
    readonly skipped: {
      readonly files: number;
      readonly bytes: number;
    };
    /** It could not be read. */
    readonly failed: {
      readonly files: number;
      readonly bytes: number;
    };
  };
  /** Programs, libraries and scripts of all classes; explained: owned, analysed, copied, generated. */
  readonly executables: {
    readonly files: number;
    readonly bytes: number;
    readonly explained: {
      readonly files: number;
      readonly bytes: number;
    };
  };
  /** How many executables no package owns or is. */
  readonly unexplained: number;
  /** Executables of packages that a later layer changed, the first hundred by path. */
  readonly modified: readonly string[];
  /** Regular files that a layer brought and an upper one hides. */
  readonly hidden: readonly {
    readonly layer: number;
    readonly files: number;
    readonly bytes: number;
  }[];
};

export type ListedImage = {
  readonly id: string;
  /** In its full form; `upload:NAME` of an archive that was uploaded (`upload:NAME#2` of the second image that it holds), `observe:NAME` of an image that was run. */
  readonly reference: string;
  readonly state: "queued" | "scanning" | "done" | "failed";
  /** A moment in RFC 3339. */
  readonly submitted: string;
  /** When it was read, or given up. */
  readonly scanned?: string;
  /** Why it could not be read. */
  readonly failure?: string;
  /** Of the manifest, once it is known. */
  readonly digest?: string;
  readonly platform?: string;
  /** `id:version`. */
  readonly distribution?: string;
  /** Digests, base first; empty before the image was read. */
  readonly layers: readonly string[];
  /** Packages with names or versions of more than 128 characters: the report has them, searches do not. */
  readonly leftOut?: number;
  /** What is found in it by now; absent: it was not read yet, or could not be. */
  readonly sums?: ImageSums;
};

export type ListedImagePage = {
  readonly images: readonly ListedImage[];
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
};

export type MapAttackPath = {
  readonly id: string;
  /** Of the gravest vulnerability at the door. */
  readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  /** Of the gravest vulnerability of what can be reached, where that is graver than at the door. */
  readonly behind?: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  readonly knownExploited: boolean;
  readonly title: string;
  /** `internet`: calls from public addresses were seen. */
  readonly entry: "internet" | "published" | "host";
  /** All nodes of the way, in its order. */
  readonly nodes: readonly string[];
  readonly steps: readonly MapAttackStep[];
  /** Containers that can be reached behind the door. */
  readonly reaches: number;
};

export type MapAttackPaths = {
  /** The gravest first. */
  readonly paths: readonly MapAttackPath[];
  /** Further ones that are not listed. */
  readonly leftOut: number;
  /** Doors behind which the software is not known. */
  readonly unknown: number;
};

export type MapAttackStep = {
  readonly kind: "entry" | "container" | "process" | "package" | "vulnerability" | "hop";
  readonly label: string;
  /** Why this step is believed. */
  readonly evidence: string;
  /** The node of the map that it is about. */
  readonly node?: string;
  /** Node ids of client and server of the edge that it goes along. */
  readonly edge?: readonly string[];
  /** Of a hop: the index of the step where it begins. */
  readonly from?: number;
  readonly severity?: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  readonly knownExploited?: true;
  readonly fixedVersion?: string;
};

export type MapAudit = {
  /** The newest first; at most 500. */
  readonly entries: readonly MapAuditEntry[];
};

export type MapAuditEntry = {
  /** A moment in RFC 3339. */
  readonly at: string;
  readonly client: string;
  readonly control: string;
  readonly node: string;
  readonly label: string;
  readonly outcome: "asked" | "done" | "refused" | "failed";
  readonly message: string;
};

export type MapChange = {
  /** A moment in RFC 3339. */
  readonly at: string;
  readonly revision: number;
  readonly grouped: boolean;
  /** Those that are new or differ. */
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  /** Ids of those that are left out from now on. */
  readonly goneNodes: readonly string[];
  readonly goneEdges: readonly string[];
  /** All of them, where one of them changed. */
  readonly reporters?: readonly MapReporter[];
  /** What there is and is not shown. */
  readonly leftOut?: {
    readonly nodes: number;
    readonly edges: number;
    /** A sentence; empty where nothing is left out or grouped. */
    readonly why: string;
  };
};

export type MapConnection = {
  readonly id: string;
  /** The other side. */
  readonly other: MapNodeLink;
  /** Name of the process on this side. */
  readonly process?: string;
  readonly otherProcess?: string;
  /** Of the other side. */
  readonly address: string;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  /** The address and port that the client asked for, where the host translated them. */
  readonly asked?: string;
  readonly name?: string;
  readonly open: number;
  readonly seen: number;
  /** When it was first told of. */
  readonly since: string;
  /** A moment in RFC 3339. */
  readonly lastSeen?: string;
  readonly guessed?: true;
  /** It goes from host to host, and the reporter of this side alone tells of it. */
  readonly toldBy?: "client" | "server";
  /** A moment in RFC 3339. */
  readonly gone?: string;
};

export type MapControlResult = {
  readonly control: "logs" | "stop" | "start" | "pause" | "unpause" | "restart";
  readonly done: boolean;
  readonly message: string;
  /** Of `logs`: the last 500. */
  readonly lines?: readonly ({
    readonly stream: "stdout" | "stderr";
    readonly text: string;
  })[];
};

export type MapEdge = {
  readonly id: string;
  /** `membership`: a container is in a network. */
  readonly kind: "traffic" | "membership";
  /** The client. */
  readonly source: string;
  /** The server. */
  readonly target: string;
  /** Of the server, the busiest first; at most 20. */
  readonly ports: readonly ({
    readonly protocol: "tcp" | "udp";
    readonly port: number;
    readonly open: number;
  })[];
  /** By which the client calls the server; at most 5. */
  readonly names: readonly string[];
  /** Connections that are open. */
  readonly open: number;
  /** Connections that were seen since the reporter began. */
  readonly seen: number;
  /** When one was open last. */
  readonly lastSeen?: string;
  /** Which side is the client is a guess. */
  readonly guessed?: true;
  /** By way of a port that the host publishes. */
  readonly published?: true;
  /** It goes from host to host, and only the reporter of one of them tells of it. */
  readonly oneSided?: true;
  /** A moment in RFC 3339. */
  readonly gone?: string;
};

export type MapHistory = {
  /** False: the service keeps no history. */
  readonly kept: boolean;
  /** A moment in RFC 3339. */
  readonly first?: string;
  /** A moment in RFC 3339. */
  readonly last?: string;
  readonly bytes: number;
  /** Evenly over the range, at most 300: how much there was, and how much changed since the one before. */
  readonly moments: readonly {
    /** A moment in RFC 3339. */
    readonly at: string;
    readonly containers: number;
    readonly edges: number;
    readonly changes: number;
  }[];
};

export type MapInUseFinding = {
  readonly package: string;
  readonly version: string;
  readonly purl: string;
  readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  /** The gravest first; at most 50. */
  readonly vulnerabilities: readonly ({
    readonly id: string;
    readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
    readonly fixedVersion?: string;
    readonly knownExploited?: boolean;
    readonly epss?: number;
  })[];
  /** All of them. */
  readonly count: number;
  /** Processes, by node id, that run or have in memory a file of the package; at most 10. */
  readonly use: readonly {
    readonly process: string;
    readonly name: string;
    readonly file: string;
  }[];
  /** A run of the image that was watched used it, so heavily at the most. */
  readonly observed?: {
    readonly use: "listening" | "executed" | "loaded" | "opened";
    /** Some of those that it touched. */
    readonly files: readonly string[];
  };
};

export type MapNode = {
  readonly id: string;
  readonly kind: "host" | "container" | "process" | "image" | "network" | "group" | "internet" | "outside";
  readonly label: string;
  /** A second line: the image of a container, the arguments of a process. */
  readonly detail?: string;
  /** The node that this one is drawn in; it is one of the same answer. */
  readonly parent?: string;
  /** Of a container its own; of a host that of its reporter. */
  readonly state: "created" | "running" | "paused" | "restarting" | "exited" | "dead" | "removing" | "unknown" | "live" | "late" | "gone" | "skewed";
  /** Name of the host. */
  readonly host?: string;
  /** Reference of the image of a container, or id of that of an image. */
  readonly image?: string;
  /** Of a container: the Compose project that its labels name. */
  readonly project?: string;
  /** Of a container: names of its networks; at most 5. */
  readonly networks?: readonly string[];
  /** How far its ports can be reached; absent: it has none. */
  readonly exposure?: "published" | "published-locally" | "host" | "internal";
  /** The gravest vulnerability of what really runs; absent: none is known. */
  readonly worst?: WorstInUse;
  /** The gravest of all packages of the image, in use or not. */
  readonly installed?: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  /** Whether the software is known that the colours are made of; `none`: there is nothing to know. */
  readonly knowledge: "known" | "scanning" | "unknown" | "failed" | "none";
  /** Nothing tells which packages are in use: no run was watched, and which files processes have, or whose they are, is not known. That there is no `worst` means nothing then. */
  readonly useUnknown?: true;
  /** Of a group: how many of its members have what as their colour. */
  readonly tally?: {
    /** Of those with something vulnerable in use: by their gravest. */
    readonly severities: readonly ({
      readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
      readonly count: number;
    })[];
    /** Known, and nothing vulnerable in use. */
    readonly calm: number;
    /** Of which nothing can be said. */
    readonly notKnown: number;
  };
  /** Processes whose program is not one that the image brought. */
  readonly drift?: number;
  /** What it can do that a container should not. */
  readonly powers?: readonly string[];
  readonly counts: {
    readonly containers: number;
    readonly processes: number;
    /** Open connections that end or begin here. */
    readonly connections: number;
  };
  /** Processors: 0.5 is half of one. */
  readonly cpu?: number;
  readonly memoryBytes?: number;
  /** A part of the system: of Docker, Kubernetes or this program. */
  readonly system?: true;
  /** Named in `expand`, it shows what is in it. */
  readonly canExpand?: true;
  /** It is there no more since then, and left out 60 seconds later. */
  readonly gone?: string;
};

export type MapNodeDetails = {
  readonly node: MapNode;
  /** Rows, in order. */
  readonly metadata: readonly {
    readonly label: string;
    readonly value: string;
  }[];
  readonly series: readonly MapSeries[];
  /** The innermost first: container, image, host. */
  readonly parents: readonly MapNodeLink[];
  /** At most 500. */
  readonly children: readonly MapNode[];
  readonly childrenLeftOut: number;
  /** Connections of others to it; at most 300. */
  readonly incoming: readonly MapConnection[];
  /** Connections of it to others; at most 300. */
  readonly outgoing: readonly MapConnection[];
  readonly connectionsLeftOut: number;
  readonly listeners: readonly ({
    readonly protocol: "tcp" | "udp";
    readonly port: number;
    readonly addresses: readonly string[];
    readonly exposure: "published" | "published-locally" | "host" | "internal";
    /** `0.0.0.0:8080`. */
    readonly published: readonly string[];
    readonly process?: MapNodeLink;
  })[];
  /** Packages in use that have vulnerabilities, the gravest first; at most 200. */
  readonly findings: readonly MapInUseFinding[];
  readonly findingsLeftOut: number;
  /** Attack paths through it. */
  readonly paths: readonly MapAttackPath[];
  readonly drift: readonly ({
    readonly process: MapNodeLink;
    readonly what: "written" | "deleted" | "memory" | "mounted";
    readonly file?: string;
  })[];
  readonly labels: readonly {
    readonly name: string;
    readonly value: string;
  }[];
  /** Where the reporter sends it; for the scope `admin` alone. */
  readonly environment?: readonly string[];
  /** What the caller may do to it. */
  readonly controls: readonly ("logs" | "stop" | "start" | "pause" | "unpause" | "restart")[];
  /** Why the software is not known. */
  readonly knowledgeReason?: string;
  /** Id of the image in the service. */
  readonly imagePage?: string;
  /** The last run of the image that was watched. */
  readonly observedRun?: {
    /** Id of its image in the service. */
    readonly page?: string;
    /** A moment in RFC 3339. */
    readonly at: string;
  };
  /** What to submit, where the image is not known: its name, which a registry may have. */
  readonly submit?: string;
};

/** A node, named. */
export type MapNodeLink = {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
};

export type MapReporter = {
  /** Id of the host. */
  readonly host: string;
  /** Name of the host. */
  readonly name: string;
  /** `late`: nothing came for 15 seconds; `gone`: for 60; `skewed`: its clock is more than 5 seconds off. */
  readonly state: "live" | "late" | "gone" | "skewed";
  /** By the clock of the service. */
  readonly lastSeen: string;
  /** How far its clock is ahead of that of the service. */
  readonly clockSkewSeconds: number;
  /** What it cannot see. */
  readonly blindSpots: readonly string[];
  readonly counts: {
    readonly containers: number;
    readonly processes: number;
    readonly connections: number;
  };
};

export type MapSearchResult = {
  /** As they were understood. */
  readonly terms: readonly string[];
  /** Ids of nodes that all terms fit; at most 5,000. */
  readonly nodes: readonly string[];
  /** Ids of nodes of the view that fit, or in which one does. */
  readonly shown: readonly string[];
  /** Id -> what fits, for the first 200: `image: nginx:1.29`. */
  readonly why: Readonly<Record<string, readonly string[]>>;
  readonly leftOut: number;
};

export type MapSeries = {
  readonly name: "cpu" | "memoryBytes" | "load" | "receivedBytes" | "sentBytes" | "connections";
  readonly unit: "processors" | "bytes" | "bytes per second" | "count";
  /** Of memory, where there is one; processors of a host. */
  readonly limit?: number;
  /** Seconds since 1970 and the figure; null: nothing was told. The last 15 minutes, at most 60 points. */
  readonly points: readonly (readonly [number, number | null])[];
};

export type MapSnapshot = {
  /** Of what is shown. */
  readonly at: string;
  /** Grows with each change of this view. */
  readonly revision: number;
  readonly view: "containers" | "processes" | "hosts" | "images" | "networks";
  /** False: a moment of the stored history. */
  readonly live: boolean;
  /** Containers of one image are one node, since there are too many. */
  readonly grouped: boolean;
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly reporters: readonly MapReporter[];
  /** What there is and is not shown. */
  readonly leftOut: {
    readonly nodes: number;
    readonly edges: number;
    /** A sentence; empty where nothing is left out or grouped. */
    readonly why: string;
  };
};

export type MapTopologyChange = {
  readonly kind: "new-container" | "gone-container" | "new-image" | "new-edge" | "gone-edge" | "new-exposure" | "new-drift" | "new-power" | "worse" | "better";
  /** Where it is there now. */
  readonly node?: MapNodeLink;
  readonly title: string;
  readonly before?: string;
  readonly after?: string;
  readonly severity?: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
};

export type MapTopologyChanges = {
  /** The moment that there is something of; later than what was asked for where nothing older is kept. */
  readonly since: string;
  /** A moment in RFC 3339. */
  readonly until: string;
  /** What matters most first; at most 1,000. */
  readonly changes: readonly MapTopologyChange[];
  readonly leftOut: number;
};

export type MatchedPackages = {
  readonly findings: readonly Finding[];
  /** What could not be judged. */
  readonly problems: readonly Problem[];
  readonly advisories: {
    /** Absent without a database. */
    readonly generation?: number;
    /** A moment in RFC 3339. */
    readonly builtAt?: string;
    readonly feeds: readonly {
      readonly name: string;
      /** A moment in RFC 3339. */
      readonly updatedAt?: string;
      readonly records: number;
      /** True of a feed that says what vulnerabilities are worth, not which packages have them. */
      readonly enriches?: boolean;
    }[];
    /** True when only the starter set was asked. */
    readonly starter: boolean;
  };
};

export type NamespaceVulnerability = {
  readonly namespace: string;
  readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  /** Who wrote it; what a user wrote hides what feeds say. */
  readonly origin: "user" | "feed";
  readonly description: string;
  readonly link: string;
  readonly fixes: readonly {
    readonly package: string;
    /** Absent: none fixes it yet. */
    readonly version?: string;
  }[];
};

export type Notification = {
  readonly name: string;
  /** A moment in RFC 3339. */
  readonly created: string;
  /** When every target had it. */
  readonly notified?: string;
  /** When somebody said that it was read. */
  readonly read?: string;
  /** As it was; absent: it is new. */
  readonly old?: {
    readonly namespace: string;
    readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
    /** Who wrote it; what a user wrote hides what feeds say. */
    readonly origin: "user" | "feed";
    readonly description: string;
    readonly link: string;
    readonly fixes: readonly {
      readonly package: string;
      /** Absent: none fixes it yet. */
      readonly version?: string;
    }[];
    /** `CVE-2024-1234`. */
    readonly id: string;
  };
  /** As it is; absent: it is gone. */
  readonly new?: {
    readonly namespace: string;
    readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
    /** Who wrote it; what a user wrote hides what feeds say. */
    readonly origin: "user" | "feed";
    readonly description: string;
    readonly link: string;
    readonly fixes: readonly {
      readonly package: string;
      /** Absent: none fixes it yet. */
      readonly version?: string;
    }[];
    /** `CVE-2024-1234`. */
    readonly id: string;
  };
};

export type NotificationDetails = {
  readonly name: string;
  /** A moment in RFC 3339. */
  readonly created: string;
  /** When every target had it. */
  readonly notified?: string;
  /** When somebody said that it was read. */
  readonly read?: string;
  /** As it was; absent: it is new. */
  readonly old?: {
    readonly namespace: string;
    readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
    /** Who wrote it; what a user wrote hides what feeds say. */
    readonly origin: "user" | "feed";
    readonly description: string;
    readonly link: string;
    readonly fixes: readonly {
      readonly package: string;
      /** Absent: none fixes it yet. */
      readonly version?: string;
    }[];
    /** `CVE-2024-1234`. */
    readonly id: string;
  };
  /** As it is; absent: it is gone. */
  readonly new?: {
    readonly namespace: string;
    readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
    /** Who wrote it; what a user wrote hides what feeds say. */
    readonly origin: "user" | "feed";
    readonly description: string;
    readonly link: string;
    readonly fixes: readonly {
      readonly package: string;
      /** Absent: none fixes it yet. */
      readonly version?: string;
    }[];
    /** `CVE-2024-1234`. */
    readonly id: string;
  };
  /** Images that have the vulnerability now. */
  readonly affectedImages: number;
  readonly deliveries: readonly {
    readonly target: string;
    /** A moment in RFC 3339. */
    readonly delivered?: string;
    /** Rounds that failed since the last success. */
    readonly failures: number;
    /** It is not tried again before. */
    readonly notBefore?: string;
  }[];
};

export type NotificationPage = {
  readonly notifications: readonly Notification[];
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
};

export type Observation = {
  readonly engine: {
    readonly name: string;
    readonly version?: string;
  };
  readonly cage: {
    readonly profile: "strict" | "default" | "compatible" | "none";
    readonly allows: readonly string[];
  };
  /** Tries to bring the image up; the last one is what the rest describes. */
  readonly attempts: readonly ({
    readonly outcome: "listening" | "healthy" | "running" | "exited" | "failed";
    /** What was different from the image's own configuration, in words. */
    readonly changes: readonly string[];
    /** Until it was ready or ended. */
    readonly milliseconds: number;
    readonly exitCode?: number;
    readonly killedBy?: "memory" | "time" | "disk" | "signal";
    readonly reason: string;
    /** Last lines of its output, escaped. */
    readonly log: readonly string[];
  })[];
  /** A moment in RFC 3339. */
  readonly startedAt: string;
  readonly milliseconds: number;
  readonly ports: readonly ({
    readonly protocol: "tcp" | "udp";
    readonly port: number;
    readonly addresses: readonly string[];
    /** The image declares it (EXPOSE). */
    readonly declared: boolean;
    /** `dead`: declared, and nobody listens; `unknown`: declared, and nobody could look. */
    readonly state: "listening" | "dead" | "unknown";
    readonly localOnly: boolean;
    readonly pid?: number;
    readonly process?: string;
    readonly executable?: string;
    /** Its program is no file of the container. */
    readonly gone?: "deleted" | "memory";
    /** What an interpreter runs: a path, or the name of a module or class. */
    readonly script?: string;
    readonly uid?: number;
    readonly user?: string;
    /** The package that owns the program that listens. */
    readonly package?: {
      readonly name: string;
      readonly version: string;
      readonly purl: string;
    };
    /** No look found it: the trace of the calls tells that it was opened, for a moment at least. */
    readonly seenBy?: "trace";
    /** What it speaks; the version is that of the package that owns its program, or else what the service itself says. */
    readonly service?: {
      readonly name: string;
      readonly product?: string;
      readonly version?: string;
      readonly encrypted?: boolean;
    };
  })[];
  readonly processes: readonly ({
    readonly pid: number;
    readonly parent?: number;
    readonly name: string;
    readonly executable?: string;
    readonly arguments: readonly string[];
    readonly uid?: number;
    readonly user?: string;
    readonly package?: {
      readonly name: string;
      readonly version: string;
      readonly purl: string;
    };
    /** Where its program comes from. */
    readonly from?: {
      readonly layer: {
        readonly index: number;
        readonly diffId?: string;
      };
    } | "dropped" | "memory";
    /** It was still there when the observation ended. */
    readonly running: boolean;
    /** Who told of it, where that was no tracer. Others that lived shortly may be missing; numbers of the engine are those of its machine. */
    readonly seenBy?: "proc" | "engine";
  })[];
  readonly packagesInUse: readonly ({
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly use: "listening" | "executed" | "loaded" | "opened";
    readonly files: readonly string[];
    readonly count: number;
  })[];
  /** Packages of the distribution of which it touched nothing, the heaviest fifty: another run may need them. */
  readonly untouched: readonly {
    readonly name: string;
    readonly version: string;
    readonly layer: number;
    readonly bytes: number;
  }[];
  /** How often calls were made, by name, and how often they failed. */
  readonly calls: Readonly<Record<string, {
    readonly count: number;
    readonly failed: number;
  }>>;
  /** The most that the container was seen to use. */
  readonly resources?: {
    readonly memoryPeakBytes?: number;
    readonly memoryLimitBytes?: number;
    /** Processes and threads at a time. */
    readonly processesPeak?: number;
    readonly cpuSeconds?: number;
    /** Processors at a time, between two looks. */
    readonly cpuPeak?: number;
    /** How often it was looked. */
    readonly looks: number;
  };
  /** What the engine told: programs started from outside, ends, lack of memory, health. */
  readonly engineEvents?: readonly ({
    readonly kind: "exec" | "end" | "memory" | "health";
    /** A moment in RFC 3339, by the clock of the engine. */
    readonly at: string;
    /** The command, the exit status or the health. */
    readonly text?: string;
    readonly count: number;
  })[];
  /** Names that were asked for, and addresses that were called. */
  readonly contacts: readonly {
    readonly name?: string;
    readonly address?: string;
    readonly port?: number;
    readonly count: number;
  }[];
  /** Files that the run changed against the image. */
  readonly drift: readonly ({
    readonly path: string;
    readonly change: "added" | "changed" | "removed";
    readonly executable?: boolean;
  })[];
  /** What further runs proved (`--prove`): of one workload, so that another one may need more. */
  readonly proofs?: {
    readonly seccomp: {
      /** Calls that the profile allows. */
      readonly calls: readonly string[];
      readonly proven: boolean;
      /** Those of them that no run was seen to make. */
      readonly added: readonly string[];
      readonly reason: string;
    };
    readonly advice: readonly ({
      readonly id: "capabilities" | "read-only" | "user";
      readonly text: string;
      readonly proof: "run" | "refuted" | "trace";
      /** Flags of `docker run`. */
      readonly flags: readonly string[];
    })[];
    /** What `apparmor_parser` of this machine says of the profile of AppArmor; it is never loaded. */
    readonly appArmor?: {
      readonly parser: "accepted" | "refused" | "unasked";
      readonly reason: string;
    };
    readonly runs: number;
  };
  readonly coverage: {
    readonly tracer: "strace" | "ftrace" | "none";
    readonly version?: string;
    /** Why it is `none`. */
    readonly reason?: string;
    readonly calls: number;
    /** Calls that are known to be lost. */
    readonly lost: number;
    /** Calls of which an argument could not be read. */
    readonly undecoded: number;
    readonly blindSpots: readonly string[];
    /** Who read the sockets. */
    readonly sockets: "host" | "sidecar" | "injected" | "exec" | "none";
  };
};

export type ObservationChoices = {
  readonly engine: string;
  /** The weakest that there is. */
  readonly cage: "strict" | "default" | "compatible";
  readonly callRules: readonly string[];
  readonly serviceScanners: readonly string[];
};

export type ObservationRun = {
  /** Of the run, and of the image that it becomes: its report is that of this image. */
  readonly id: string;
  readonly reference: string;
  readonly state: "queued" | "running" | "done" | "failed";
  /** Who asked for it; absent where another process took it. */
  readonly client?: string;
  /** A moment in RFC 3339. */
  readonly submitted: string;
  /** A moment in RFC 3339. */
  readonly ended?: string;
  /** Why there is no report. */
  readonly failure?: string;
};

export type ObservationRuns = {
  readonly runs: readonly ObservationRun[];
};

export type Overview = {
  /** The moment of the answer: RFC 3339. */
  readonly asOf: string;
  /** What needs doing, the most urgent first. Counted are images, feeds or notifications; 1 for no advisories. */
  readonly todo: readonly ({
    readonly kind: "no-advisories" | "malware" | "exploited" | "fixable-critical" | "secret" | "failed" | "incomplete" | "feed-failed" | "feed-stale" | "end-of-life" | "unread-notifications";
    readonly count: number;
  })[];
  /** Sums as they are by now. */
  readonly now: FleetDay;
  /** Sums of the last day before this one that were kept. */
  readonly before?: FleetDay;
  /** Different vulnerabilities, by the gravest severity that they have. */
  readonly vulnerabilities: SeverityCounts;
  /** All images that were submitted, older ones of a reference among them. */
  readonly states: {
    readonly queued: number;
    readonly scanning: number;
    readonly done: number;
    readonly failed: number;
  };
  /** Findings of other kinds: how many images have any, and how many there are. */
  readonly kinds: Readonly<Record<string, {
    readonly images: number;
    readonly findings: number;
  }>>;
  /** Images with malware or a web shell; one that has both is one. */
  readonly malwareImages: number;
  /** Images of which something was not read or not judged. */
  readonly incomplete: number;
  /** Images whose distribution nobody mends any more. */
  readonly endOfLife: number;
  /** References whose last image could not be read. */
  readonly failed: number;
  readonly exploitedImages: number;
  /** Images with a critical finding that a version fixes. */
  readonly fixableCriticalImages: number;
  readonly distributions: readonly {
    readonly distribution: string;
    readonly images: number;
  }[];
  /** Images with the most of the gravest findings. */
  readonly worst: readonly ListedImage[];
  /** Vulnerabilities that the most images have. */
  readonly widespread: readonly SpreadVulnerability[];
  /** Known to be exploited, by the number of images. */
  readonly exploited: readonly SpreadVulnerability[];
  readonly advisories: {
    /** 0: there are none yet. */
    readonly generation: number;
    /** When the feed that was not read for the longest time was read. */
    readonly oldest?: string;
    /** Feeds that could not be read in the last update. */
    readonly failed: readonly string[];
    /** Feeds that were not read for more than a week. */
    readonly stale: readonly string[];
  };
  /** Notifications that nobody marked as read; 1000 stands for as many or more. */
  readonly unread: number;
};

export type Package = {
  readonly name: string;
  readonly version: string;
  /** purl type: `deb`, `apk`, `npm`. */
  readonly type: string;
  readonly purl: string;
  readonly arch?: string;
  /** The source package; absent: the package itself. */
  readonly source?: {
    readonly name: string;
    readonly version: string;
  };
  readonly licences: readonly string[];
  /** Who built it, as an rpm says. */
  readonly vendor?: string;
  /** Module stream of an rpm: `name:stream:version:context`. */
  readonly modularity?: string;
  /** Where it may have come from, as far as the image tells: content sets, repositories. */
  readonly repositories?: readonly string[];
  /** `id:version` of the distribution it belongs to. */
  readonly distribution?: string;
  /** The layer that brought this version. */
  readonly layer: {
    /** From 0 at the base; counts file-system layers only. */
    readonly index: number;
    readonly diffId?: string;
  };
  /** The layer that first brought the package, where another changed its version. */
  readonly introducedIn?: {
    /** From 0 at the base; counts file-system layers only. */
    readonly index: number;
    readonly diffId?: string;
  };
  /** The database, or all files that stand for it and came with that layer; in an archive `app.jar!/lib/inner.jar`. */
  readonly locations: readonly string[];
  /** A file only asks for it, in one version or as a manifest does; it is judged with `--lockfiles` alone. Absent: it is installed. */
  readonly evidence?: "lockfile" | "manifest";
  /** It is made here and published nowhere under this name: no advisory is held against it. */
  readonly application?: true;
  /** What it is asked for, where not for use: `dev`, `optional`. */
  readonly groups?: readonly string[];
  /** Name of the distribution package that owns its file; it is judged through that one. */
  readonly ownedBy?: string;
  /** Digests of it, or of the archive it came as: hex. */
  readonly hashes?: {
    readonly md5?: string;
    readonly sha1?: string;
    readonly sha256?: string;
    readonly sha512?: string;
  };
  /** purls of packages of the image that it says it needs. */
  readonly dependsOn?: readonly string[];
  /** purl of the package whose archive it stands in. */
  readonly within?: string;
  /** `recovered`: it is in the image, but its package database was removed or no longer lists it. */
  readonly presence: "present" | "recovered";
};

export type PackageInput = {
  readonly name: string;
  readonly version: string;
  /** purl type: `deb`, `apk`, `npm`. */
  readonly type: string;
  readonly purl: string;
  readonly arch?: string;
  /** The source package; absent: the package itself. */
  readonly source?: {
    readonly name: string;
    readonly version: string;
  };
  readonly licences: readonly string[];
  /** Who built it, as an rpm says. */
  readonly vendor?: string;
  /** Module stream of an rpm: `name:stream:version:context`. */
  readonly modularity?: string;
  /** Where it may have come from, as far as the image tells: content sets, repositories. */
  readonly repositories?: readonly string[];
  /** `id:version` of the distribution it belongs to. */
  readonly distribution?: string;
  /** The layer that brought this version. */
  readonly layer: {
    /** From 0 at the base; counts file-system layers only. */
    readonly index: number;
    readonly diffId?: string;
  };
  /** The layer that first brought the package, where another changed its version. */
  readonly introducedIn?: {
    /** From 0 at the base; counts file-system layers only. */
    readonly index: number;
    readonly diffId?: string;
  };
  /** The database, or all files that stand for it and came with that layer; in an archive `app.jar!/lib/inner.jar`. */
  readonly locations: readonly string[];
  /** A file only asks for it, in one version or as a manifest does; it is judged with `--lockfiles` alone. Absent: it is installed. */
  readonly evidence?: "lockfile" | "manifest";
  /** It is made here and published nowhere under this name: no advisory is held against it. */
  readonly application?: true;
  /** What it is asked for, where not for use: `dev`, `optional`. */
  readonly groups?: readonly string[];
  /** Name of the distribution package that owns its file; it is judged through that one. */
  readonly ownedBy?: string;
  /** Digests of it, or of the archive it came as: hex. */
  readonly hashes?: {
    readonly md5?: string;
    readonly sha1?: string;
    readonly sha256?: string;
    readonly sha512?: string;
  };
  /** purls of packages of the image that it says it needs. */
  readonly dependsOn?: readonly string[];
  /** purl of the package whose archive it stands in. */
  readonly within?: string;
  /** `recovered`: it is in the image, but its package database was removed or no longer lists it. */
  readonly presence: "present" | "recovered";
};

export type PackagePage = {
  readonly packages: readonly Package[];
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
};

export type Problem = {
  /** See docs/errors.md. */
  readonly code: "image.layer-missing" | "image.layer-unreadable" | "image.layer-repeated" | "image.digest-mismatch" | "image.media-type" | "image.history-mismatch" | "image.config-unreadable" | "image.ambiguous" | "image.limit" | "image.no-layers" | "image.windows" | "image.one-of-several" | "image.lazy-layers" | "sbom.source" | "sbom.incomplete" | "sbom.component" | "sbom.distribution" | "layer.truncated" | "layer.damaged" | "layer.trailing-bytes" | "layer.limit" | "file.path-escapes" | "file.too-large" | "file.sparse" | "file.unreadable" | "file.format" | "archive.limit" | "archive.unreadable" | "archive.odd" | "rules.unusable" | "content.unjudged" | "base.unusable" | "check.undecided" | "run.not-up" | "run.ended" | "run.trace-incomplete" | "run.unproven" | "run.workload" | "calls.rules-unreadable" | "calls.rules-unasked" | "link.loop" | "link.broken" | "distribution.unknown" | "distribution.none" | "distribution.contradiction" | "packages.none" | "packages.unwatched" | "packages.unread" | "packages.sources-unknown" | "packages.repositories-unknown" | "packages.judged-by-product" | "packages.judged-by-parent" | "packages.unidentified" | "packages.not-judged" | "lockfile.unreadable" | "packages.database-removed" | "packages.database-outdated" | "packages.database-missing" | "packages.files-unowned" | "packages.unlisted" | "version.invalid" | "advisories.missing" | "advisories.starter" | "advisories.namespace-missing" | "advisories.stale" | "advisories.unkept" | "advisories.removed" | "advisories.feed-failed" | "policy.expired" | "policy.claimed-image" | "attestation.unreadable" | "vex.unreadable" | "service.unknown" | "service.unprobed" | "service.probe" | "service.tool" | "scan.timeout" | "analyzer.failed" | "judge.failed";
  readonly message: string;
  readonly layer?: number;
  readonly path?: string;
  readonly analyzer?: string;
};

export type Report = {
  readonly schemaVersion: 1;
  readonly tool: {
    readonly name: "drydock";
    readonly version: string;
  };
  /** A moment in RFC 3339. */
  readonly createdAt: string;
  /** The moment as of which the image was judged (`--as-of`); absent: that of the scan. */
  readonly asOf?: string;
  readonly image: Image;
  readonly advisories: {
    /** Absent without a database. */
    readonly generation?: number;
    /** A moment in RFC 3339. */
    readonly builtAt?: string;
    readonly feeds: readonly {
      readonly name: string;
      /** A moment in RFC 3339. */
      readonly updatedAt?: string;
      readonly records: number;
      /** True of a feed that says what vulnerabilities are worth, not which packages have them. */
      readonly enriches?: boolean;
    }[];
    /** True when only the starter set was asked. */
    readonly starter: boolean;
  };
  readonly rules: readonly {
    readonly name: string;
    readonly digest: string;
    /** A moment in RFC 3339. */
    readonly updatedAt?: string;
  }[];
  readonly depth: "default" | "deep";
  /** What was listed and judged of packages (`--package-types`); absent: everything. */
  readonly packageTypes?: readonly string[];
  readonly packages: readonly Package[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly coverage: Coverage;
  /** What a run of the image told that its files do not (`drydock observe`). */
  readonly observation?: Observation;
  /** Hosts that were asked over the network; empty: none, as with --offline. */
  readonly hosts: readonly string[];
  /** The report that findings were compared with (`--baseline`), and how many are new, graver, known, gone. */
  readonly baseline?: {
    readonly reference: string;
    /** A moment in RFC 3339. */
    readonly createdAt: string;
    readonly new: number;
    readonly graver: number;
    readonly known: number;
    readonly gone: number;
  };
  /** The policy that findings were held against: its entries, and the findings that it accepts. */
  readonly policy?: {
    readonly file: string;
    readonly digest: string;
    readonly entries: number;
    readonly expired: number;
    readonly accepted: number;
  };
  /** Statements (VEX) that were held against the findings, by source. */
  readonly vex?: readonly VexOutcome[];
  /** What the registry has attached to the image (`--attestations`); absent: nobody asked. */
  readonly attestations?: readonly Attestation[];
  /** Counts of the findings that no policy suppresses. */
  readonly summary: {
    readonly bySeverity: {
      readonly critical: number;
      readonly high: number;
      readonly medium: number;
      readonly low: number;
      readonly negligible: number;
      readonly unknown: number;
    };
    /** Kinds that do not occur are left out. */
    readonly byKind: Readonly<Record<string, number>>;
  };
};

export type RequestedUpdate = {
  /** A moment in RFC 3339. */
  readonly requested: string;
};

export type Restoration = {
  /** `debian:12`, as reports name it that say what was removed. */
  readonly namespace: string;
};

export type Rule = {
  /** The check that asks it. */
  readonly check: string;
  readonly id: string;
  readonly kind: "vulnerability" | "malware" | "webshell" | "secret" | "configuration" | "history" | "persistence" | "evasion" | "service" | "call" | "licence";
  readonly title: string;
  readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  /** Why it matters. */
  readonly why: string;
  /** What to do about it. */
  readonly remediation: string;
  /** Rules of other tools that ask the same: `TOOL:ID`. */
  readonly aliases?: readonly string[];
  readonly example?: {
    readonly wrong: string;
    readonly right: string;
  };
  /** Addresses at which the reasons stand. */
  readonly sources?: readonly string[];
  readonly caveats?: string;
};

export type Rules = {
  readonly rules: readonly Rule[];
};

export type RunSubmission = {
  /** A name or id of an image that the engine of the service has. Nothing is fetched. */
  readonly reference: string;
  /** Seconds that it is watched once it is ready. */
  readonly duration?: number;
  /** Seconds to wait until it is ready. Both together are at most 280. */
  readonly readyTimeout?: number;
  readonly network?: "none" | "sinkhole";
  /** Not weaker than that of the service, which it is where it is absent. */
  readonly cage?: "strict" | "default" | "compatible";
  /** Well-known images are given what they want to have, a password say. */
  readonly presets?: boolean;
  /** Run it again, as often as it takes, to prove what it needs. */
  readonly prove?: boolean;
  /** Names of rules on calls that the service has (`GET /api/observations/choices`); absent: all. */
  readonly callRules?: readonly string[];
  /** Names of scanners of services that the service has; absent: all. */
  readonly serviceScanners?: readonly string[];
  /** What the image needs to run, as a run profile (docs/observe.md). */
  readonly runProfile?: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly entrypoint?: readonly string[];
    readonly command?: readonly string[];
    readonly user?: string;
    readonly workdir?: string;
    /** Files that are put into the container. */
    readonly mounts?: readonly {
      readonly path: string;
      readonly text: string;
      readonly mode?: string;
    }[];
    readonly ready?: {
      readonly port?: number;
      readonly log?: string;
      readonly seconds?: number;
    };
    /** What is done with it once it is ready. */
    readonly workload?: readonly ({
      readonly exec: readonly string[];
      readonly user?: string;
    } | {
      readonly http: {
        readonly port: number;
        readonly path?: string;
        readonly method?: string;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: string;
        readonly times?: number;
      };
    } | {
      readonly tcp: {
        readonly port: number;
        readonly send?: string;
        readonly times?: number;
      };
    } | {
      readonly wait: number;
    })[];
  };
};

export type Session = {
  /** Nobody may ask for anything without a token. */
  readonly needed: boolean;
  /** Whoever asks may read: by a session, by a token, or because anybody may. */
  readonly signedIn: boolean;
  /** Who asks, as logs name it; absent: it is not known. */
  readonly client?: string;
  /** What they may do. */
  readonly scope?: "read" | "scan" | "observe" | "admin";
  /** When the session ends, unless it is used. */
  readonly ends?: string;
};

export type Settings = {
  readonly version: string;
  /** What this process of the service does. */
  readonly can: {
    /** Images can be run (`observe`). */
    readonly observe: boolean;
    /** There is a live map (`map`). */
    readonly map: boolean;
    /** This process brings advisories up to date. */
    readonly update: boolean;
    /** This process scans what is submitted. */
    readonly scan: boolean;
    /** No network is allowed. */
    readonly offline: boolean;
  };
  /** Bytes that an uploaded archive may have. */
  readonly uploadLimit: number;
  readonly options: readonly {
    readonly name: string;
    readonly description: string;
    /** Who decided it: `default`, `flag`, `environment`, `file`. */
    readonly origin: string;
    /** As the configuration file has it, without users and passwords of addresses; absent: not set, or not shown. */
    readonly value?: string;
    /** False: it is set, and is a secret; or it names a place or a person, which `admin` alone is told. */
    readonly shown: boolean;
  }[];
};

export type Severity = "unknown" | "negligible" | "low" | "medium" | "high" | "critical";

/** Findings of vulnerabilities by severity. */
export type SeverityCounts = {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
  readonly low: number;
  readonly negligible: number;
  readonly unknown: number;
};

export type SignIn = {
  readonly token: string;
};

export type SpreadVulnerability = {
  /** `CVE-2024-1234`. */
  readonly id: string;
  /** The gravest that it has in an image. */
  readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  /** Images that have it, the last ones of each reference. */
  readonly images: number;
  /** Package versions that have it, over those images. */
  readonly findings: number;
  /** Those of them that a version fixes. */
  readonly fixable: number;
  /** It is known to be exploited. */
  readonly exploited: boolean;
};

export type StartedScans = {
  /** Ids of the images that wait for their scan. */
  readonly images: readonly string[];
};

export type StoredFinding = {
  readonly package: StoredPackage;
  /** `CVE-2024-1234`. */
  readonly id: string;
  /** Of the record that decided. */
  readonly namespace: string;
  readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  readonly description: string;
  readonly link: string;
  /** Absent: there is none yet. */
  readonly fixedVersion?: string;
};

export type StoredPackage = {
  /** Whose package it is: `debian:12`, `npm`. */
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  /** Absent: it is its own source. */
  readonly source?: {
    readonly name: string;
    readonly version: string;
  };
  /** Of rpms, whose advisories tell architectures apart. */
  readonly arch?: string;
  /** Module stream of an rpm: `name:stream:version:context`. */
  readonly modularity?: string;
};

export type Submission = {
  /** What `docker pull` takes. Registries alone are asked. */
  readonly reference: string;
  /** `os/arch` of an image with several variants, or `all`. */
  readonly platform?: string;
};

export type SubmittedImage = {
  readonly id: string;
  /** In its full form; `upload:NAME` of an archive that was uploaded (`upload:NAME#2` of the second image that it holds), `observe:NAME` of an image that was run. */
  readonly reference: string;
  readonly state: "queued" | "scanning" | "done" | "failed";
  /** A moment in RFC 3339. */
  readonly submitted: string;
  /** When it was read, or given up. */
  readonly scanned?: string;
  /** Why it could not be read. */
  readonly failure?: string;
  /** Of the manifest, once it is known. */
  readonly digest?: string;
  readonly platform?: string;
  /** `id:version`. */
  readonly distribution?: string;
  /** Digests, base first; empty before the image was read. */
  readonly layers: readonly string[];
  /** Packages with names or versions of more than 128 characters: the report has them, searches do not. */
  readonly leftOut?: number;
};

export type TakenReport = {
  readonly host: string;
  readonly sequence: number;
};

export type Trends = {
  /** The oldest first; the last one is as it is by now. */
  readonly days: readonly FleetDay[];
};

export type Version = {
  readonly name: "drydock";
  readonly version: string;
};

export type VexOutcome = {
  /** A path, `oci:DIGEST`, `repo:PATH`. */
  readonly source: string;
  readonly format: "openvex" | "csaf" | "cyclonedx";
  readonly id?: string;
  readonly author?: string;
  /** Of what a registry has: whether somebody who is trusted signed it for this image (`--key`). */
  readonly signed?: boolean;
  readonly statements: number;
  /** Statements that speak of a finding. */
  readonly matched: number;
  /** Findings that they speak of. */
  readonly findings: number;
  /** The first thousand of those that speak of nothing in the image. */
  readonly unmatched: readonly ({
    /** Where it stands in its document, from 0. */
    readonly index: number;
    readonly vulnerability?: string;
    readonly product?: string;
    readonly mismatch: "other-image" | "image-without-name" | "no-such-package" | "other-version" | "other-build" | "not-a-part" | "no-such-vulnerability" | "unknown-product" | "without-version" | "later" | "unreadable";
    readonly reason: string;
  })[];
  /** How many speak of nothing, by reason. */
  readonly mismatches: Readonly<Record<string, number>>;
};

export type Vulnerability = {
  readonly id: string;
  /** The gravest that is said in a namespace. */
  readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  readonly namespaces: readonly NamespaceVulnerability[];
  /** What feeds say, record by record. */
  readonly records: readonly FeedRecord[];
};

export type VulnerabilityPage = {
  readonly vulnerabilities: readonly SpreadVulnerability[];
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
};

export type Witness = {
  readonly engine: "digest" | "clamav" | "yara" | "fuzzy" | "model";
  readonly kind: "malware" | "webshell" | "unwanted";
  /** `certain` settles it; `weak` ones only support others, or each other. */
  readonly weight: "certain" | "strong" | "weak";
  /** Name of the signature or rule, or which model. */
  readonly rule: string;
  /** The set of rules it is from. */
  readonly set: string;
  readonly description?: string;
  readonly author?: string;
  readonly licence?: string;
  readonly reference?: string;
  readonly tags?: readonly string[];
  readonly places?: readonly {
    /** Bytes from the start of the file, or of the view that `view` names. */
    readonly offset: number;
    /** Line of the file, from 1. */
    readonly line?: number;
    /** At most 40 characters, escaped. */
    readonly excerpt: string;
  }[];
  /** fuzzy: 0 to 100; model: probability. */
  readonly score?: number;
  /** How the bytes came out of the file: `base64 > gzip`. */
  readonly view?: string;
  /** A list that says the file is harmless. */
  readonly allowedBy?: string;
};

export type WorstInUse = {
  readonly severity: "unknown" | "negligible" | "low" | "medium" | "high" | "critical";
  /** The vulnerability. */
  readonly id: string;
  readonly package: string;
  /** Vulnerabilities of packages that are in use. */
  readonly count: number;
};

/** What requests take and answers are, by method and path. */
export interface Operations {
  /** Submit an image of a registry */
  "POST /api/images": {
    path: undefined;
    query: undefined;
    body: Submission;
    answer: SubmittedImage;
  };
  /** List images */
  "GET /api/images": {
    path: undefined;
    query: {
      readonly state?: "queued" | "scanning" | "done" | "failed";
      /** A part of the reference, or a digest. */
      readonly q?: string;
      /** The whole of it, as an image lists it: all its versions. */
      readonly reference?: string;
      /** `debian:12`, or `debian` for all releases. */
      readonly distribution?: string;
      /** Words separated by commas: `critical,high`. */
      readonly severity?: string;
      /** Has a finding of this kind, which is none of `vulnerability`. */
      readonly kind?: "vulnerability" | "malware" | "webshell" | "secret" | "configuration" | "history" | "persistence" | "evasion" | "service" | "call" | "licence";
      /** Has a vulnerability that is known to be exploited, or has none. */
      readonly exploited?: "true" | "false";
      /** Is one of those that `todo` of the overview counts: with a critical finding that has a fix, with malware or a web shell, or failed and not tried since. */
      readonly concern?: "fixable-critical" | "malware" | "failed";
      /** Is one of the last ones of its reference that were read, or is not. */
      readonly latest?: "true" | "false";
      readonly complete?: "true" | "false";
      /** Its distribution is mended by nobody any more. */
      readonly endOfLife?: "true";
      /** `severity`: those with the most of the gravest findings first, of images that were read. Pages of this order move when findings do. */
      readonly sort?: "newest" | "severity" | "reference";
      /** Members of a page, at most. */
      readonly limit?: number;
      /** The `next` of the page before. */
      readonly cursor?: string;
    };
    body: undefined;
    answer: ListedImagePage;
  };
  /** Get an image */
  "GET /api/images/{id}": {
    path: {
      /** As the answer to the submission gave it. */
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: ListedImage;
  };
  /** Remove an image */
  "DELETE /api/images/{id}": {
    path: {
      /** As the answer to the submission gave it. */
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Upload an image */
  "POST /api/images/upload": {
    path: undefined;
    query: {
      /** What reports call it. */
      readonly name?: string;
      readonly platform?: string;
    };
    body: Blob;
    answer: SubmittedImage;
  };
  /** Follow the scan of an image */
  "GET /api/images/{id}/events": {
    path: {
      /** As the answer to the submission gave it. */
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: string;
  };
  /** Get the report of an image */
  "GET /api/images/{id}/report": {
    path: {
      /** As the answer to the submission gave it. */
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: Report;
  };
  /** List the packages of an image */
  "GET /api/images/{id}/packages": {
    path: {
      /** As the answer to the submission gave it. */
      readonly id: string;
    };
    query: {
      /** Of the package or its source. */
      readonly name?: string;
      /** purl type: `deb`, `npm`. */
      readonly type?: string;
      /** Only what this layer brought. */
      readonly layer?: number;
      /** Members of a page, at most. */
      readonly limit?: number;
      /** The `next` of the page before. */
      readonly cursor?: string;
    };
    body: undefined;
    answer: PackagePage;
  };
  /** List the vulnerabilities of an image */
  "GET /api/images/{id}/findings": {
    path: {
      /** As the answer to the submission gave it. */
      readonly id: string;
    };
    query: {
      /** Words separated by commas: `critical,high`. */
      readonly severity?: string;
      readonly fixable?: "true" | "false";
      /** Name of a package or its source. */
      readonly package?: string;
      readonly vulnerability?: string;
      /** Members of a page, at most. */
      readonly limit?: number;
      /** The `next` of the page before. */
      readonly cursor?: string;
    };
    body: undefined;
    answer: FindingPage;
  };
  /** List the images that have a layer */
  "GET /api/layers/{digest}/images": {
    path: {
      /** `sha256:` and 64 digits, as an image lists it. */
      readonly digest: string;
    };
    query: {
      /** Members of a page, at most. */
      readonly limit?: number;
    };
    body: undefined;
    answer: ImagePage;
  };
  /** Compare an image with an earlier one */
  "GET /api/images/{id}/diff": {
    path: {
      /** As the answer to the submission gave it. */
      readonly id: string;
    };
    query: {
      /** Id of the image that was before. */
      readonly since: string;
    };
    body: undefined;
    answer: ImageDiff;
  };
  /** Have an image run and watched */
  "POST /api/observations": {
    path: undefined;
    query: undefined;
    body: RunSubmission;
    answer: ObservationRun;
  };
  /** List runs */
  "GET /api/observations": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: ObservationRuns;
  };
  /** Get what a run can choose from */
  "GET /api/observations/choices": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: ObservationChoices;
  };
  /** Get a run */
  "GET /api/observations/{id}": {
    path: {
      /** As the answer to the submission gave it. */
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: ObservationRun;
  };
  /** End a run */
  "DELETE /api/observations/{id}": {
    path: {
      /** As the answer to the submission gave it. */
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: ObservationRun;
  };
  /** Follow a run */
  "GET /api/observations/{id}/events": {
    path: {
      /** As the answer to the submission gave it. */
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: string;
  };
  /** Get an overview of all images */
  "GET /api/overview": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Overview;
  };
  /** Get what was found, day by day */
  "GET /api/trends": {
    path: undefined;
    query: {
      /** How many, up to this one. */
      readonly days?: number;
    };
    body: undefined;
    answer: Trends;
  };
  /** List the vulnerabilities that images have */
  "GET /api/vulnerabilities": {
    path: undefined;
    query: {
      /** What the name begins with, in upper or lower case: `CVE-2024-`. */
      readonly q?: string;
      /** Words separated by commas: `critical,high`. */
      readonly severity?: string;
      /** Known to be exploited, or not known to be. */
      readonly exploited?: "true" | "false";
      /** A version fixes it in a package at least, or in none. */
      readonly fixable?: "true" | "false";
      readonly sort?: "images" | "severity" | "name";
      /** Members of a page, at most. */
      readonly limit?: number;
      /** The `next` of the page before. */
      readonly cursor?: string;
    };
    body: undefined;
    answer: VulnerabilityPage;
  };
  /** Get a vulnerability */
  "GET /api/vulnerabilities/{id}": {
    path: {
      /** `CVE-2024-1234`. */
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: Vulnerability;
  };
  /** Take back that a vulnerability was removed */
  "POST /api/vulnerabilities/{id}/restore": {
    path: {
      /** `CVE-2024-1234`. */
      readonly id: string;
    };
    query: undefined;
    body: Restoration;
    answer: undefined;
  };
  /** List the images that have a vulnerability */
  "GET /api/vulnerabilities/{id}/images": {
    path: {
      /** `CVE-2024-1234`. */
      readonly id: string;
    };
    query: {
      /** Members of a page, at most. */
      readonly limit?: number;
      /** The `next` of the page before. */
      readonly cursor?: string;
    };
    body: undefined;
    answer: AffectedImages;
  };
  /** Judge packages */
  "POST /api/match": {
    path: undefined;
    query: undefined;
    body: Inventory;
    answer: MatchedPackages;
  };
  /** List the feeds */
  "GET /api/feeds": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Feeds;
  };
  /** Update the feeds */
  "POST /api/feeds/update": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: RequestedUpdate;
  };
  /** List notifications */
  "GET /api/notifications": {
    path: undefined;
    query: {
      /** Only those that nobody marked as read. */
      readonly unread?: "true" | "false";
      /** Members of a page, at most. */
      readonly limit?: number;
      /** The `next` of the page before. */
      readonly cursor?: string;
    };
    body: undefined;
    answer: NotificationPage;
  };
  /** Get a notification */
  "GET /api/notifications/{name}": {
    path: {
      readonly name: string;
    };
    query: undefined;
    body: undefined;
    answer: NotificationDetails;
  };
  /** Mark a notification as read */
  "DELETE /api/notifications/{name}": {
    path: {
      readonly name: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Get the state of the queue */
  "GET /api/jobs": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Jobs;
  };
  /** Try a job again that was given up */
  "POST /api/jobs/{id}/revive": {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** List the rules of the checks */
  "GET /api/rules": {
    path: undefined;
    query: {
      /** Id of a rule, of a check, or of a rule of another tool: `DL3002`. */
      readonly name?: string;
    };
    body: undefined;
    answer: Rules;
  };
  /** Get how the service is configured */
  "GET /api/settings": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Settings;
  };
  /** Follow what happens in the service */
  "GET /api/events": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: string;
  };
  /** Take the notifications of a registry */
  "POST /api/webhooks/registry": {
    path: undefined;
    query: undefined;
    body: DistributionEvents;
    answer: StartedScans;
  };
  /** Take the events of Harbor */
  "POST /api/webhooks/harbor": {
    path: undefined;
    query: undefined;
    body: HarborEvent;
    answer: StartedScans;
  };
  /** List containers of an image */
  "GET /api/images/{id}/containers": {
    path: {
      /** As the answer to the submission gave it. */
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: ImageContainers;
  };
  /** Get the map */
  "GET /api/map": {
    path: undefined;
    query: {
      readonly view?: "containers" | "processes" | "hosts" | "images" | "networks";
      /** Ids of nodes that show what is in them, separated by commas: containers their processes, groups their containers. */
      readonly expand?: string;
      /** Labels of containers, `name` or `name=value`, separated by commas; one of them is enough. */
      readonly label?: string;
      /** States of containers, separated by commas; one of them is enough. */
      readonly state?: string;
      /** Names of networks, separated by commas; one of them is enough. */
      readonly network?: string;
      /** Names or ids of hosts, separated by commas; one of them is enough. */
      readonly host?: string;
      /** Containers that are a part of the system: of Docker, Kubernetes, or this program. */
      readonly system?: "show" | "hide" | "only";
      /** Containers and processes without any connection. */
      readonly unconnected?: "show" | "hide";
      /** A moment of the stored history, in RFC 3339; absent: now. */
      readonly at?: string;
    };
    body: undefined;
    answer: MapSnapshot;
  };
  /** Follow the map */
  "GET /api/map/events": {
    path: undefined;
    query: {
      readonly view?: "containers" | "processes" | "hosts" | "images" | "networks";
      /** Ids of nodes that show what is in them, separated by commas: containers their processes, groups their containers. */
      readonly expand?: string;
      /** Labels of containers, `name` or `name=value`, separated by commas; one of them is enough. */
      readonly label?: string;
      /** States of containers, separated by commas; one of them is enough. */
      readonly state?: string;
      /** Names of networks, separated by commas; one of them is enough. */
      readonly network?: string;
      /** Names or ids of hosts, separated by commas; one of them is enough. */
      readonly host?: string;
      /** Containers that are a part of the system: of Docker, Kubernetes, or this program. */
      readonly system?: "show" | "hide" | "only";
      /** Containers and processes without any connection. */
      readonly unconnected?: "show" | "hide";
    };
    body: undefined;
    answer: string;
  };
  /** Get the changes of the map since a revision */
  "GET /api/map/changes/last": {
    path: undefined;
    query: {
      readonly view?: "containers" | "processes" | "hosts" | "images" | "networks";
      /** Ids of nodes that show what is in them, separated by commas: containers their processes, groups their containers. */
      readonly expand?: string;
      /** Labels of containers, `name` or `name=value`, separated by commas; one of them is enough. */
      readonly label?: string;
      /** States of containers, separated by commas; one of them is enough. */
      readonly state?: string;
      /** Names of networks, separated by commas; one of them is enough. */
      readonly network?: string;
      /** Names or ids of hosts, separated by commas; one of them is enough. */
      readonly host?: string;
      /** Containers that are a part of the system: of Docker, Kubernetes, or this program. */
      readonly system?: "show" | "hide" | "only";
      /** Containers and processes without any connection. */
      readonly unconnected?: "show" | "hide";
      readonly revision: number;
    };
    body: undefined;
    answer: MapChange;
  };
  /** Get what is known of a node of the map */
  "GET /api/map/nodes/{id}": {
    path: {
      /** As a snapshot of the map has it. */
      readonly id: string;
    };
    query: {
      /** A moment of the stored history, in RFC 3339; absent: now. */
      readonly at?: string;
    };
    body: undefined;
    answer: MapNodeDetails;
  };
  /** Search the map */
  "GET /api/map/search": {
    path: undefined;
    query: {
      readonly q: string;
      readonly view?: "containers" | "processes" | "hosts" | "images" | "networks";
      /** Ids of nodes that show what is in them, separated by commas: containers their processes, groups their containers. */
      readonly expand?: string;
      /** Labels of containers, `name` or `name=value`, separated by commas; one of them is enough. */
      readonly label?: string;
      /** States of containers, separated by commas; one of them is enough. */
      readonly state?: string;
      /** Names of networks, separated by commas; one of them is enough. */
      readonly network?: string;
      /** Names or ids of hosts, separated by commas; one of them is enough. */
      readonly host?: string;
      /** Containers that are a part of the system: of Docker, Kubernetes, or this program. */
      readonly system?: "show" | "hide" | "only";
      /** Containers and processes without any connection. */
      readonly unconnected?: "show" | "hide";
      /** A moment of the stored history, in RFC 3339; absent: now. */
      readonly at?: string;
    };
    body: undefined;
    answer: MapSearchResult;
  };
  /** List attack paths */
  "GET /api/map/paths": {
    path: undefined;
    query: {
      /** A moment of the stored history, in RFC 3339; absent: now. */
      readonly at?: string;
    };
    body: undefined;
    answer: MapAttackPaths;
  };
  /** List what changed since a moment */
  "GET /api/map/changes": {
    path: undefined;
    query: {
      /** In RFC 3339. */
      readonly since: string;
      /** In RFC 3339; absent: now. */
      readonly until?: string;
    };
    body: undefined;
    answer: MapTopologyChanges;
  };
  /** Get the range of the stored history */
  "GET /api/map/history": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: MapHistory;
  };
  /** Export the map */
  "GET /api/map/export": {
    path: undefined;
    query: {
      readonly view?: "containers" | "processes" | "hosts" | "images" | "networks";
      /** Ids of nodes that show what is in them, separated by commas: containers their processes, groups their containers. */
      readonly expand?: string;
      /** Labels of containers, `name` or `name=value`, separated by commas; one of them is enough. */
      readonly label?: string;
      /** States of containers, separated by commas; one of them is enough. */
      readonly state?: string;
      /** Names of networks, separated by commas; one of them is enough. */
      readonly network?: string;
      /** Names or ids of hosts, separated by commas; one of them is enough. */
      readonly host?: string;
      /** Containers that are a part of the system: of Docker, Kubernetes, or this program. */
      readonly system?: "show" | "hide" | "only";
      /** Containers and processes without any connection. */
      readonly unconnected?: "show" | "hide";
      /** A moment of the stored history, in RFC 3339; absent: now. */
      readonly at?: string;
      readonly format: "json" | "graphml" | "network-policy";
    };
    body: undefined;
    answer: MapSnapshot;
  };
  /** Tell what runs on a host */
  "POST /api/map/reports": {
    path: undefined;
    query: undefined;
    body: HostReport;
    answer: TakenReport;
  };
  /** Do something to a container */
  "POST /api/map/nodes/{id}/controls/{control}": {
    path: {
      /** As a snapshot of the map has it. */
      readonly id: string;
      readonly control: "logs" | "stop" | "start" | "pause" | "unpause" | "restart";
    };
    query: undefined;
    body: undefined;
    answer: MapControlResult;
  };
  /** List who did what to containers */
  "GET /api/map/audit": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: MapAudit;
  };
  /** Get the version */
  "GET /api/version": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Version;
  };
  /** Get this document */
  "GET /api/openapi.json": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: {
      readonly openapi: string;
    };
  };
  /** Get who asks */
  "GET /api/session": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Session;
  };
  /** Sign in with a token */
  "POST /api/session": {
    path: undefined;
    query: undefined;
    body: SignIn;
    answer: Session;
  };
  /** Sign out */
  "DELETE /api/session": {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
}
