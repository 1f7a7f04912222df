import type { Confidence } from '../../../model/finding.ts';
import type { Severity } from '../../../model/severity.ts';
import type { Expression } from '../expression/parse.ts';

/** A question to a service and what its answers mean, in the shape of nuclei's templates (https://docs.projectdiscovery.io/templates). */
export interface Template {
  readonly id: string;
  readonly file: string;
  readonly name: string;
  readonly severity: Severity;
  readonly tags: readonly string[];
  readonly description: string;
  readonly remediation: string;
  readonly references: readonly string[];
  readonly cves: readonly string[];
  readonly variables: readonly (readonly [name: string, text: string])[];
  readonly blocks: readonly Block[];
  /** Only Drydock's own have it. */
  readonly drydock?: OwnPart;
}

/** The block `drydock:` of a template. */
export interface OwnPart {
  readonly why: string;
  readonly confidence: Confidence;
  /** Services that it is put to, by the names that identification gives; empty: all that speak its protocol. */
  readonly services: readonly string[];
  /** It tries user names and passwords: each of them counts as a try. */
  readonly tries: boolean;
  /** It is about what goes over the network unencrypted: services in TLS are not asked. */
  readonly plain: boolean;
  /** What it is put to over UDP has a datagram for each of its inputs. */
  readonly transport: 'tcp' | 'udp';
  readonly caveats?: string;
}

export type Block = HttpBlock | TcpBlock | SslBlock;

export interface Judgement {
  readonly matchers: readonly Matcher[];
  /** All matchers have to match, not one of them. */
  readonly all: boolean;
  readonly extractors: readonly Extractor[];
}

export type Attack = 'batteringram' | 'pitchfork' | 'clusterbomb';

export interface HttpBlock extends Judgement {
  readonly protocol: 'http';
  readonly requests: readonly HttpPattern[];
  readonly payloads: ReadonlyMap<string, readonly string[]>;
  readonly attack: Attack;
  readonly redirects: number;
  readonly stopAtFirst: boolean;
  readonly keepsCookies: boolean;
  /** Matchers ask of several answers together: they are judged after the last. */
  readonly together: boolean;
}

/** A request with its places `{{name}}` still open. */
export interface HttpPattern {
  readonly method: string;
  /** Address or path. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

export interface TcpBlock extends Judgement {
  readonly protocol: 'tcp';
  readonly inputs: readonly TcpInput[];
  readonly payloads: ReadonlyMap<string, readonly string[]>;
  readonly attack: Attack;
  readonly ports: readonly number[];
  readonly readSize: number;
  readonly readAll: boolean;
  readonly tls: boolean;
  readonly stopAtFirst: boolean;
}

export interface TcpInput {
  readonly data: string;
  readonly hex: boolean;
  /** Bytes to read after it. */
  readonly read?: number;
  /** The answer is kept under this name. */
  readonly name?: string;
}

export interface SslBlock extends Judgement {
  readonly protocol: 'ssl';
  readonly minVersion?: string;
  readonly maxVersion?: string;
  readonly ciphers: readonly string[];
}

interface OfPart {
  readonly part: string;
  readonly name?: string;
  readonly internal: boolean;
}

export type Matcher = OfPart & {
  readonly negative: boolean;
  readonly all: boolean;
} & (
    | { readonly type: 'word'; readonly words: readonly string[]; readonly caseless: boolean }
    | { readonly type: 'regex'; readonly patterns: readonly string[] }
    | { readonly type: 'binary'; readonly words: readonly string[] }
    | { readonly type: 'status'; readonly numbers: readonly number[] }
    | { readonly type: 'size'; readonly numbers: readonly number[] }
    | { readonly type: 'dsl'; readonly expressions: readonly Expression[]; readonly texts: readonly string[] }
  );

export type Extractor = OfPart &
  (
    | { readonly type: 'regex'; readonly patterns: readonly string[]; readonly group: number }
    | { readonly type: 'kval'; readonly keys: readonly string[] }
    | { readonly type: 'json'; readonly paths: readonly string[] }
    | { readonly type: 'dsl'; readonly expressions: readonly Expression[] }
  );

/** Reads a file beside the templates that one of them names: words of a payload. */
export type ReadBeside = (path: string) => Promise<string>;

/** A template that is not used, and why. */
export interface Refusal {
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  readonly id?: string;
  /** `broken`: it is no template. `unsupported`: it needs what is not spoken here. `unwanted`: it would do harm. */
  readonly kind: 'broken' | 'unsupported' | 'unwanted';
  readonly reason: string;
}
