import { describe, expect, it } from 'vitest';
import { hasShared, readShared, sharedAbsent } from '../../../test/support/shared.ts';
import { FormatError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import { readCvd } from './cvd.ts';
import { parseCvdHeader } from './cvd-header.ts';
import { type CvdKeys, clamavKeys } from './cvd-keys.ts';
import { verifiesDigest } from './cvd-signature.ts';

interface Cases {
  readonly ownKeys: CvdKeys;
  readonly cases: readonly { readonly file: string; readonly result: string }[];
  readonly headers: readonly { readonly header: string; readonly contentMd5: string; readonly valid: boolean }[];
}

const cases: Cases = hasShared
  ? JSON.parse(readShared('fixtures/clamav/cvd/cases.json').toString())
  : { ownKeys: clamavKeys, cases: [], headers: [] };

function container(file: string): Buffer {
  return readShared(`fixtures/clamav/cvd/${file}`);
}

async function load(bytes: Uint8Array, name: string, keys: CvdKeys = cases.ownKeys) {
  const lines: string[] = [];
  const cvd = await readCvd(new MemorySource(bytes), name, (file, body) => lines.push(`${file} ${body.length}`), {
    keys,
  });
  return { ...cvd, lines };
}

/** What must be said of each container that is refused. */
const reasons: Readonly<Record<string, RegExp>> = {
  'bad-md5.cvd': /checksum of its header/,
  'bad-signature.cvd': /signature of its header/,
  'bad-list-signature.cvd': /signature of its list/,
  'bad-content.cvd': /differs from its list/,
  'bad-version.cvd': /header and its list differ/,
  'bad-slash.cvd': /slash|climbs out/,
  'bad-unlisted.cvd': /list lacks a file/,
  'bad-truncated.cvd': /checksum|cut short/,
  'bad-header.cvd': /lacks fields/,
};

describe.skipIf(!hasShared)(`containers of ClamAV (${sharedAbsent} where skipped)`, () => {
  it.each(cases.cases)('$file: $result', async ({ file, result }) => {
    if (result.startsWith('loads')) {
      const { header, proofs, lines } = await load(container(file), file);
      expect(header).toMatchObject({ version: 7, signatures: 4, level: 51, builder: 'drydock', time: 1704067200 });
      expect(proofs).toEqual(file.endsWith('.cld') ? ['list'] : ['header', 'list']);
      expect(lines).toEqual(['dock.hdb 58', 'dock.ndb 90', 'dock.ldb 56']);
    } else {
      await expect(load(container(file), file)).rejects.toThrow(reasons[file]);
    }
  });

  it.each(cases.headers)('the signature of a real header is $valid', ({ header, contentMd5, valid }) => {
    const { signature } = parseCvdHeader(header);

    expect(verifiesDigest(signature, Buffer.from(contentMd5, 'hex'), clamavKeys.header)).toBe(valid);
  });

  it('refuses a container of other keys', async () => {
    await expect(load(container('dock.cvd'), 'dock.cvd', clamavKeys)).rejects.toThrow(/signature of its header/);
    await expect(load(container('dock.cld'), 'dock.cld', clamavKeys)).rejects.toThrow(/signature of its list/);
  });

  it('takes an unsigned container only when that was asked for', async () => {
    await expect(load(container('dock.cld'), 'dock.cud')).rejects.toThrow(/not signed/);
    const options = { keys: clamavKeys, unsigned: true };

    const { proofs } = await readCvd(new MemorySource(container('dock.cld')), 'dock.cud', () => {}, options);

    expect(proofs).toEqual([]);
  });

  it('says the same of every container that is cut anywhere: it is refused', async () => {
    const whole = container('dock.cvd');
    for (let length = 0; length < whole.length; length += 7) {
      await expect(load(whole.subarray(0, length), 'dock.cvd')).rejects.toThrow(FormatError);
    }
  });

  it('refuses a container of which a byte that means something is another one', async () => {
    const whole = container('dock.cld');
    const good = await load(whole, 'dock.cld');
    for (let at = 513; at < whole.length; at += 211) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 0x21;
      // Padding and a text that nobody reads may be anything.
      const outcome = await load(bytes, 'dock.cld').catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FormatError);
      else expect(outcome).toEqual(good);
    }
  });
});
