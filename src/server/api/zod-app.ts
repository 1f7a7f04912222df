import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Scope } from '../../config/service-options.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a token must allow. */
    scope?: Scope;
    /** It answers those of whom nobody knows who they are, too. */
    open?: true;
    /** Its body may take as long to come as gigabytes do. */
    isLong?: true;
  }
}

/** The app as routes see it: their schemas, in zod, are the types of their requests and answers. */
export type ApiApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;
