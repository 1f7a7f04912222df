import type { HttpProblem, Operations } from './schema.ts';

/** An operation by its name in the API: `GET /api/images/{id}`. */
export type OperationName = keyof Operations;

/** What a request takes: those parts that its operation has. */
export type RequestOf<Name extends OperationName> = Parts<Operations[Name]> & RequestOptions;

type Parts<Operation extends Operations[OperationName]> = (Operation['path'] extends undefined
  ? unknown
  : { readonly path: Operation['path'] }) &
  (Operation['query'] extends undefined ? unknown : { readonly query?: Operation['query'] }) &
  (Operation['body'] extends undefined ? unknown : { readonly body: Operation['body'] });

interface RequestOptions {
  readonly signal?: AbortSignal;
}

/** What comes after the name of an operation: nothing is needed where nothing has to be said. */
export type CallParts<Name extends OperationName> =
  Record<never, never> extends RequestOf<Name> ? [RequestOf<Name>?] : [RequestOf<Name>];

export type AnswerOf<Name extends OperationName> = Operations[Name]['answer'];

/** The service answered that it cannot or will not. */
export class ApiProblem extends Error {
  readonly status: number;
  /** As in docs/errors.md; absent where a part in between answered. */
  readonly code: string | undefined;

  constructor(status: number, message: string, code?: string) {
    super(message);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
  }
}

/** Nobody answered: the service is gone, or the network is. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('The service does not answer.', { cause });
    this.name = 'Unreachable';
  }
}

interface AnyParts extends RequestOptions {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** The address of an operation, its path and query filled in. */
export function addressOf(name: OperationName, { path = {}, query = {} }: AnyParts = {}): string {
  const [, template = ''] = name.split(' ');
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(path[key] ?? ''));
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    for (const each of Array.isArray(value) ? value : [value]) words.append(key, String(each));
  }
  return words.size === 0 ? filled : `${filled}?${words}`;
}

/**
 * Asks the service.
 * @throws ApiProblem when it refuses, Unreachable when nobody answers; what `signal` ends throws its reason
 */
export async function call<Name extends OperationName>(
  name: Name,
  ...[parts]: CallParts<Name>
): Promise<AnswerOf<Name>> {
  const request: AnyParts = parts ?? {};
  const [method = 'GET'] = name.split(' ');
  const { body, signal } = request;
  const isBytes = body instanceof Blob;
  let answer: Response;
  try {
    answer = await fetch(addressOf(name, request), {
      method,
      credentials: 'same-origin',
      ...(signal !== undefined && { signal }),
      ...(body !== undefined && {
        body: isBytes ? body : JSON.stringify(body),
        headers: { 'Content-Type': isBytes ? 'application/octet-stream' : 'application/json' },
      }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw new Unreachable(error);
  }
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204) return undefined as AnswerOf<Name>;
  try {
    return (await answer.json()) as AnswerOf<Name>;
  } catch {
    if (signal?.aborted === true) throw signal.reason;
    throw new ApiProblem(answer.status, notOurs);
  }
}

/** An answer that began well and is no JSON. */
const notOurs =
  'What answered is not Drydock, or its answer was cut off: a proxy in between may ask to sign in. Load the page again.';

async function problemOf(answer: Response): Promise<ApiProblem> {
  try {
    const { detail, title, code } = (await answer.json()) as Partial<HttpProblem>;
    return new ApiProblem(answer.status, detail ?? title ?? `status ${answer.status}`, code);
  } catch {
    return new ApiProblem(answer.status, `The service answered with status ${answer.status}.`);
  }
}
