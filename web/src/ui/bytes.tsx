import type { ReactNode } from 'react';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `34.1 MiB`, in powers of 1024. */
export function bytesWords(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** A size, with the exact number when it is pointed at. */
export function Bytes({ bytes }: { readonly bytes: number }): ReactNode {
  return (
    <span className="nowrap" title={`${bytes.toLocaleString('en')} bytes`}>
      {bytesWords(bytes)}
    </span>
  );
}
