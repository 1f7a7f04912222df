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
