import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { DrydockError, type ErrorCode, errorCodes } from '../../errors.ts';

/** What an error looks like (RFC 9457), with a code that stays the same when the words change. */
export const HttpProblem = z
  .object({
    type: z.string().describe('A URI that tells the kind of problem: `urn:drydock:error:` and the code.'),
    title: z.string().describe('What the code means.'),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What happened, to what, and what to do.'),
    code: z.string().describe('See docs/errors.md.'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('What is wrong with the parts of the request.'),
  })
  .meta({
    id: 'HttpProblem',
    examples: [
      {
        type: 'urn:drydock:error:service.not-found',
        title: 'The service knows nothing of that name.',
        status: 404,
        detail: 'There is no image of this id.',
        code: 'service.not-found',
      },
    ],
  });
export type HttpProblem = z.infer<typeof HttpProblem>;

/** Seconds after which another try may succeed. */
const RETRY_AFTER: Readonly<Partial<Record<ErrorCode, number>>> = { 'service.busy': 10, 'store.unavailable': 5 };

export function problemOf(code: ErrorCode, detail: string, errors?: HttpProblem['errors']): HttpProblem {
  const { http: status, meaning: title } = errorCodes[code];
  return { type: `urn:drydock:error:${code}`, title, status, detail, code, ...(errors !== undefined && { errors }) };
}

/** Answers with a problem. */
export async function sendProblem(reply: FastifyReply, problem: HttpProblem): Promise<FastifyReply> {
  const seconds = RETRY_AFTER[problem.code as ErrorCode];
  if (seconds !== undefined) reply.header('Retry-After', String(seconds));
  // What was not read of the body would be taken for the next request.
  if (!reply.request.raw.complete) reply.header('Connection', 'close');
  return await reply
    .code(problem.status)
    .header('Content-Type', 'application/problem+json')
    .header('Cache-Control', 'no-store')
    .send(Buffer.from(`${JSON.stringify(problem)}\n`));
}

export function notFound(what: string): DrydockError {
  return new DrydockError('service.not-found', `There is no ${what}.`);
}
