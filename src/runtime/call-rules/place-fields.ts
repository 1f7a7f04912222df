import type { CallSource } from './call-source.ts';
import type { Field, FieldValue } from './field.ts';
import { compileGlob } from './text-patterns.ts';

type Mount = NonNullable<CallSource['container']['mounts']>[number];

const of = (name: string, meaning: string, read: (source: CallSource) => FieldValue, why?: string): Field => ({
  name,
  type: 'text',
  meaning,
  ...(why !== undefined && { missing: (source: CallSource) => (read(source) === undefined ? why : undefined) }),
  read: ({ source }) => read(source),
});

const noMounts: Field['missing'] = ({ container }) =>
  container.mounts === undefined ? 'the mounts of the container are not known' : undefined;

/** Falco's word where no mount is meant. */
const NONE = 'N/A';

/** `[0]` by number, else by the path at `side`, which may be a pattern. */
const mount = (
  name: string,
  side: 'source' | 'destination',
  meaning: string,
  read: (mount: Mount) => string,
): Field => ({
  name,
  type: 'text',
  argument: 'must',
  meaning,
  missing: noMounts,
  read: ({ source: { container } }, argument = '') => {
    const mounts = container.mounts ?? [];
    if (/^\d{1,4}$/.test(argument))
      return mounts[Number(argument)] === undefined ? NONE : read(mounts[Number(argument)]!);
    const test = compileGlob(argument);
    const found = mounts.find((one) => test(one[side]));
    return found === undefined ? NONE : read(found);
  },
});

const line = ({ source, destination, mode, writable }: Mount): string =>
  `${source}:${destination}:${mode}:${String(writable)}:`;

/** `container.*` */
export const placeFields: readonly Field[] = [
  of('container.id', 'number of the container, 12 digits; never `host`', ({ container }) => container.id.slice(0, 12)),
  of('container.name', 'its name', ({ container }) => container.name ?? container.id.slice(0, 12)),
  of('container.type', '`docker`', () => 'docker'),
  of(
    'container.image',
    'reference of the image',
    ({ container: { image } }) =>
      image?.repository === undefined
        ? undefined
        : image.tag === undefined
          ? image.repository
          : `${image.repository}:${image.tag}`,
    'the name of the image is not known',
  ),
  of(
    'container.image.id',
    'number of the image',
    ({ container }) => container.image?.id?.replace(/^sha256:/, '').slice(0, 12),
    'the number of the image is not known',
  ),
  of('container.image.repository', 'its name without tag', ({ container }) => container.image?.repository ?? ''),
  of('container.image.tag', 'its tag', ({ container }) => container.image?.tag, 'the tag of the image is not known'),
  of(
    'container.image.digest',
    'its digest',
    ({ container }) => container.image?.digest,
    'the digest of the image is not known',
  ),
  {
    name: 'container.privileged',
    type: 'boolean',
    meaning: 'whether it runs with all rights',
    missing: ({ container }) =>
      container.privileged === undefined ? 'whether the container is privileged is not known' : undefined,
    read: ({ source }) => source.container.privileged,
  },
  {
    name: 'container.mounts',
    type: 'text',
    meaning: 'its mounts',
    missing: noMounts,
    read: ({ source }) => source.container.mounts?.map(line).join(' '),
  },
  mount('container.mount', 'source', 'a mount by number or source', line),
  mount('container.mount.source', 'destination', 'source of a mount, by number or destination', ({ source }) => source),
  mount(
    'container.mount.dest',
    'source',
    'destination of a mount, by number or source',
    ({ destination }) => destination,
  ),
  mount('container.mount.mode', 'source', 'mode of a mount', ({ mode }) => mode),
  mount('container.mount.rdwr', 'source', 'whether it can be written', ({ writable }) => String(writable)),
];
