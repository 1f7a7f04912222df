/** Orders texts by UTF-16 code unit: the same on every machine, which no locale's order is. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
