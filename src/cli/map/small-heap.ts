import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that may be left over before they are collected: a full collection of what is kept takes some 20 ms. */
const LEFT_OVER = 6 * 1024 * 1024;

/**
 * Keeps the heap of this process small, which looks at a host for months, and would let what a look leaves over pile up to twice
 * of what it keeps: V8 waits with the first collection until the heap has grown by tens of megabytes.
 * @returns collects what is left over, where that is worth it
 */
export function keepHeapSmall(): () => void {
  setFlagsFromString('--heap-growing-percent=15');
  setFlagsFromString('--expose-gc');
  // The only way to it that needs no option of the program: a context that is made now has the function.
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  let kept = 0;
  return () => {
    if (used() - kept < LEFT_OVER) return;
    collect();
    kept = used();
  };
}

function used(): number {
  return getHeapStatistics().used_heap_size;
}
