/** Answers after which the same request may succeed (RFC 9110 section 15; 425 and 429: RFC 8470, RFC 6585). */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** Milliseconds that a `Retry-After` header asks for: seconds or a date (RFC 9110 section 10.2.3). */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What is told while nothing else happens: `retrying in 0.4 s: registry.example refuses connections`. */
export function retryWords(milliseconds: number, reason: string): string {
  const seconds = milliseconds / 1000;
  return `retrying in ${seconds < 10 ? Math.max(0.1, seconds).toFixed(1) : Math.round(seconds)} s: ${reason}`;
}

/** Milliseconds to wait before attempt `attempt` (from 1), doubled each time, with half of it left to chance. */
export function backOffMs(attempt: number, baseMs: number, maximumMs: number, random: number): number {
  const full = Math.min(maximumMs, baseMs * 2 ** (attempt - 1));
  return full / 2 + (full / 2) * random;
}
