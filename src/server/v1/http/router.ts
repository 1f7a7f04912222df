import { escapePath, escapeQuery, parseTarget } from './url.ts';

export interface Route<Handler> {
  readonly method: string;
  /** `/layers/:layer` */
  readonly path: string;
  readonly handler: Handler;
}

export type Resolution<Handler> =
  | {
      readonly kind: 'found';
      readonly handler: Handler;
      readonly parameters: readonly string[];
      readonly query: string;
    }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'wrong-method' | 'unknown' | 'malformed' };

interface Compiled<Handler> {
  readonly method: string;
  readonly segments: readonly string[];
  readonly handler: Handler;
}

/**
 * Finds routes as Clair's router does: a path that differs from one of the same method in case, a slash at the end,
 * double slashes or dots is sent there; one that exists for other methods is refused; all others are unknown.
 */
export class Router<Handler> {
  readonly #routes: readonly Compiled<Handler>[];
  readonly #prefix: string;

  /** @param prefix what all paths begin with, left out of redirects as Clair does: `/v1` */
  constructor(prefix: string, routes: readonly Route<Handler>[]) {
    this.#prefix = prefix;
    this.#routes = routes.map(({ method, path, handler }) => ({ method, segments: path.slice(1).split('/'), handler }));
  }

  resolve(method: string, target: string): Resolution<Handler> {
    const parsed = parseTarget(target.startsWith(this.#prefix) ? target.slice(this.#prefix.length) : target);
    if (parsed === undefined) return { kind: 'malformed' };
    if (!target.startsWith(this.#prefix)) return { kind: 'unknown' };
    const { query } = parsed;
    const [before, ...segments] = parsed.segments;
    const exact = before === '' ? segments : undefined;
    const own = this.#routes.filter((route) => route.method === method);
    if (exact !== undefined) {
      for (const route of own) {
        const parameters = match(route.segments, exact);
        if (parameters !== undefined) return { kind: 'found', handler: route.handler, parameters, query };
      }
    }
    const elsewhere = exact?.length === 1 && exact[0] === '' ? undefined : corrected(own, parsed.segments);
    if (elsewhere !== undefined) {
      return { kind: 'redirect', location: `/${escapePath(elsewhere)}${query === '' ? '' : `?${escapeQuery(query)}`}` };
    }
    const known = exact !== undefined && this.#routes.some((route) => match(route.segments, exact) !== undefined);
    return { kind: known ? 'wrong-method' : 'unknown' };
  }
}

/** Values of the parameters. One inside the path may be empty, the last one not. */
function match(
  pattern: readonly string[],
  segments: readonly string[],
  same: (a: string, b: string) => boolean = (a, b) => a === b,
): string[] | undefined {
  if (pattern.length !== segments.length || segments.at(-1) === '') return undefined;
  const parameters: string[] = [];
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index]!;
    if (expected.startsWith(':')) parameters.push(segment);
    else if (!same(expected, segment)) return undefined;
  }
  return parameters;
}

/** The path that was meant, if there is one. */
function corrected(routes: readonly Compiled<unknown>[], segments: readonly string[]): string[] | undefined {
  const clean: string[] = [];
  for (const segment of segments) {
    if (segment === '..') clean.pop();
    else if (segment !== '' && segment !== '.') clean.push(segment);
  }
  const candidates = [segments.at(-1) === '' ? segments.slice(1, -1) : undefined, clean];
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    for (const { segments: pattern } of routes) {
      if (match(pattern, candidate, (a, b) => a === b.toLowerCase()) === undefined) continue;
      return candidate.map((segment, index) => (pattern[index]!.startsWith(':') ? segment : pattern[index]!));
    }
  }
  return undefined;
}
