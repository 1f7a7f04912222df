import { FormatError, LimitError } from '../../errors.ts';
import { MemorySource, readBytes } from '../../formats/byte-source.ts';
import { decompress } from '../../formats/compression/decompress.ts';
import { detectCompression, MAGIC_BYTES } from '../../formats/compression/detect.ts';
import { isElf } from '../../formats/elf/elf.ts';
import { isKernelImage, kernelVersion } from '../../formats/linux/kernel-image.ts';
import { readModuleInfo } from '../../formats/linux/module-info.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';

const IMAGE = /^vmlinuz(?:-[\w.+~-]{1,200})?$/;
/** Modules that were made with the kernel are the kernel: `lib/modules/VERSION/kernel/...`. */
const OF_KERNEL = /(?:^|\/)modules\/[^/]+\/kernel\//;
const MODULE = /\.ko(?:\.(?:gz|xz|zst))?$/;
/** Bytes of a module, unpacked. The largest drivers of graphics cards have 60 MB; of a larger one nothing is known. */
const MAX_MODULE = 64 * 1024 * 1024;
/** Bytes of all compressed modules of a layer, unpacked: an image can have thousands of small files that grow. */
const MAX_UNPACKED = 1024 * 1024 * 1024;

/** Reads which kernels an image has, and which modules that did not come with one. */
export const kernelImages: Analyzer<PackageFact> = {
  name: 'kernel-images',
  version: 2,
  names: { parts: ['vmlinuz'], ends: ['.ko', '.ko.gz', '.ko.xz', '.ko.zst'] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file') return Appetite.None;
    if (MODULE.test(file.name)) return OF_KERNEL.test(file.path) ? Appetite.None : Appetite.Whole;
    return IMAGE.test(file.name) ? Appetite.Whole : Appetite.None;
  },

  begins(file, head) {
    if (!MODULE.test(file.name)) return isKernelImage(head);
    return file.name.endsWith('.ko') ? isElf(head) : detectCompression(head) !== 'none';
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    let unpacking: Promise<void> | undefined;
    let left = MAX_UNPACKED;

    function addModule(path: string, body: ByteSource): void {
      const module = readModuleInfo(body);
      if (module === undefined) return;
      const { name, version, kernel = '', licence } = module;
      packages.add(path, {
        type: 'linux-kernel',
        name: `module/${name}`,
        version: version ?? kernel,
        ...(licence !== undefined && { licences: [licence] }),
      });
    }

    function tell(path: string, error: unknown): void {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      layer.problem({ code: 'file.format', message: `${error.message}; the module is not known`, path });
    }

    async function addCompressed(path: string, body: ByteSource): Promise<void> {
      try {
        const module = await unpack(body, Math.min(MAX_MODULE, left), (bytes) => {
          // What could not be unpacked whole has cost as much.
          left = Math.max(0, left - bytes);
        });
        addModule(path, new MemorySource(module));
      } catch (error) {
        tell(path, error);
      }
    }

    return {
      read(file) {
        packages.begin(file);
        const { path, body } = file;
        if (body === undefined) return;
        if (!MODULE.test(path)) {
          const version = kernelVersion(body);
          if (version !== undefined) packages.add(path, { type: 'linux-kernel', name: 'linux', version });
          return;
        }
        if (!path.endsWith('.ko')) {
          unpacking = addCompressed(path, body);
          return;
        }
        try {
          addModule(path, body);
        } catch (error) {
          tell(path, error);
        }
      },
      pending() {
        const waiting = unpacking;
        unpacking = undefined;
        return waiting;
      },
      close: () => packages.close(),
    };
  },
};

/** @throws FormatError for damaged data, LimitError for what grows to more than `most` bytes */
async function unpack(body: ByteSource, most: number, spend: (bytes: number) => void): Promise<Buffer> {
  const compression = detectCompression(headOf(body));
  if (compression === 'none') throw new FormatError('it is not compressed as its name says');
  const pieces: Buffer[] = [];
  const limits = { layerBytes: most, ratio: 1000, ratioFloorBytes: 16 * 1024 * 1024 };
  const keep = (piece: Buffer): void => {
    spend(piece.length);
    pieces.push(Buffer.from(piece));
  };
  await decompress(body, compression, keep, { limits });
  return Buffer.concat(pieces);
}

function headOf(body: ByteSource): Uint8Array {
  return readBytes(body, 0, Math.min(MAGIC_BYTES, body.size));
}
