import { readTracker } from '../../../src/ecosystems/ubuntu/tracker.ts';
import { FormatError, LimitError } from '../../../src/errors.ts';
import { readBodhiPage } from '../../../src/formats/bodhi.ts';
import { parseBottlerocketInventory } from '../../../src/formats/bottlerocket-inventory.ts';
import { readDebianNotices } from '../../../src/formats/debian-notices.ts';
import { readRepomd } from '../../../src/formats/repomd/read.ts';
import { readUbuntuTracker } from '../../../src/formats/ubuntu-cve-tracker.ts';
import { readUpdateinfo } from '../../../src/formats/updateinfo/read.ts';
import { jsonValue } from './format-mutations.ts';
import { allow, allowed, type FuzzReader } from './fuzz-reader.ts';
import type { Random } from './random.ts';

const updateinfo = `<?xml version="1.0"?><updates><update type="security" version="1.4"><id>ALAS2-2018-939</id>
  <title>a &amp; b</title><issued date="2018-01-11 21:05"/><updated date="2018-01-16"/><severity>critical</severity>
  <description><![CDATA[x]]></description><references><reference href="https://x.example" id="CVE-2017-5754" type="cve"/></references>
  <pkglist><collection short="c"><package arch="x86_64" epoch="0" name="kernel" release="1" version="4.9"/>
  </collection></pkglist></update></updates>`;

const repomd = `<repomd xmlns:rpm="x"><data type="updateinfo"><checksum type="sha256">00</checksum>
  <open-checksum type="sha">1</open-checksum><location href="repodata/updateinfo.xml.gz"/></data></repomd>`;

const inventory = {
  Content: [{ Name: 'glibc', Version: '2.40', Release: '1.br1', Epoch: '1', Architecture: 'x86_64' }],
};

const bodhi = {
  updates: [
    {
      alias: 'FEDORA-2025-1',
      release: { name: 'F41', version: '41' },
      bugs: [{ title: 'CVE-2025-0001' }],
      builds: [{ nvr: 'a-1-2.fc41', type: 'rpm', epoch: 1 }],
    },
  ],
  pages: 1,
};

const ubuntuTracker = `Candidate: CVE-2020-0001
PublicDate: 2020-01-08 16:15:00 UTC
Description:
 a

 b
Priority: low
Priority_p_trusty/esm: high
CVSS:
 nvd: CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:H/A:H [5.5 MEDIUM]
Patches_p: needs-triage
trusty/esm_p:released ((1.2)
bionic_p: ignored (end of life, was needed)
esm-infra/bionic_p : released ( 1.2-3 )
`;

const debianNotices = `[02 Nov 2023] DSA-5546-1 chromium - security update
\t{CVE-2023-5480 CVE-2023-5482}
\t[bookworm] - chromium 119.0-1~deb12u1 (high)
`;

/** The bytes in pieces of any size. */
async function* pieces(bytes: Buffer, random: Random): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(64);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

const errors = [FormatError, LimitError];

async function drain(values: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of values);
}

/** Readers of what the publishers of distributions write, and of the inventory of Bottlerocket. */
export const noticeReaders: readonly FuzzReader[] = [
  {
    name: 'ubuntu-cve-tracker',
    seeds: () => [Buffer.from(ubuntuTracker)],
    run: async (bytes) => await allowed(errors, async () => readTracker(readUbuntuTracker(bytes))),
  },
  {
    name: 'debian-notices',
    seeds: () => [Buffer.from(debianNotices)],
    run: async (bytes, random) =>
      await allowed(errors, async () => await drain(readDebianNotices(pieces(bytes, random)))),
  },
  {
    name: 'bottlerocket-inventory',
    seeds: () => [Buffer.from(JSON.stringify(inventory))],
    mutations: [jsonValue],
    run(bytes, random) {
      parseBottlerocketInventory(bytes, random.below(4) === 0);
    },
  },
  {
    name: 'updateinfo',
    seeds: () => [Buffer.from(updateinfo)],
    run: async (bytes, random) => await allowed(errors, async () => await drain(readUpdateinfo(pieces(bytes, random)))),
  },
  {
    name: 'repomd',
    seeds: () => [Buffer.from(repomd)],
    run: async (bytes, random) => await allowed(errors, async () => await readRepomd(pieces(bytes, random))),
  },
  {
    name: 'bodhi',
    seeds: () => [Buffer.from(JSON.stringify(bodhi))],
    mutations: [jsonValue],
    run(bytes) {
      let value: unknown;
      allow([SyntaxError], () => {
        value = JSON.parse(bytes.toString());
      });
      readBodhiPage(value);
    },
  },
];
