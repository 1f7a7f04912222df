import { forgetAddressFailure } from './address-token.ts';
import { forgetAnswers } from './answers.ts';
import { beginSession, loseSession } from './session.ts';

/** The cookie is of all tabs of a browser: what one does about it holds in the others. */
const channel = new BroadcastChannel('drydock.session');

/** Tells the other tabs that somebody signed in here, or out. */
export function tellTabs(what: 'entered' | 'left'): void {
  channel.postMessage(what);
}

channel.onmessage = ({ data }: MessageEvent<unknown>) => {
  if (data === 'left') loseSession();
  else if (data === 'entered') enterSession();
};

/** Somebody is signed in from now on: what was answered before was answered to nobody, or to somebody else. */
export function enterSession(): void {
  beginSession();
  forgetAddressFailure();
  forgetAnswers();
}
