import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { layer } from '../../test/support/image.ts';
import { openLocal } from '../../test/support/opened-sources.ts';
import { writeTemporary } from '../../test/support/temporary.ts';

/** Zeros with such bytes at such places. */
function marked(...marks: readonly (readonly [at: number, bytes: string])[]): Buffer {
  const bytes = Buffer.alloc(100_000);
  for (const [at, text] of marks) bytes.write(text, at, 'latin1');
  return bytes;
}

const signature = [510, '\x55\xaa'] as const;

it.each([
  ['qcow2', marked([0, 'QFI\xfb'])],
  ['VMDK', marked([0, 'KDMV'])],
  ['VMDK', marked([0, '# Disk DescriptorFile\nversion=1\n'])],
  ['VHDX', marked([0, 'vhdxfile'])],
  ['VHD', marked([0, 'conectix'])],
  ['VDI', marked([0, '<<< Oracle VM VirtualBox Disk Image >>>'], [64, '\x7f\x10\xda\xbe'])],
  ['GPT', marked(signature, [450, '\xee'], [512, 'EFI PART'])],
  ['GPT', marked(signature, [450, '\xee'], [4096, 'EFI PART'])],
  ['MBR', marked(signature, [446, '\x80'], [450, '\x83'])],
  ['FAT', marked(signature, [54, 'FAT16'], [446, 'code'])],
  ['ext4', marked([1080, '\x53\xef'])],
  ['XFS', marked([0, 'XFSB'])],
  ['Btrfs', marked([0x1_0040, '_BHRfS_M'])],
  ['LUKS', marked([0, 'LUKS\xba\xbe'])],
  ['ISO 9660', marked([0x8001, 'CD001'])],
  ['NTFS', marked(signature, [3, 'NTFS    '])],
])('%s is refused by name', async (name, bytes) => {
  const file = writeTemporary('image', bytes);

  for (const reference of [file, `squashfs:${file}`]) {
    await expect(openLocal(reference)).rejects.toMatchObject({
      code: 'source.unsupported',
      message: expect.stringMatching(new RegExp(`${name}.*not read.*dir:FOLDER`)),
    });
  }
});

it('an archive that has such bytes at these places is one', async () => {
  const content = marked([0, 'EFI PART'], [1080 - 512, '\x53\xef'], [1080 - 512 - 15, '\x53\xef']);
  const tar = layer([{ path: 'a', content }]);

  for (const bytes of [tar, gzipSync(tar, { level: 0 })]) {
    const source = await openLocal(writeTemporary('layer.tar', bytes));
    expect(source.images).toHaveLength(1);
    source.close();
  }
});
