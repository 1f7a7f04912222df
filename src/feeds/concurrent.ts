/**
 * Does something with every item, at most `width` at a time, and yields the results in the order of the items.
 * The first failure ends it.
 */
export async function* mapConcurrently<T, R>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const waiting: Promise<R>[] = [];
  for (const item of items) {
    const result = work(item);
    // It is awaited below, perhaps after another one failed: then nobody asks for it any more.
    result.catch(() => {});
    waiting.push(result);
    if (waiting.length >= width) yield await (waiting.shift() as Promise<R>);
  }
  for (const result of waiting) yield await result;
}
