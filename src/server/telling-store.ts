import type { Store } from '../store/store.ts';

/** What may leave notifications behind, by the name of its shelf. */
const writers: { readonly [Shelf in keyof Store]?: readonly (keyof Store[Shelf])[] } = {
  vulnerabilities: ['write', 'changeFixes', 'remove'],
  advisories: ['apply', 'restore'],
};

/** The same store, which tells of every write of this process that may have made notifications, once it is committed. */
export function tellOfWrites(store: Store, tell: () => void): Store {
  const instead = new Map<PropertyKey, object>();
  for (const [shelf, methods] of Object.entries(writers)) {
    instead.set(shelf, telling(store[shelf as keyof Store] as object, methods, tell));
  }
  return new Proxy(store, {
    get(target, key) {
      return instead.get(key) ?? memberOf(target, key);
    },
  });
}

function telling<Shelf extends object>(shelf: Shelf, methods: readonly PropertyKey[], tell: () => void): Shelf {
  return new Proxy(shelf, {
    get(target, key) {
      const member = memberOf(target, key);
      if (!methods.includes(key) || typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        const result: unknown = await member(...args);
        tell();
        return result;
      };
    },
  });
}

function memberOf(target: object, key: PropertyKey): unknown {
  const member: unknown = Reflect.get(target, key, target);
  return typeof member === 'function' ? member.bind(target) : member;
}
