import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Cuts connections off whose clients do not take the answers that are ready for them, which stand in memory until then.
 * A connection on which something is still worked on is left alone, since nothing may be on its way there.
 * @param milliseconds in which a part of an answer has to be taken; Node.js gives them a second time
 * @returns to be told of each request
 */
export function limitReadingTime(milliseconds: number): (request: IncomingMessage, response: ServerResponse) => void {
  const working = new WeakMap<Socket, number>();
  return ({ socket }, response) => {
    working.set(socket, (working.get(socket) ?? 0) + 1);
    socket.setTimeout(0);
    let isOver = false;
    const over = (): void => {
      if (isOver) return;
      isOver = true;
      const left = (working.get(socket) ?? 1) - 1;
      working.set(socket, left);
      // Node.js closes a connection whose time is up, and sets another time itself once all was taken.
      if (left === 0) socket.setTimeout(milliseconds);
    };
    response.once('prefinish', over).once('close', over);
  };
}
