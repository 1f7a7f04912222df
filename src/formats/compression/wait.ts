/**
 * Why a decoder returns to whoever runs it: it needs more `input` than it has; it worked for a while and can `pause`;
 * or it waits for something that runs in the background.
 */
export type Wait = 'input' | 'pause' | Promise<void>;
