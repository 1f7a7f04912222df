import { describe, expect, it } from 'vitest';
import { OutsideAddresses } from './outside-addresses.ts';

const MINUTE = 60_000;
const addresses = Array.from({ length: 16 }, (_, n) => `10.0.0.${n + 1}`);

describe('addresses outside of all hosts', () => {
  it('have nodes of their own while a person can take them in, and are one behind that', () => {
    const outside = new OutsideAddresses();
    outside.begin(0);

    expect(addresses.map((one) => outside.of(one).label)).toEqual(addresses);
    expect(outside.of('10.0.1.1')).toMatchObject({ nodeId: 'outside', label: 'private addresses' });
    expect(outside.of('8.8.8.8').nodeId).toBe('internet');
    expect(outside.of('10.0.0.16').label).toBe('10.0.0.16');
  });

  it('give their place away when nobody met them for ten minutes', () => {
    const outside = new OutsideAddresses();
    outside.begin(0);
    for (const one of addresses) outside.of(one);
    for (const minute of [5, 9, 11]) {
      outside.begin(minute * MINUTE);
      for (const one of addresses.slice(1)) outside.of(one);
      expect(outside.of('10.0.1.1').label).toBe(minute < 11 ? 'private addresses' : '10.0.1.1');
    }
    expect(outside.of('10.0.0.1').nodeId).toBe('outside');
  });

  it('keep it while nobody looks', () => {
    const outside = new OutsideAddresses();
    outside.begin(0);
    for (const one of addresses) outside.of(one);
    outside.begin(60 * MINUTE);

    expect(outside.of('10.0.1.1').nodeId).toBe('outside');
    expect(outside.of('10.0.0.1').label).toBe('10.0.0.1');
  });
});
