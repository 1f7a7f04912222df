import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { DrydockError } from '../../errors.ts';
import type { ApiApp } from '../api/zod-app.ts';
import { clairError } from './errors.ts';
import { chooseMediaType } from './media-type.ts';

/**
 * The type that the client takes: Clair's own, or plain JSON.
 * @throws DrydockError `service.content-type` where it takes neither
 */
export function typeFor({ headers }: FastifyRequest, own: string): string {
  const type = chooseMediaType(headers.accept, [own, 'application/json']);
  if (type !== undefined) return type;
  throw new DrydockError('service.content-type', `unable to negotiate common media type for [${own} application/json]`);
}

/** Whether the client says that it knows this state. Clair compares the whole header, and knows no lists. */
export function isKnown({ headers }: FastifyRequest, validator: string): boolean {
  return headers['if-none-match']?.split(',', 16).some((one) => one.trim() === validator) === true;
}

export async function sendDocument(reply: FastifyReply, type: string, document: object): Promise<FastifyReply> {
  return await reply.header('Content-Type', type).send(Buffer.from(JSON.stringify(document)));
}

export async function sendClairError(reply: FastifyReply, status: number, message: string): Promise<FastifyReply> {
  // What was not read of the body would be taken for the next request.
  if (!reply.request.raw.complete) reply.header('Connection', 'close');
  return await reply
    .code(status)
    .header('Content-Type', 'application/json')
    .send(Buffer.from(clairError(status, message)));
}

/** Answers methods that a path does not have as Clair does. */
export function refuseMethod(app: ApiApp, url: string, method: HTTPMethods[]): void {
  app.route({
    ...{ url, method, config: { scope: 'read' }, schema: { hide: true } },
    handler: async (request, reply) => await sendClairError(reply, 405, `method disallowed: ${request.method}`),
  });
}
