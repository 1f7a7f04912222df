import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { mapCollecting } from '../../config/service-settings.ts';
import { exitStatus } from '../../errors.ts';
import { type HostLook, ReportSequence } from '../../runtime/topology/report-sequence.ts';
import { systemClock } from '../../server/clock.ts';
import type { ViewQuery } from '../../server/map/map-query.ts';
import { openMap } from '../../server/map/open-map.ts';
import { createServiceLog } from '../../server/service-log.ts';
import type { Invocation } from '../command.ts';
import { renderOptions } from '../deliver.ts';
import { collectorOf, mapEngine } from './collector-of.ts';
import { mapKnowledge } from './map-knowledge.ts';
import { mapTable } from './map-table.ts';

/** A process loads its libraries in the first moments, and connections come and go: one look is too little. */
const LOOKS = 4;
const BETWEEN_MS = 1000;

/** Looks for some seconds, scans what it does not know yet, and writes what was seen. */
export async function lookOnce(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const { engine, format } = configuration.settings;
  // One that was asked for by name and is not there is no blind spot: nothing of what was asked for would be shown.
  if (configuration.origins.get('engine') !== 'default') await mapEngine(engine, invocation, io.signal);
  const collector = collectorOf(engine, mapCollecting(configuration), invocation);
  const knowledge = mapKnowledge(invocation, engine, io.log);
  const log = createServiceLog({ level: 'error', write: (line) => void io.stderr.write(line) });
  const map = openMap({ knowledge: knowledge.source, clock: systemClock, log });
  const sequence = new ReportSequence(randomBytes(8).toString('hex'));
  try {
    let look: HostLook | undefined;
    for (let count = 0; count < LOOKS; count++) {
      if (count > 0) await sleep(BETWEEN_MS, undefined, { signal: io.signal });
      io.progress.report('looking at this machine', count + 1, LOOKS);
      look = await collector.look();
      map.take(sequence.next(look), 'this machine');
    }
    for (const { image } of look!.containers) await knowledge.source.of(image);
    for (let left = knowledge.waiting(); left > 0; left = knowledge.waiting()) {
      io.progress.report(`scanning ${left === 1 ? 'an image' : `${left} images`} of what runs`);
      await sleep(200, undefined, { signal: io.signal });
    }
    const query: ViewQuery = { view: 'containers', system: 'show', unconnected: 'show' };
    // What it is told of images it takes in while it answers.
    await map.snapshot(query, undefined);
    await sleep(50, undefined, { signal: io.signal });
    const snapshot = await map.snapshot(query, undefined);
    const text =
      format === 'json'
        ? `${JSON.stringify({ schemaVersion: 1, map: snapshot, facts: look }, undefined, 2)}\n`
        : mapTable(snapshot, look!, renderOptions(invocation).width);
    await io.stdout.write(text);
    for (const sentence of look!.blindSpots) io.atEnd(`not seen: ${sentence}`);
    return exitStatus.done;
  } finally {
    await collector.stop();
    await knowledge.stop();
    await map.stop();
  }
}
