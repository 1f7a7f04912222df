import { type ErrorCode, SourceError } from '../../errors.ts';

/** What is wrong, for callers that go on elsewhere: an image that no engine has may be in a registry. */
export type EngineFailure =
  /** Nothing answers at any address that was tried. */
  | 'no-engine'
  /** An engine is there, but its socket is not ours to use. */
  | 'permission'
  /** Its address is on the network, and no network is allowed. */
  | 'offline'
  /** Its API is older or newer than what is spoken here. */
  | 'version'
  /** It does not have what was asked for. */
  | 'absent'
  /** It answered with an error. */
  | 'refused'
  /** The connection ended early, took too long, or brought something that makes no sense. */
  | 'broken';

const codes: Readonly<Record<EngineFailure, ErrorCode>> = {
  'no-engine': 'source.unreachable',
  permission: 'source.unreadable',
  offline: 'source.unreachable',
  version: 'source.unsupported',
  absent: 'source.not-found',
  refused: 'source.unreadable',
  broken: 'source.unreachable',
};

/** A container engine could not do what was asked of it. The message says what to do. */
export class EngineError extends SourceError {
  readonly failure: EngineFailure;
  /** What the engine itself said, where it answered. */
  readonly words?: string;
  /** HTTP status of its answer, where it answered. */
  readonly status?: number;

  constructor(
    failure: EngineFailure,
    message: string,
    options: { cause?: unknown; words?: string; status?: number } = {},
  ) {
    super(codes[failure], message, options);
    this.failure = failure;
    if (options.words !== undefined) this.words = options.words;
    if (options.status !== undefined) this.status = options.status;
  }
}
