/** What a failing command or request ends with, by who must act. docs/errors.md is generated from `errorCodes`. */
export const exitStatus = {
  done: 0,
  findings: 1,
  usage: 2,
  source: 3,
  incomplete: 4,
  advisories: 5,
  nodeTooOld: 69,
  fault: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** code -> exit status, HTTP status and what to do. */
export const errorCodes = {
  'usage.option': {
    exit: exitStatus.usage,
    http: 400,
    meaning: 'A flag, argument or value is not known or does not fit.',
  },
  'usage.configuration': {
    exit: exitStatus.usage,
    http: 400,
    meaning: 'The configuration file or environment holds an unknown key or a bad value.',
  },
  'source.not-found': { exit: exitStatus.source, http: 404, meaning: 'The image is not where the reference points.' },
  'source.not-an-image': {
    exit: exitStatus.source,
    http: 422,
    meaning: 'The file or folder is no image, layer or root file system.',
  },
  'source.unreadable': {
    exit: exitStatus.source,
    http: 502,
    meaning: 'The image could not be read at all: empty, truncated, no permission, a device error.',
  },
  'source.unsupported': {
    exit: exitStatus.source,
    http: 422,
    meaning: 'The kind of source is known, but this version cannot read it.',
  },
  'source.platform': {
    exit: exitStatus.source,
    http: 404,
    meaning: 'The image has no variant for the platform that was asked for.',
  },
  'source.unreachable': {
    exit: exitStatus.source,
    http: 502,
    meaning: 'A registry or a container engine could not be reached, or stopped answering in the middle.',
  },
  'source.unauthorised': {
    exit: exitStatus.source,
    http: 403,
    meaning: 'A registry does not let anybody read the image without credentials, or not with those it was given.',
  },
  'source.rate-limited': {
    exit: exitStatus.source,
    http: 429,
    meaning: 'A registry has been asked too often and wants to be left alone for a while.',
  },
  'source.refused': {
    exit: exitStatus.source,
    http: 502,
    meaning:
      'A registry answered with something that cannot be the image: another digest, no manifest, a bad redirect.',
  },
  'source.limit': { exit: exitStatus.source, http: 413, meaning: 'A limit was reached before anything could be read.' },
  'advisories.missing': {
    exit: exitStatus.advisories,
    http: 503,
    meaning: 'There is no advisory database where one is needed.',
  },
  'advisories.unusable': {
    exit: exitStatus.advisories,
    http: 503,
    meaning: 'The advisory database is damaged, or another program version wrote it.',
  },
  'advisories.not-writable': {
    exit: exitStatus.advisories,
    http: 503,
    meaning: 'The advisory database cannot be written: folder read-only or disk full.',
  },
  'advisories.refused': {
    exit: exitStatus.advisories,
    http: 503,
    meaning:
      'An advisory database that somebody hands on was refused: a signature, an age or a version is wrong. The one in use stays.',
  },
  'feed.unreachable': { exit: exitStatus.advisories, http: 502, meaning: 'A feed could not be reached.' },
  'feed.refused': {
    exit: exitStatus.advisories,
    http: 502,
    meaning: 'A feed answered with something that cannot be its data.',
  },
  'store.unavailable': {
    exit: exitStatus.fault,
    http: 503,
    meaning: 'The database of the service does not answer, or the connection to it was lost. Try again later.',
  },
  'store.unusable': {
    exit: exitStatus.usage,
    http: 503,
    meaning: 'The database of the service is damaged, not one of ours, or a newer version of Drydock has changed it.',
  },
  'store.in-use': {
    exit: exitStatus.usage,
    http: 503,
    meaning: 'Another server uses this file: one file is for one server. Several servers share a PostgreSQL database.',
  },
  'store.full': {
    exit: exitStatus.fault,
    http: 507,
    meaning: 'There is no room left for the database of the service.',
  },
  'store.unknown-parent': { exit: exitStatus.usage, http: 400, meaning: 'A layer stands on one that is not known.' },
  'store.bad-version': {
    exit: exitStatus.usage,
    http: 400,
    meaning: 'A version that its namespace cannot order, or a namespace of which nobody knows how it orders versions.',
  },
  'store.bad-request': { exit: exitStatus.fault, http: 500, meaning: 'Something that cannot be kept: an empty key.' },
  'store.too-long': {
    exit: exitStatus.usage,
    http: 422,
    meaning: 'A name, version or link has more than 128 characters.',
  },
  'service.address': {
    exit: exitStatus.usage,
    http: 500,
    meaning:
      'The service cannot listen where it shall: another program does, or the address is not one of this machine.',
  },
  'service.not-found': { exit: exitStatus.usage, http: 404, meaning: 'The service knows nothing of that name.' },
  'service.not-scanned': {
    exit: exitStatus.source,
    http: 409,
    meaning: 'The image is not scanned yet, or could not be: there is no report.',
  },
  'service.host': {
    exit: exitStatus.usage,
    http: 403,
    meaning:
      'The service does not fetch images from this host, which is not public: its administrator can name it in `registry-hosts`. Webhooks can only be about hosts that are named there.',
  },
  'service.scope': { exit: exitStatus.usage, http: 403, meaning: 'The token allows less than the request needs.' },
  'service.sign-in': { exit: exitStatus.usage, http: 401, meaning: 'The token is not known, or there is none.' },
  'service.sign-ins': {
    exit: exitStatus.usage,
    http: 429,
    meaning: 'Too many wrong tokens came from this address. Try again later.',
  },
  'service.foreign-page': {
    exit: exitStatus.usage,
    http: 403,
    meaning: 'A browser sent this for a page that is none of this service, or under a name that it does not answer to.',
  },
  'service.host-name': {
    exit: exitStatus.usage,
    http: 403,
    meaning: 'The service is reached by another name than its `public-url`, and takes no token there.',
  },
  'service.plain-http': {
    exit: exitStatus.usage,
    http: 403,
    meaning: 'The page was opened without TLS where the service is reached by TLS: no session would hold.',
  },
  'service.observe-off': {
    exit: exitStatus.usage,
    http: 501,
    meaning: 'This service runs no images: its administrator can have it do so (`observe`).',
  },
  'map.off': {
    exit: exitStatus.usage,
    http: 501,
    meaning: 'This service has no live map: its administrator can have it make one (`map`).',
  },
  'map.gap': {
    exit: exitStatus.source,
    http: 409,
    meaning: 'Something is missing before this report, or since this revision of the map. Send, or get, all of it.',
  },
  'map.foreign-host': {
    exit: exitStatus.usage,
    http: 403,
    meaning: 'Another reporter tells of this host, or the report tells of things of another host.',
  },
  'map.twin-host': {
    exit: exitStatus.usage,
    http: 403,
    meaning:
      'Two machines report with one id: copies of a virtual machine have one `/etc/machine-id` until it is made anew.',
  },
  'map.too-many': {
    exit: exitStatus.usage,
    http: 429,
    meaning: 'There are as many hosts, or things on them, as the map takes.',
  },
  'map.audit': {
    exit: exitStatus.source,
    http: 503,
    meaning: 'Who does what to containers cannot be written down, so that nothing is done: its log says why.',
  },
  'map.control': {
    exit: exitStatus.usage,
    http: 403,
    meaning: 'The service does not do this to containers (`map-controls`), or not to this one.',
  },
  'service.busy': {
    exit: exitStatus.source,
    http: 429,
    meaning: 'As many scans or runs wait as the service takes. Try again later.',
  },
  'service.key-reused': {
    exit: exitStatus.usage,
    http: 422,
    meaning: 'The idempotency key belongs to another submission.',
  },
  'service.too-large': {
    exit: exitStatus.usage,
    http: 413,
    meaning: 'The body has more bytes than the service takes.',
  },
  'service.too-slow': {
    exit: exitStatus.source,
    http: 408,
    meaning: 'The body came too slowly.',
  },
  'service.content-type': {
    exit: exitStatus.usage,
    http: 415,
    meaning: 'The body is of a kind that is not taken here.',
  },
  'service.unreachable': {
    exit: exitStatus.advisories,
    http: 502,
    meaning: 'The service that `--server` names cannot be reached, or does not answer as it should.',
  },
  'observe.weak-cage': {
    exit: exitStatus.usage,
    http: 422,
    meaning: 'The container engine cannot hold an image that nobody trusts, and nobody accepted that. Nothing was run.',
  },
  'observe.runtime': {
    exit: exitStatus.usage,
    http: 422,
    meaning: 'The container engine does not know the OCI runtime that is wanted (`--sandbox`). Nothing was run.',
  },
  'observe.failed': {
    exit: exitStatus.source,
    http: 502,
    meaning: 'The container engine did not make the cage as it was asked to, or could not start the image in it.',
  },
  'output.not-writable': { exit: exitStatus.usage, http: 500, meaning: 'A report file could not be written.' },
  interrupted: { exit: exitStatus.interrupted, http: 499, meaning: 'The user or the system asked to stop.' },
  fault: { exit: exitStatus.fault, http: 500, meaning: 'A fault in Drydock itself.' },
} as const satisfies Record<string, { exit: number; http: number; meaning: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** An error with a code that users and programs can rely on. The message tells what happened, to what, and what to do. */
export class DrydockError extends Error {
  override readonly name: string = 'DrydockError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The caller asked for something that does not exist or does not fit. */
export class UsageError extends DrydockError {
  override readonly name = 'UsageError';
}

/** The image could not be obtained or read at all. */
export class SourceError extends DrydockError {
  override readonly name = 'SourceError';
}

/** The advisory database is missing, damaged or cannot be written. */
export class AdvisoriesError extends DrydockError {
  override readonly name = 'AdvisoriesError';
}

/** The database of the service refuses, or is not to be had. */
export class StoreError extends DrydockError {
  override readonly name = 'StoreError';
}

/** A feed could not be fetched or read. */
export class FeedError extends DrydockError {
  override readonly name = 'FeedError';
}

/** Whether bytes are wrong, end too early, or may be right but are of a form that nothing here reads. */
export type FormatReason = 'damaged' | 'truncated' | 'unsupported';

/** Bytes that do not have the form they should have. Becomes a Problem where an image wrote them. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly reason: FormatReason;

  constructor(message: string, options: { readonly cause?: unknown; readonly reason?: FormatReason } = {}) {
    super(message, options);
    this.reason = options.reason ?? 'damaged';
  }
}

/** A budget was used up. Becomes a Problem where an image caused it. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
}
