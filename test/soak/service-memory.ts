// Posts layers to one service on SQLite and looks at its memory: it must end where it is early, and stay below 300 MB.
//   node test/soak/service-memory.ts [--layers 1000]     (about three minutes)
import path from 'node:path';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../support/temporary.ts';
import { layerName, parentOf, startLayerServer } from './layer-server.ts';
import { ServeProcess } from './serve-process.ts';
import { PatientClient } from './v1-client.ts';

const { values } = parseArgs({ options: { layers: { type: 'string', default: '1000' } } });
const layers = Number(values.layers);
const LANES = 4;
const MOST_KILOBYTES = 300 * 1024;
/** Kilobytes in the last quarter: what garbage collection leaves to chance. Before some hundred layers it still warms up. */
const MOST_GROWTH = 6 * 1024;
const WARM = 600;

const folder = temporaryFolder();
const server = await startLayerServer({ packages: 300, bulk: 3_000_000 });
const service = await ServeProcess.create('service', folder, [
  ...['--state-dir', path.join(folder, 'state'), '--update-interval', '0', '--layer-hosts', server.host],
]);
service.start();
await service.ready();
const client = new PatientClient([service], () => Number.POSITIVE_INFINITY);
console.log(`ready: ${megabytes(service.memory().now)} MB`);

function megabytes(kilobytes: number): string {
  return (kilobytes / 1024).toFixed(0);
}

/** Memory after each layer. */
const samples: number[] = [];
let failed = 0;
let next = 0;
const started = performance.now();
async function lane(): Promise<void> {
  for (let image = next++; image < layers / 4; image = next++) {
    for (let index = image * 4; index < Math.min(image * 4 + 4, layers); index++) {
      const parent = parentOf(index);
      const { status, body } = await client.ask('POST', '/v1/layers', {
        Layer: {
          Name: layerName(index),
          Path: server.path(index),
          Format: 'Docker',
          ...(parent !== undefined && { ParentName: parent }),
        },
      });
      if (status !== 201 && failed++ === 0) console.log(`${layerName(index)}: ${status} ${body}`);
      // Clients look at what they posted.
      await client.ask('GET', `/v1/layers/${layerName(index)}?vulnerabilities`);
      samples.push(service.memory().now);
      if (samples.length % Math.ceil(layers / 8) === 0) {
        console.log(`${samples.length} layers: ${megabytes(service.memory().now)} MB`);
      }
    }
  }
}
await Promise.all(Array.from({ length: LANES }, lane));
const seconds = (performance.now() - started) / 1000;

/** Least squares. */
function slope(points: readonly number[]): number {
  const middle = (points.length - 1) / 2;
  const mean = points.reduce((sum, point) => sum + point, 0) / points.length;
  const above = points.reduce((sum, point, i) => sum + (i - middle) * (point - mean), 0);
  return above / points.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
}

const { most } = service.memory();
const quarter = samples.slice(-Math.floor(layers / 4));
const growth = slope(quarter) * quarter.length;
const status = await service.stop();
server.close();
console.log(
  `${samples.length} layers in ${seconds.toFixed(0)} s, ${failed} refused; at most ${megabytes(most)} MB; in the last quarter ${(growth / 1024).toFixed(1)} MB more`,
);
const good = failed === 0 && status === 0 && most <= MOST_KILOBYTES && (layers < WARM || growth <= MOST_GROWTH);
console.log(
  good ? 'flat' : `FAILED: status ${status}, limits ${megabytes(MOST_KILOBYTES)} MB and ${megabytes(MOST_GROWTH)} MB`,
);
process.exit(good ? 0 : 1);
