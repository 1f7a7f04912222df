import { z } from 'zod';
import { DrydockError } from '../../errors.ts';
import { findToken, networkOf } from '../access.ts';
import type { ApiContext } from '../api/api-context.ts';
import { describeRoute } from '../api/describe.ts';
import { moment } from '../api/schemas.ts';
import type { ApiApp } from '../api/zod-app.ts';
import { foreignHost } from '../browser-guard.ts';
import type { Caller } from '../front.ts';
import { tooManyWrongTokens } from '../wrong-tokens.ts';
import { clearCookies, setCookie, whyNoSession } from './session-cookie.ts';
import { LIFE, type Sessions } from './sessions.ts';

const Session = z
  .object({
    needed: z.boolean().describe('Nobody may ask for anything without a token.'),
    signedIn: z.boolean().describe('Whoever asks may read: by a session, by a token, or because anybody may.'),
    client: z.string().optional().describe('Who asks, as logs name it; absent: it is not known.'),
    scope: z.enum(['read', 'scan', 'observe', 'admin']).optional().describe('What they may do.'),
    ends: moment.optional().describe('When the session ends, unless it is used.'),
  })
  .meta({
    id: 'Session',
    examples: [{ needed: true, signedIn: true, client: 'token:ci', scope: 'scan', ends: '2026-03-01T22:00:00.000Z' }],
  });

const SignIn = z
  .object({ token: z.string().min(1).max(1024) })
  .meta({ id: 'SignIn', examples: [{ token: 'the token that "drydock serve token NAME" showed' }] });

/** Signing in with a token, for browsers. These routes answer without one. */
export function registerSession(app: ApiApp, context: ApiContext): void {
  app.get(
    '/api/session',
    {
      config: { scope: 'read', open: true },
      schema: {
        ...describeRoute({
          id: 'getSession',
          summary: 'Get who asks',
          description: 'Whether a token is needed, and whether there is one or a session.',
          tag: 'session',
          scope: 'read',
          open: true,
          answers: { 200: ['Who asks.', Session] },
        }),
      },
    },
    async ({ raw }) => sessionOf(context, context.callerOf(raw)),
  );

  app.post(
    '/api/session',
    {
      config: { scope: 'read', open: true },
      schema: {
        ...describeRoute({
          id: 'signIn',
          summary: 'Sign in with a token',
          description:
            'Answers with a cookie that the page of the service reads and writes with, for as long as it is used and the token stays. Programs send the token itself.',
          tag: 'session',
          scope: 'read',
          open: true,
          answers: { 200: ['Who asks from now on.', Session] },
        }),
        body: SignIn,
      },
    },
    async (request, reply) => {
      const { raw } = request;
      const caller = context.callerOf(raw);
      const tokens = context.tokens();
      if (tokens.length === 0) return sessionOf(context, caller);
      const host = foreignHost(raw, context.publicUrl);
      if (host !== undefined) throw new DrydockError('service.host-name', host);
      const plain = whyNoSession(raw, context.publicUrl);
      if (plain !== undefined) throw new DrydockError('service.plain-http', plain);
      const text = request.body.token.trim();
      const token = findToken(text, tokens);
      if (token === undefined) {
        const { wait, isNew } = caller.guessed(text);
        if (wait > 0) {
          reply.header('Retry-After', String(Math.ceil(wait / 1000))).header('Connection', 'close');
          throw new DrydockError('service.sign-ins', tooManyWrongTokens);
        }
        // Once a window: whoever sends the same one again and again must not fill the log.
        if (isNew) {
          caller.log.warn(
            { address: networkOf(raw.socket.remoteAddress ?? 'unknown') },
            'somebody tried to sign in with a token that is not known',
          );
        }
        throw new DrydockError('service.sign-in', 'The token is not known.');
      }
      if (token.scope === 'report') {
        throw new DrydockError('service.scope', 'This token is for a reporter of the map, and reads nothing.');
      }
      const sealed = sessionsOf(context).begin(token);
      reply.header('Set-Cookie', setCookie(raw, context.publicUrl, { value: sealed, seconds: LIFE / 1000 }));
      caller.log.info({ token: token.name }, 'signed in');
      const ends = new Date(context.clock.now() + LIFE).toISOString();
      return { needed: true, signedIn: true, client: `token:${token.name}`, scope: token.scope, ends };
    },
  );

  app.delete(
    '/api/session',
    {
      config: { scope: 'read', open: true },
      schema: {
        ...describeRoute({
          id: 'signOut',
          summary: 'Sign out',
          description: 'The browser forgets its session.',
          tag: 'session',
          scope: 'read',
          open: true,
          answers: { 204: 'There is no session any more.' },
        }),
      },
    },
    async ({ raw }, reply) =>
      await reply
        .code(204)
        .header('Set-Cookie', [...clearCookies(raw, context.publicUrl)])
        .send(),
  );
}

function sessionsOf({ sessions }: ApiContext): Sessions {
  if (sessions === undefined) throw new DrydockError('fault', 'There are no sessions.');
  return sessions;
}

function sessionOf(context: ApiContext, { client, isUnknown = false, ends }: Caller): z.infer<typeof Session> {
  const needed = context.tokens().length > 0;
  const { name, scope } = client;
  if (isUnknown || scope === 'report') return { needed, signedIn: false };
  return {
    needed,
    signedIn: true,
    client: name,
    scope,
    ...(ends !== undefined && { ends: new Date(ends).toISOString() }),
  };
}
