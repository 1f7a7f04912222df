import { expect, it } from 'vitest';
import type { CallEvent, CallProcess } from '../../model/call.ts';
import { callEvidence } from './call-evidence.ts';

const opened = { at: 1, pid: 7, tid: 7, call: 'openat', kind: 'open', path: '/x', access: 'read' } as const;
const event = (error?: string): CallEvent => ({
  ...{ ...opened, creates: false, truncates: false },
  ...(error !== undefined && { error }),
});
const process: CallProcess = { pid: 7, name: 'sh', arguments: ['sh'], startedAt: 1, uid: 0 };

it.each([
  [undefined, 'sh (process 7, user root) opened /x to read'],
  ['ENOENT', 'sh (process 7, user root) opened /x to read; it failed (ENOENT)'],
  ['EINPROGRESS', 'sh (process 7, user root) opened /x to read'],
  // The run was ended while the call went on: nobody knows what became of it.
  ['unfinished', 'sh (process 7, user root) opened /x to read; the trace ends before it did'],
])('a call with the error %s', (error, told) => {
  expect(callEvidence(event(error), process, 'root')).toBe(told);
});

it('tells root by its number, whatever the image calls it', () => {
  expect(callEvidence(event(), process, 'nobody')).toContain('(process 7, user 0, named nobody)');
  expect(callEvidence(event(), process)).toContain('(process 7, user 0)');
  expect(callEvidence(event(), { ...process, uid: 33 }, 'www-data')).toContain('(process 7, user www-data)');
});
