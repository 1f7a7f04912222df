/**
 * A signal that fires with the given one, or after a time with a `TimeoutError`, as that of `AbortSignal.timeout` does.
 * `AbortSignal.any` holds its sources weakly and may forget a time limit that nobody else holds.
 * @param milliseconds absent: no limit
 */
export function limitTime(signal: AbortSignal, milliseconds: number | undefined): AbortSignal {
  if (milliseconds === undefined) return signal;
  const controller = new AbortController();
  const expire = (): void => controller.abort(new DOMException('the time limit was reached', 'TimeoutError'));
  // Whoever is done earlier need not wait for it.
  setTimeout(expire, milliseconds).unref();
  if (signal.aborted) controller.abort(signal.reason);
  signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller.signal;
}
