/**
 * Keys and tokens that everybody has: which documentation or test suite, and their fingerprints as `fingerprintOf` makes
 * them. Each was found in a public package that installs it; none is kept here as such. A key that is not in the list is
 * told, wherever it stands.
 */
const known: Readonly<Record<string, string>> = {
  'Azurite, the emulator of Azure Storage': `
    3d4b04fa4852ad8d`,
  'README of arborist for npm': `
    b04bd7e3d2679c46`,
  'README of selfsigned for Node.js': `
    15e75146d42d1159 25e43faaa9152503 c1855bc4e17b17c0`,
  'ansible infinidat.infinibox': `
    7249395ba73b0422 8a2ad6222ebe22bb`,
  'build settings of debug for Node.js': `
    2125707f700006e5`,
  'change log of PyJWT': `
    c0216bae30cd9081`,
  'demonstrations of OpenSSL': `
    2b5481fac5badabd 3d263ea0e75e437f 43362f007b45c0c1 4d9f428232b65d65 632b714b9a64e66f 671d2affd7e60be5
    8981931fa22dc3bd c3a0ef796399a65c db44f60a778a9649 df9b8b0064899d2d e0da3cf7d8d0fe5e f6d952f4462ca2f1`,
  'digest of nothing': `
    f54c18b3821af685`,
  'documentation of AWS DataSync': `
    a6950517f56648fb`,
  'documentation of Postfix': `
    199e06df14091225 9f3bf9efa378f9d4`,
  'documentation of ansible community.proxmox': `
    863b6fa5c1c80378`,
  'documentation of ansible google.cloud': `
    7d38e59dbe8defd9`,
  'documentation of ansible hetzner.hcloud': `
    afcb6b31e3e52f81`,
  'documentation of the AWS CLI': `
    7bc8f8a8671585c9`,
  'examples of aiohttp': `
    7939ab876843c89d`,
  'insecure keys of Vagrant': `
    ea436f1f024210f6 f5278a0d7a17648e`,
  'keys of ethers for Node.js': `
    711db754ad556d4a 721cf919922f95f5 dfb85df5e50968ba e258557dd7701e58`,
  'library of Dovecot': `
    6ee12134da3c7fea`,
  'probe key of Netty': `
    6009f4e126d55884`,
  'self-tests of GnuTLS': `
    053714dc292b760d 0552041d69ec9a0e 0b56360ab1d06f1d 1271499d3e923566 2ff31d09708b424e 372b80f0d348c232
    7021272a534f507e 779d60eaed4d0a3b 7ddfbb582623622b b7c29bd04519df0d ba15e012e302ec8d d7715c86afb174f2`,
  'template of CMake': `
    04e3814fb93a06a3`,
  'test suite of CPython': `
    0af9e968d0296787 151c04ad7c0d2f8e 1ef33a1d21ac1a1e 2723a1a341dbf49e 31eb46dbf54e5027 53af966719523b62
    540cbc81663f34b4 5fab612975d70587 63fd145e23d497ad 6bcb94a23585a8d4 928c09b9b3d4d3d9 94a158d293f5545e
    b5be36a6950b6c6c`,
  'test suite of Certbot': `
    5a0e9b1eec73ac43 5f9f663d4de7b6f6 6bc1a487138a113f 754bf12e4e152e93 789be5b9a648daaf 79fea89eefa0c954
    8accae791b0929b8 e86ef98b6695d669`,
  'test suite of Go': `
    06ae55424db55ac0 6a6fbb416f7ace11`,
  'test suite of Tornado': `
    cc52bac26e988776`,
  'test suite of Twisted': `
    0e8354d3c61844b4 27a86b6a4d0e3e9d 51e80c73097630e7 5e3f990fa49fd07c 64a2c46a5b52925d 6e103e066455d4e3
    7518b4da1ec40cfe 8dccb7b5c7e39f9e 98d680bcebf55ae3 99099d04c0042bb2 9ddc94110a4aa88f a18295aa3d8f23c3
    a4ce8f09d9c41b78 a9e65d920d9da9ab b658f1abb6cfb1e4 cebd0e83b89d520a e46e59b67c8e43b0`,
  'test suite of spdy for Node.js': `
    0536e699797a583c`,
  'tests of ansible community.zabbix': `
    a4652355ca37d1a3`,
};

const sourceOf: ReadonlyMap<string, string> = new Map(
  Object.entries(known).flatMap(([source, prints]) =>
    prints
      .trim()
      .split(/\s+/)
      .map((print) => [print, source] as const),
  ),
);

/** Which documentation or test suite a secret is from, if it is one of those that everybody has. */
export function exampleOf(fingerprint: string): string | undefined {
  return sourceOf.get(fingerprint);
}
