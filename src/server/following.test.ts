import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { type Followed, Following } from './following.ts';

function stream(ends?: number): Followed {
  const request = new IncomingMessage(new Socket());
  return { request, response: new ServerResponse(request), scope: 'read', ...(ends !== undefined && { ends }) };
}

it('ends a stream with its session, and no other one', async () => {
  const now = Date.now();
  const over: Followed[] = [];
  const following = new Following((one) => !over.includes(one), Date.now);
  const [first, second, third] = [stream(now + 20), stream(now + 3_600_000), stream()] as const;
  for (const one of [first, second, third]) following.add(one);
  over.push(first);
  await once(first.response, 'close');
  expect([second, third].map(({ response }) => response.destroyed)).toEqual([false, false]);
  over.push(third);
  following.lookAgain();
  expect([second, third].map(({ response }) => response.destroyed)).toEqual([false, true]);
  second.response.destroy();
});
