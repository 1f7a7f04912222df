import { describe, expect, it } from 'vitest';
import { firstProcess } from './first-process.ts';

describe('the first process', () => {
  const users = async (name: string): Promise<number | undefined> => (name === 'www' ? 33 : undefined);

  it.each([
    ['root at the root where nobody says otherwise', {}, undefined, { directory: '/', uid: 0, gid: 0 }],
    ['as the image says', { User: '7:8', WorkingDir: '/app' }, {}, { directory: '/app', uid: 7, gid: 8 }],
    ['a user by the name', { User: 'www' }, {}, { directory: '/', uid: 33 }],
    ['a user that nobody knows', { User: 'gone:33' }, {}, { directory: '/', gid: 33 }],
    ['a group by the name', { User: 'root:adm' }, {}, { directory: '/', uid: 0 }],
    [
      'as the run says, before the image',
      { User: 'www', WorkingDir: '/app' },
      { user: '1000', workingDirectory: '/srv/../w' },
      { directory: '/w', uid: 1000 },
    ],
    ['whatever an image has there', { User: 5, WorkingDir: ['x'] }, {}, { directory: '/', uid: 0, gid: 0 }],
  ])('is %s', async (_, config, start, expected) => {
    expect(await firstProcess(config, start, users)).toEqual(expected);
  });
});
