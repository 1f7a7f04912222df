import { DrydockError, StoreError } from '../../errors.ts';
import { CollisionError } from '../sql/connection.ts';

/** SQLSTATE of an error of PostgreSQL, or a code of Node.js (`ECONNREFUSED`). */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

const networkCodes = new Set(
  'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN ERR_STREAM_DESTROYED ERR_STREAM_PREMATURE_CLOSE'.split(
    ' ',
  ),
);

/** The driver's own errors have no code. */
const driverWords =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered|Query read timeout|Cannot use a pool)/;

/** Whether the connection is gone, or was never made. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (code === '') return error instanceof Error && driverWords.test(error.message);
  // A socket of this machine that is not there.
  if ((error as NodeJS.ErrnoException).syscall === 'connect') return true;
  // Class 08: connection exception; 57P0x: the server is stopped, crashed or not up yet.
  return networkCodes.has(code) || /^0800[0-46]$/.test(code) || /^57P0[1-5]$/.test(code);
}

/** Whether the connection may not be used again. */
export function isConnectionSpoilt(error: unknown): boolean {
  // 25006: a server that became read-only after a switch-over.
  return isConnectionLost(error) || codeOf(error) === '25006';
}

/**
 * Whether the same transaction may succeed when it runs again: serialisation failures (class 40), and rows that another
 * transaction wrote or removed at the same moment (unique and foreign keys, and what the work itself noticed).
 */
export function isCollision(error: unknown): boolean {
  if (error instanceof CollisionError) return true;
  const code = codeOf(error);
  return code === '40001' || code === '40P01' || code === '23505' || code === '23503';
}

/** Turns an error of PostgreSQL into one that says what happened and what to do; others pass unchanged. */
export function explainPostgres(error: unknown, place: string): unknown {
  if (error instanceof DrydockError) return error;
  const code = codeOf(error);
  const words = (error as Error).message;
  const make = (storeCode: 'store.full' | 'store.unavailable' | 'store.unusable', message: string): StoreError =>
    new StoreError(storeCode, message, { cause: error });
  if (isConnectionLost(error)) return make('store.unavailable', `The database ${place} does not answer (${words}).`);
  if (isCollision(error)) {
    return make('store.unavailable', `The database ${place} is too busy: others kept changing the same rows.`);
  }
  switch (code) {
    case '57014':
    case '55P03':
    case '25P03':
      return make('store.unavailable', `The database ${place} took too long (${words}).`);
    case '53300':
      return make('store.unavailable', `The database ${place} has no connection left (${words}).`);
    case '53200':
      return make('store.unavailable', `The database ${place} is short of memory (${words}).`);
    case '25006':
      return make('store.unavailable', `The database ${place} is read-only at the moment: it may be a standby.`);
    case '53100':
      return make('store.full', `The database ${place} has no room left. Nothing was changed.`);
    case '3D000':
      return make('store.unusable', `There is no such database: ${place}. Make it with createdb.`);
    case '42501':
      return make(
        'store.unusable',
        `The database ${place} does not let its user do this (${words}). It needs CREATE on the database.`,
      );
    case '42P01':
    case '42703':
      return make('store.unusable', `The database ${place} was changed by somebody else (${words}).`);
    default:
      if (code.startsWith('28')) return make('store.unusable', `The database ${place} refuses its user (${words}).`);
      if (code.startsWith('XX')) return make('store.unusable', `The database ${place} is damaged (${words}).`);
      return error;
  }
}
