import { gunzipSync } from 'node:zlib';

/** 64 MiB of zeros as `xz -9` writes them, compressed twice more. */
const xz =
  'H4sIAAAAAAACA5Pv5mAAASbm39lxooJHDxz49OaWmPk05ve1UlJSIiKSqRIOB5qyo278/9/UY7mRh+dn/f//8Xv+7t89tz1jYmrSgz5PqfNi2zf+r/nusu7lpn+B2tJu73tL1Xfvqvkq/vnemvhvO9wjDX44Ljly8dI696f223xXPj9pVbD+iPHTi6dnPPDVMd+3+8OavudnS6t/fimIPP4t82H2tp92Z6ac/f/2ruKExyW7Dtu1LfzfdL/KtFez9dO2v1r83M90w/vqFxfu+vroimRsaZSw/crpddNtDpgdLj92X/r1er8H9ouk/jx+7WLsfG2p9L2n8jofSp/vtAgsuHqL5Wbsc7NV3kdctu314e668X1Tju+TycsvrpGx778f9ft5+YSyk5E7M1iXzy9vzq3PWFYQZT7n2qmd+6/+Ojxxb9XH1T/e7rk8R43j81/xGX8Wb1D6xP795v9g0zs/wv+t3Pm9elpj3I3Gf9fOn+1lD1qZ81WO/2u64Of/3AZZxns0+eL+ld/fJeW88uftat7Pbn4SE9JKFfb/XXaRQZp3Aw2IFQzZE/YeP3Dsw6+HPz1K2djaVhrtckoz5z9uYFD2u+naoo1vbRT2fvT4la92oclk2gkNhnhHmcoNagwMAGkbQoAQAgAA';

/** 64 MiB of zeros as a stream of xz. */
export const xzZeros: Buffer = gunzipSync(gunzipSync(Buffer.from(xz, 'base64')));
export const xzZerosBytes: number = 64 * 1024 * 1024;

/** 45,899,235 zeros as `bzip2 -9` writes them: as many as fit into a block. */
export const bzip2Zeros: Buffer = Buffer.from(
  '425a68393141592653590e09e2df015f8e4000c0000008200030804d4642a025a90a80971772453850900e09e2df',
  'hex',
);
export const bzip2ZerosBytes = 45_899_235;

/** A zstd frame of zeros, made of run-length blocks: 4 bytes for 128 KiB (RFC 8878, section 3.1.1.2). */
export function zstdZeros(blocks: number): Buffer {
  const block = 128 * 1024;
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]); // no content size, window of 128 KiB
  const body = Buffer.alloc(blocks * 4);
  for (let i = 0; i < blocks; i++) {
    body.writeUIntLE((block << 3) | (1 << 1) | (i === blocks - 1 ? 1 : 0), i * 4, 3);
  }
  return Buffer.concat([header, body]);
}
