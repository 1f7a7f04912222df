const nobody = (): void => {};

/**
 * A signal that fires with the first of several, and keeps its reason.
 * `AbortSignal.any` of Node.js 24 looks at its sources, which it holds weakly, only when it is asked or listened to: one
 * that fired and was collected meanwhile is never heard, and a loop that asks now and then goes on for ever. After a
 * first listener it is told by its sources, also when that listener is gone.
 */
export function eitherSignal(signals: readonly AbortSignal[]): AbortSignal {
  const either = AbortSignal.any([...signals]);
  either.addEventListener('abort', nobody);
  either.removeEventListener('abort', nobody);
  return either;
}

/** A signal that fires after a time, with a `TimeoutError`; unlike that of `AbortSignal.timeout` it is held until then. */
export function timeLimit(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  const expire = (): void => controller.abort(new DOMException('the time limit was reached', 'TimeoutError'));
  // Whoever is done earlier need not wait for it.
  setTimeout(expire, milliseconds).unref();
  return controller.signal;
}

/**
 * A signal that fires with the given one, or after a time with a `TimeoutError`.
 * @param milliseconds absent: no limit
 */
export function limitTime(signal: AbortSignal, milliseconds: number | undefined): AbortSignal {
  return milliseconds === undefined ? signal : eitherSignal([signal, timeLimit(milliseconds)]);
}
