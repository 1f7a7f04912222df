import type { Store } from '../../store/store.ts';
import type { Metrics } from '../metrics.ts';
import type { Answer } from './http/answer.ts';
import { decodeJson } from './json/decode.ts';
import type { StructType } from './json/type.ts';
import type { LayerIndexer } from './layer-indexer.ts';
import type { V1Limits } from './limits.ts';
import type { PageTokens } from './page-token.ts';

/** What the routes of the v1 API work with. */
export interface V1Services {
  readonly store: Store;
  readonly indexer: LayerIndexer;
  readonly tokens: PageTokens;
  readonly metrics: Metrics;
  readonly limits: V1Limits;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** One request, after its route was found. */
export interface Call {
  /** Values of the parameters of the path, in their order. */
  readonly parameters: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  /** Ends work that nobody waits for; not when the client stops waiting. */
  readonly signal: AbortSignal;
  readonly acceptEncoding: string;
  /** As much of the body as Clair reads. */
  body(): Promise<Buffer>;
}

/** A route of the v1 API. */
export interface V1Route {
  /** As the metrics call it, without `v1/`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  handle(call: Call, services: V1Services): Promise<Answer>;
}

/** @throws JsonSyntaxError, JsonTypeError, BodyError */
export async function decodeBody<Value>(type: StructType<Value>, call: Call, services: V1Services): Promise<Value> {
  return decodeJson(type, await call.body(), services.limits.jsonDepth);
}
