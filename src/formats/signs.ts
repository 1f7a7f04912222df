/** Whether a text has more signs of a kind than it may have: readers that make a value of each are not asked then. */
export function hasMoreSigns(text: string, sign: RegExp, most: number): boolean {
  let count = 0;
  for (sign.lastIndex = 0; sign.test(text); ) if (++count > most) return true;
  return false;
}
