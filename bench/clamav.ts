/**
 * Loads and matches a generated database of signatures of ClamAV's kinds: how long, how much memory, how fast.
 *
 *     node bench/clamav.ts [MEGABYTES]
 *
 * 200,000 digests, 20,000 bodies, 5,000 logical signatures, all pseudo-random and of one seed; matched against
 * pseudo-random bytes, this machine's Node.js, and text.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadDatabase } from '../src/checks/malware/clamav/load.ts';
import { ClamMatcher } from '../src/checks/malware/clamav/matcher.ts';
import { objectType } from '../src/checks/malware/clamav/object-type.ts';
import { yaraRegexEngine } from '../src/checks/malware/clamav/regex-engine.ts';
import { nativeBackend } from '../src/contents/yara/native-backend.ts';

const megabytes = Number(process.argv[2] ?? 64);
let state = 0x2545f491;

function random(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 0;
}

function below(limit: number): number {
  return random() % limit;
}

function hex(bytes: number): string {
  let text = '';
  for (let index = 0; index < bytes; index++) text += (random() & 0xff).toString(16).padStart(2, '0');
  return text;
}

/** Bodies as they are in the wild: mostly plain, some with gaps, wildcards and alternatives. */
function body(): string {
  const kind = below(10);
  const head = hex(8 + below(24));
  if (kind < 5) return head;
  if (kind < 6) return `${head}??${hex(4)}`;
  if (kind < 8) return `${head}{${below(20)}-${20 + below(80)}}${hex(6)}`;
  return kind < 9 ? `${head}*${hex(8)}` : `${head}(${hex(1)}|${hex(1)})${hex(5)}`;
}

const targets = [0, 0, 0, 1, 1, 1, 3, 6, 7, 7];

function write(folder: string): string[] {
  const digests = Array.from(
    { length: 200_000 },
    (_, index) => `${hex(16)}:${1000 + below(3_000_000)}:Bench.Digest-${index}`,
  );
  const bodies = Array.from({ length: 20_000 }, (_, index) => `Bench.Body-${index}:${targets[below(10)]!}:*:${body()}`);
  const logics = Array.from({ length: 5000 }, (_, index) => {
    const parts = Array.from({ length: 1 + below(5) }, () => `${body()}${below(4) === 0 ? '::i' : ''}`);
    const expression = parts.map((_, part) => part).join(below(2) === 0 ? '&' : '|');
    return `Bench.Logic-${index};Engine:81-255,Target:${targets[below(10)]!};${expression};${parts.join(';')}`;
  });
  return [
    ['digest.hdb', digests],
    ['body.ndb', bodies],
    ['logic.ldb', logics],
  ].map(([name, lines]) => {
    const file = path.join(folder, name as string);
    writeFileSync(file, `${(lines as string[]).join('\n')}\n`);
    return file;
  });
}

function memory(): number {
  global.gc?.();
  return Math.round(process.memoryUsage().rss / 1e6);
}

const backend = nativeBackend();
if (backend === undefined) throw new Error('YARA-X is not there');
const regex = yaraRegexEngine(backend);
const folder = mkdtempSync(path.join(tmpdir(), 'drydock-clamav-'));
try {
  const files = write(folder);
  const before = memory();
  for (const attempt of ['parsed', 'from the cache']) {
    const begin = performance.now();
    const { database, fromCache } = await loadDatabase(files, { regex, cache: path.join(folder, 'cache') });
    const seconds = ((performance.now() - begin) / 1000).toFixed(2);
    console.log(
      `${attempt}: ${database.report.loaded} signatures in ${seconds} s, cache ${fromCache}, ${memory()} MB (before: ${before})`,
    );
    if (!fromCache) continue;
    const matcher = new ClamMatcher(database, regex);
    const noise = Buffer.alloc(megabytes * 1024 * 1024);
    for (let at = 0; at < noise.length; at += 4) noise.writeUInt32LE(random(), at);
    const words = 'the harbour office lists cargo and berth for every ship that comes into the dock\n';
    const inputs: [string, Buffer][] = [
      ['random bytes', noise],
      ['Node.js', readFileSync(process.execPath).subarray(0, noise.length)],
      ['text', Buffer.alloc(Math.min(noise.length, 16 * 1024 * 1024), words)],
    ];
    for (const [name, bytes] of inputs) {
      for (let round = 0; round < 3; round++) {
        const start = performance.now();
        const cpu = process.cpuUsage();
        const { matches } = matcher.match({
          path: name,
          bytes,
          type: objectType(bytes),
          containers: [],
          members: [],
          children: [],
        });
        const { user } = process.cpuUsage(cpu);
        const rate = Math.round(bytes.length / 1000 / (performance.now() - start));
        console.log(
          `${name}: ${rate} MB/s (${Math.round(bytes.length / user)} MB/s of CPU), ${matches.length} matches`,
        );
      }
    }
    console.log(`${memory()} MB`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
