/** Time, as the notifier sees it: tests bring their own. */
export interface NotifierClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends early, without an error, when the signal fires. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Counts what the notifier does. */
export interface NotifierMetrics {
  /** From a notification's creation until a target had it. */
  observeNotification(milliseconds: number): void;
  countNotifierError(backend: string): void;
}
