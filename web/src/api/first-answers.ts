import { keyOf, knownOf, look } from './answers.ts';
import type { Session } from './schema.ts';

/** What is built into the page is seen meanwhile; longer than that nobody waits for the answer, in milliseconds. */
const LATEST = 400;
/** For so long an answer is held for the view that will look at it, in milliseconds. */
const HELD = 5000;

function hold(name: 'GET /api/session' | 'GET /api/overview', listener: () => void = () => undefined): void {
  setTimeout(look(name, {}, listener), HELD);
}

/**
 * Asks before anything is drawn who looks, and for what the overview shows where that is what will be drawn: one drawing
 * less, and none of it waits for another.
 * @returns once it is known who looks, or that it takes longer
 */
export async function firstAnswers(): Promise<void> {
  const key = keyOf('GET /api/session', {});
  await new Promise<void>((known) => {
    setTimeout(known, LATEST);
    hold('GET /api/session', () => {
      if (!knownOf(key).loading) known();
    });
  });
  const session = knownOf(key).data as Session | undefined;
  if (session !== undefined && (!session.needed || session.signedIn) && location.pathname === '/') {
    hold('GET /api/overview');
  }
}
