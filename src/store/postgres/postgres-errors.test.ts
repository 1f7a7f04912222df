import { describe, expect, it } from 'vitest';
import { UsageError } from '../../errors.ts';
import { explainPostgres, isCollision, isConnectionLost } from './postgres-errors.ts';

const failure = (code: string, message = 'its own words'): Error => Object.assign(new Error(message), { code });

describe('explainPostgres', () => {
  it.each([
    ['a connection that was refused', failure('ECONNREFUSED'), 'store.unavailable', true],
    ['a socket that is not there', Object.assign(failure('ENOENT'), { syscall: 'connect' }), 'store.unavailable', true],
    ['a server that is stopped', failure('57P01'), 'store.unavailable', true],
    ['a server that starts', failure('57P03'), 'store.unavailable', true],
    ['a connection that broke', failure('08006'), 'store.unavailable', true],
    ['the driver saying so', new Error('Connection terminated unexpectedly'), 'store.unavailable', true],
    ['a pool with nothing left', new Error('timeout exceeded when trying to connect'), 'store.unavailable', true],
    ['a statement that took too long', failure('57014'), 'store.unavailable', false],
    ['a server with too many connections', failure('53300'), 'store.unavailable', false],
    ['a standby', failure('25006'), 'store.unavailable', false],
    ['transactions in each other’s way', failure('40001'), 'store.unavailable', false],
    ['a full disk', failure('53100'), 'store.full', false],
    ['a database that is not there', failure('3D000'), 'store.unusable', false],
    ['a wrong password', failure('28P01'), 'store.unusable', false],
    ['no right to do it', failure('42501'), 'store.unusable', false],
    ['a table that somebody removed', failure('42P01'), 'store.unusable', false],
    ['a damaged page', failure('XX001'), 'store.unusable', false],
  ])('says what %s means', (_title, error, code, lost) => {
    const explained = explainPostgres(error, '"drydock" on db.example, port 5432');

    expect(explained).toMatchObject({ code, message: expect.stringContaining('db.example'), cause: error });
    expect(isConnectionLost(error)).toBe(lost);
  });

  it.each([
    ['a mistake in a statement', failure('42601')],
    ['a message that breaks the protocol', failure('08P01')],
    ['a file that is not there', failure('ENOENT')],
    ['an error of our own', new UsageError('usage.option', 'no')],
  ])('leaves %s as it is', (_title, error) => {
    expect(explainPostgres(error, 'x')).toBe(error);
  });
});

describe('isCollision', () => {
  it.each(['40001', '40P01', '23505', '23503'])('%s: the transaction runs again', (code) => {
    expect(isCollision(failure(code))).toBe(true);
  });

  it.each(['23502', '57014', ''])('%s: it does not', (code) => {
    expect(isCollision(failure(code))).toBe(false);
  });
});
