import { z } from 'zod';
import type { Scope } from '../../config/service-options.ts';
import { HttpProblem } from './problem.ts';

export interface RouteDescription {
  /** operationId */
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  readonly scope: Scope;
  /** It answers whoever asks. */
  readonly open?: true;
  /** Status -> what it means; JSON of a schema where there is one. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Problems besides those that every route has. */
  readonly problems?: Readonly<Record<number, string>>;
}

export type Answer = string | readonly [description: string, schema: z.ZodType, type?: string];

const always: Readonly<Record<number, string>> = {
  400: 'The request does not have the form that it should have.',
  401: 'A token is needed, or the one that was sent is not known.',
  403: 'The token allows less than this request needs.',
  429: 'The token is not known, and too many other wrong ones came from this address.',
  503: 'The database does not answer; or the client has too many requests waiting.',
};

/** What the documentation and the checks of a route are made of. */
export function describeRoute({ id, summary, description, tag, scope, open, answers, problems }: RouteDescription) {
  const response: Record<string, unknown> = {};
  for (const [status, answer] of Object.entries(answers)) {
    response[status] =
      typeof answer === 'string'
        ? z.null().describe(answer)
        : { description: answer[0], content: { [answer[2] ?? 'application/json']: { schema: answer[1] } } };
  }
  for (const [status, words] of Object.entries({ ...always, ...problems })) {
    response[status] = { description: words, content: { 'application/problem+json': { schema: HttpProblem } } };
  }
  return {
    operationId: id,
    summary,
    description: `${description}\n\n${open === true ? 'Needs no token.' : `Needs the scope \`${scope}\`.`}`,
    tags: [tag],
    security: open === true ? [] : [{ token: [] as string[] }, { session: [] as string[] }],
    response,
  };
}
