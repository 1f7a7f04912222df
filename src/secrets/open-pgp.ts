/** Whether the parts of a key that are secret are under a password. */
export type OpenPgpKey = 'plain' | 'encrypted';

const SECRET_KEY = 5;
const SECRET_SUBKEY = 7;

/** What the first packet of an OpenPGP message (RFC 9580, section 5.5.3) says, if it is a secret key. */
export function openPgpKey(bytes: Uint8Array): OpenPgpKey | undefined {
  const body = firstPacket(bytes);
  if (body === undefined || (body[0] !== 4 && body[0] !== 6)) return undefined;
  const algorithm = body[5] ?? 0;
  let at = body[0] === 6 ? 10 : 6;
  const usage = (): OpenPgpKey | undefined => {
    const code = body[at];
    return code === undefined ? undefined : code === 0 ? 'plain' : 'encrypted';
  };
  const skipNumbers = (count: number): void => {
    for (let i = 0; i < count; i++) at += 2 + Math.ceil((((body[at] ?? 0) << 8) | (body[at + 1] ?? 0)) / 8);
  };
  const skipCounted = (): void => {
    at += 1 + (body[at] ?? 0);
  };
  switch (algorithm) {
    case 1:
    case 2:
    case 3:
      skipNumbers(2);
      return usage();
    case 16:
      skipNumbers(3);
      return usage();
    case 17:
      skipNumbers(4);
      return usage();
    case 18:
      skipCounted();
      skipNumbers(1);
      skipCounted();
      return usage();
    case 19:
    case 22:
      skipCounted();
      skipNumbers(1);
      return usage();
    case 25:
    case 27:
      at += 32;
      return usage();
    case 26:
      at += 56;
      return usage();
    case 28:
      at += 57;
      return usage();
    default:
      return undefined;
  }
}

function firstPacket(bytes: Uint8Array): Uint8Array | undefined {
  const head = bytes[0] ?? 0;
  if ((head & 0x80) === 0) return undefined;
  const isNew = (head & 0x40) !== 0;
  const tag = isNew ? head & 0x3f : (head >> 2) & 0x0f;
  if (tag !== SECRET_KEY && tag !== SECRET_SUBKEY) return undefined;
  const first = bytes[1] ?? 0;
  if (!isNew) return bytes.subarray(1 + ([1, 2, 4, 0][head & 3] ?? 0));
  return bytes.subarray(first < 192 ? 2 : first < 224 ? 3 : 6);
}
