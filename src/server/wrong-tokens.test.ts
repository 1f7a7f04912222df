import { describe, expect, it } from 'vitest';
import { WrongTokens } from './wrong-tokens.ts';

function atTime(time = 0) {
  const clock = { time, now: () => clock.time };
  const tokens = new WrongTokens(clock);
  return { clock, tokens, wrong: { count: (address: string, token: string) => tokens.count(address, token).wait } };
}

describe('wrong tokens', () => {
  it('make an address wait until its minute is over, and no other one', () => {
    const { clock, wrong } = atTime();
    for (let n = 0; n < 10; n++) expect(wrong.count('a', `${n}`)).toBe(0);
    clock.time = 20_000;
    expect([wrong.count('a', '10'), wrong.count('b', '10')]).toEqual([40_000, 0]);
    clock.time = 59_999;
    expect(wrong.count('a', '11')).toBe(1);
    clock.time = 60_000;
    expect(wrong.count('a', '12')).toBe(0);
  });

  it('are guesses once: a program that goes on with a token that was removed is none that guesses', () => {
    const { wrong } = atTime();
    for (let n = 0; n < 1000; n++) expect(wrong.count('a', 'removed')).toBe(0);
    for (let n = 0; n < 9; n++) expect(wrong.count('a', `${n}`)).toBe(0);
    expect(wrong.count('a', 'one more')).toBeGreaterThan(0);
    expect(wrong.count('a', 'removed')).toBe(0);
  });

  it('are new once a window', () => {
    const { clock, tokens } = atTime();
    const isNew = (token: string): boolean => tokens.count('a', token).isNew;
    expect(['x', 'x', 'y', 'x'].map(isNew)).toEqual([true, false, true, false]);
    clock.time = 60_000;
    expect(['x', 'x'].map(isNew)).toEqual([true, false]);
  });

  it('of very many addresses are forgotten, the oldest first', () => {
    const { wrong } = atTime();
    for (const address of ['a', 'b']) for (let n = 0; n < 10; n++) wrong.count(address, `${n}`);
    for (let n = 0; n < 9999; n++) wrong.count(`other ${n}`, 'x');
    expect([wrong.count('b', 'x') > 0, wrong.count('a', 'x')]).toEqual([true, 0]);
  });

  it('do not make anybody wait for longer where the clock is set back', () => {
    const { clock, wrong } = atTime(10_000_000);
    for (let n = 0; n < 11; n++) wrong.count('a', `${n}`);
    clock.time = 0;
    expect(wrong.count('a', 'x')).toBe(0);
  });
});
