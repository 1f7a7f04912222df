import { describe, expect, test } from 'vitest';
import { simulatedHost } from '../../../test/support/simulated-host.ts';
import { type HostLook, partNames, ReportSequence } from './report-sequence.ts';
import { ToldHost } from './told-host.ts';

function partsOf(told: ToldHost): unknown {
  return Object.fromEntries(partNames.map((name) => [name, sorted([...told[name].values()])]));
}

function sorted(parts: readonly { readonly id: string }[]): unknown[] {
  return parts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function expected(look: HostLook): unknown {
  return Object.fromEntries(partNames.map((name) => [name, sorted(look[name])]));
}

describe('reports of one host', () => {
  test.each([1, 2, 3, 4])('put on top of each other are what the last look found (seed %i)', (seed) => {
    const simulated = simulatedHost({ seed, containers: 12, changing: 0.1 });
    const told = new ToldHost();
    for (let look = 0; look < 40; look++) {
      if (look === 20) simulated.restart();
      const containers = [...told.containers.keys()];
      if (look % 7 === 6) simulated.flash(containers[0]!, containers[1]!);

      const report = JSON.parse(JSON.stringify(simulated.next()));

      expect(report.full).toBe(look === 0 || look === 20);
      expect(told.take(report)).toBe('taken');
      expect(partsOf(told)).toEqual(expected(simulated.look()));
      for (const [id, figures] of Object.entries(simulated.look().figures))
        expect(told.figures.get(id)).toEqual(figures);
    }
  });

  test('have nothing of what did not change', () => {
    const sequence = new ReportSequence('a');
    const look = simulatedHost({ containers: 3 }).look();
    sequence.next(look);

    const second = sequence.next(structuredClone(look));

    expect(second).toMatchObject({ full: false, sequence: 1, figures: {} });
    expect(Object.values(second.changed).flat()).toEqual([]);
    expect(Object.values(second.gone).flat()).toEqual([]);
  });
});

describe('whoever takes reports', () => {
  test('says that one is missing, and takes a full one after that', () => {
    const simulated = simulatedHost({ containers: 4, changing: 0.2 });
    const told = new ToldHost();
    expect(told.take(simulated.next())).toBe('taken');
    simulated.next();

    expect(told.take(simulated.next())).toBe('gap');
    simulated.restart();
    expect(told.take(simulated.next())).toBe('taken');

    expect(partsOf(told)).toEqual(expected(simulated.look()));
  });

  test('takes none twice, and none of another life without all of it', () => {
    const told = new ToldHost();
    const first = simulatedHost({ seed: 5 });
    const report = first.next();
    told.take(report);

    expect(told.take(report)).toBe('old');
    expect(told.take({ ...first.next(), session: 'another' })).toBe('gap');
    expect(told.take({ ...report, session: 'another' })).toBe('taken');
  });
});
