import type { CallSource } from './call-source.ts';
import type { Field, FieldValue } from './field.ts';

const of = (name: string, meaning: string, read: (container: CallSource['container']) => FieldValue): Field => ({
  name,
  type: 'text',
  meaning,
  read: ({ source }) => read(source.container),
});

/** `container.*` */
export const placeFields: readonly Field[] = [
  of('container.id', 'number of the container, 12 digits; never `host`', ({ id }) => id.slice(0, 12)),
  of('container.name', 'the same', ({ id }) => id.slice(0, 12)),
  of('container.type', '`docker`', () => 'docker'),
  of('container.image.id', 'number of the image', ({ imageId }) => imageId.replace(/^sha256:/, '').slice(0, 12)),
  of('container.image.repository', 'empty: which of its names is meant is not known', () => ''),
];
