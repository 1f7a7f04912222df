/**
 * Why a decoder returns to whoever runs it: it needs more `input` than it has; it worked for a while and can `pause`;
 * or it waits for something that runs in the background.
 */
export type Wait = 'input' | 'pause' | Promise<void>;

/** Work that returns to whoever runs it where it could pause, or waits for something that runs in the background. */
export type Steps<T = void> = Generator<Exclude<Wait, 'input'>, T, void>;
