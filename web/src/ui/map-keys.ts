/** The keys of the live map: its legend has them, and what `?` opens. */
export const MAP_KEYS: readonly (readonly [key: string, words: string])[] = [
  ['← → ↑ ↓', 'Walk to neighbours'],
  ['Enter', 'Open or close a container; else tell more'],
  ['Space', 'Tell more'],
  ['Esc', 'Close what is open'],
  ['+ − 0', 'Larger, smaller, show all'],
  ['T', 'The same as a table'],
  ['/', 'Search'],
];
