import type { Logger } from '../../log.ts';
import { escapeText } from '../../report/escape.ts';

export interface LogSettings {
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Writes whole lines, with their line breaks. */
  write(text: string): void;
}

type Level = 'debug' | 'info' | 'warn' | 'error';

const prefix: Readonly<Record<Level, string>> = { debug: '', info: '', warn: 'warning: ', error: 'error: ' };

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(text);
}

/**
 * A logger for people: `warning: message (key=value)`. Debug and info only when verbose, nothing when quiet:
 * what ends a command is written elsewhere.
 */
export function createLogger({ quiet, verbose, write }: LogSettings): Logger {
  const log = (level: Level, data: object, message: string): void => {
    if (quiet || (!verbose && (level === 'debug' || level === 'info'))) return;
    const details = Object.entries(data)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}=${value instanceof Error ? show(value.message) : show(value)}`)
      .join(' ');
    write(`${escapeText(`drydock: ${prefix[level]}${message}${details === '' ? '' : ` (${details})`}`)}\n`);
  };
  return {
    debug: (data, message) => {
      log('debug', data, message);
    },
    info: (data, message) => {
      log('info', data, message);
    },
    warn: (data, message) => {
      log('warn', data, message);
    },
    error: (data, message) => {
      log('error', data, message);
    },
  };
}
