import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suseOval } from '../src/ecosystems/suse/feed.ts';

/**
 * Reads an OVAL document as large as SUSE's largest ones, generated: time, and peak of memory of the process.
 * Run: `node bench/oval.ts [definitions]`; 6,000 definitions are about 500 MiB.
 */
const DEFINITIONS = Number(process.argv[2] ?? 6000);
const PRODUCTS = 6;
const PACKAGES = 40;
const TESTS = 750_000;
const STATES = 100_000;

const publisher = 'oval:org.opensuse.security';
const id = (kind: string, number: number): string => `${publisher}:${kind}:${2_009_000_000 + number}`;
const condition = (property: string, operation: string, value: string): string =>
  `<${property} operation="${operation}">${value}</${property}>`;

function test(number: number, object: number, state: number): string {
  return `<rpminfo_test id="${id('tst', number)}" version="1" comment="package is &lt;5.3.18-150300.59.1 for aarch64,ppc64le,s390x,x86_64" check="at least one" xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5#linux">
\t<object object_ref="${id('obj', object)}"/>
\t<state state_ref="${id('ste', state)}"/>
</rpminfo_test>\n`;
}

/** A definition with as many criteria as SUSE's of a kernel. */
function definition(number: number, firstTest: number): string {
  const products = Array.from({ length: PRODUCTS }, (_, product) => {
    const packages = Array.from({ length: PACKAGES }, (_unused, pkg) => {
      const reference = id('tst', (firstTest + product * PACKAGES + pkg) % TESTS);
      return `\t\t\t\t<criterion test_ref="${reference}" comment="package-${pkg}-5.3.18-150300.59.${number}.1 is installed"/>\n`;
    });
    const release = `<criterion test_ref="${id('tst', TESTS + product)}" comment="SUSE Linux Enterprise Server 15 SP${product} is installed"/>`;
    return `<criteria operator="AND">${release}<criteria operator="OR">\n${packages.join('')}</criteria></criteria>`;
  });
  return `<definition id="${id('def', number)}" version="1" class="vulnerability"><metadata><title>CVE-2024-${10_000 + number}</title><description>${'words of a description '.repeat(20)}</description><advisory><issued date="2024-01-01"/><severity>Moderate</severity></advisory></metadata><criteria operator="OR">${products.join('')}</criteria></definition>\n`;
}

function* pieces(): Generator<string> {
  yield '<oval_definitions>\n<definitions>\n';
  for (let each = 0; each < DEFINITIONS; each++) yield definition(each, each * PRODUCTS * PACKAGES);
  yield '</definitions>\n<tests>\n';
  for (let each = 0; each < TESTS; each++) yield test(each, each % PACKAGES, each % STATES);
  for (let each = 0; each < PRODUCTS; each++) yield test(TESTS + each, PACKAGES, STATES + each);
  yield '</tests>\n<objects>\n';
  for (let each = 0; each <= PACKAGES; each++) {
    const name = each === PACKAGES ? 'sles-release' : `package-${each}`;
    yield `<rpminfo_object id="${id('obj', each)}"><name>${name}</name></rpminfo_object>\n`;
  }
  yield '</objects>\n<states>\n';
  const architectures = condition('arch', 'pattern match', '(aarch64|ppc64le|s390x|x86_64)');
  for (let each = 0; each < STATES; each++) {
    const evr = condition('evr', 'less than', `0:5.3.18-150300.59.${each}.1`);
    yield `<rpminfo_state id="${id('ste', each)}">${architectures}${evr}</rpminfo_state>\n`;
  }
  for (let each = 0; each < PRODUCTS; each++) {
    yield `<rpminfo_state id="${id('ste', STATES + each)}">${condition('version', 'equals', `15.${each}`)}</rpminfo_state>\n`;
  }
  yield '</states>\n</oval_definitions>\n';
}

const folder = mkdtempSync(path.join(tmpdir(), 'drydock-oval-'));
const file = path.join(folder, 'suse.linux.enterprise.15-affected.xml');
try {
  const out = createWriteStream(file);
  for (const piece of pieces()) if (!out.write(piece)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');

  let peak = 0;
  let records = 0;
  let rows = 0;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 50);
  const started = performance.now();
  async function* files() {
    yield { path: path.basename(file), chunks: () => createReadStream(file) as AsyncIterable<Uint8Array> };
  }
  for await (const event of suseOval.read(files())) {
    if (event.type !== 'upsert') continue;
    records++;
    rows += event.advisory.affected.length;
  }
  clearInterval(timer);
  look();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${statSync(file).size >> 20} MiB: ${records} records with ${rows} rows in ${seconds} s, peak ${peak >> 20} MiB`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
