import type { FastifyReply, FastifyRequest } from 'fastify';
import { DrydockError } from '../../errors.ts';
import { Turnstile, type TurnstileLimits } from '../turnstile.ts';
import type { ApiContext } from './api-context.ts';

/**
 * Lets each client have so many requests of a route at a time: the bodies of the others are not read until it is their turn.
 * @param words what is said to a client of whom too many wait
 * @returns an `onRequest` hook, which throws DrydockError `service.busy`
 */
export function clientTurns(
  context: Pick<ApiContext, 'callerOf'>,
  limits: TurnstileLimits,
  words: string,
): (request: Pick<FastifyRequest, 'raw'>, reply: Pick<FastifyReply, 'raw'>) => Promise<void> {
  const turnstile = new Turnstile(limits);
  return async ({ raw }, { raw: response }) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const leave = await turnstile.enter(context.callerOf(raw).client.name, gone.signal);
    if (leave === undefined) throw new DrydockError('service.busy', words);
    if (gone.signal.aborted) leave();
    else response.once('close', leave);
  };
}
