import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { silent } from '../../log.ts';
import type { Observed } from '../../model/observation.ts';
import type { ImageView } from '../../model/view.ts';
import { alertSource, withFalcoAlerts } from './falco-alerts.ts';

const container = '0123456789abcdef';
const observed = { observation: {}, findings: [], problems: [] } as unknown as Observed;
const view = {} as ImageView;
const alert = (rule: string): string =>
  `${JSON.stringify({ rule, priority: 'Warning', output_fields: { 'container.id': container.slice(0, 12) } })}\n`;

function io(signal = new AbortController().signal) {
  return { log: silent, signal };
}

describe('alerts beside an observation', () => {
  it('are read when it is over, those that come meanwhile among them', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'alerts'), alert('before'));
    const observer = {
      observe: async () => {
        writeFileSync(path.join(folder, 'alerts'), alert('meanwhile'), { flag: 'a' });
        return observed;
      },
    };
    const source = alertSource('alerts', { stdinIsTerminal: false, folder });
    const { findings, problems } = await withFalcoAlerts(observer, source, container, io()).observe(view);
    expect([findings.map(({ id }) => id), problems]).toEqual([['before', 'meanwhile'], []]);
  });

  it('that vanish do not take the observation with them', async () => {
    const source = { file: path.join(temporaryFolder(), 'gone') };
    const observer = { observe: async () => observed };
    const { findings, problems } = await withFalcoAlerts(observer, source, container, io()).observe(view);
    expect(findings).toEqual([]);
    expect(problems).toEqual([
      { code: 'calls.alerts-unreadable', message: expect.stringContaining('could not be read to their end') },
    ]);
  });
});
