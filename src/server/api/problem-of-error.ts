import type { FastifyError, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { DrydockError, type ErrorCode } from '../../errors.ts';
import type { ApiContext } from './api-context.ts';
import { type HttpProblem, problemOf } from './problem.ts';

/** What a failure is told as. */
export function explain(error: FastifyError, request: FastifyRequest, context: ApiContext): HttpProblem {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const place = error.validationContext ?? 'request';
    const errors = error.validation.slice(0, 20).map(({ instancePath, message }) => ({
      path: `${place}${instancePath === '/' ? '' : instancePath.slice(0, 200)}`,
      message: message ?? 'it is not as it should be',
    }));
    return problemOf('usage.option', `${errors[0]!.path}: ${errors[0]!.message}`, errors);
  }
  if (error instanceof DrydockError) {
    if (error.code === 'fault') context.callerOf(request.raw).log.error({ error }, 'a request failed');
    else if (error.code.startsWith('store.')) context.callerOf(request.raw).log.warn({ error }, 'the database failed');
    return problemOf(error.code, (error as DrydockError).message);
  }
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT') {
    return problemOf('store.unavailable', 'There was no answer within request-timeout.');
  }
  const known = fastifyCodes[error.statusCode ?? 500];
  if (known !== undefined) return problemOf(known, error.message);
  // Whoever went away in the middle of its request hears nothing more, and it is nobody's fault.
  const isGone = request.raw.destroyed && !request.raw.complete;
  context.callerOf(request.raw).log[isGone ? 'debug' : 'error']({ error }, 'a request failed');
  return problemOf('fault', 'The service failed; its log says more.');
}

/** What Fastify itself refuses. */
const fastifyCodes: Readonly<Record<number, ErrorCode>> = {
  400: 'usage.option',
  413: 'service.too-large',
  414: 'usage.option',
  415: 'service.content-type',
};
