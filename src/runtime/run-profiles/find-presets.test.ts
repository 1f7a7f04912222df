import { describe, expect, it } from 'vitest';
import { defaultCageLimits } from '../cage/cage-limits.ts';
import { findPresets } from './find-presets.ts';
import { knownImages } from './presets.ts';

describe('knownImages', () => {
  it('have names of their own and say what they assume', () => {
    expect(new Set(knownImages.map(({ name }) => name)).size).toBe(knownImages.length);
    const images = knownImages.flatMap((known) => known.images);
    expect(new Set(images).size).toBe(images.length);
    for (const known of knownImages) {
      expect(known.assumption).toMatch(/^[a-z].*[^.]$/);
      for (const image of known.images) expect(image).toMatch(/^[a-z0-9/_-]+$/);
      if (known.memoryBytes !== undefined) expect(known.memoryBytes).toBeGreaterThan(defaultCageLimits.memoryBytes);
      const changes = Object.keys(known.environment).length + (known.command?.length ?? 0) + (known.memoryBytes ?? 0);
      expect(changes).toBeGreaterThan(0);
    }
  });

  it.each(knownImages.flatMap(({ name, images }) => images.map((image) => [image, name])))(
    'are found by name: %s',
    (image, name) => {
      for (const written of [image, `docker.io/library/${image}:1.2-alpine`, `r.example:5000/x/${image}@sha256:00`]) {
        expect(findPresets({ names: [written] }).map((preset) => preset.name)).toEqual([name]);
      }
    },
  );
});

describe('findPresets', () => {
  it.each([
    ['a label', { names: ['app:1'], labels: { 'org.opencontainers.image.title': 'Postgres' } }, ['postgres']],
    ['what it starts', { names: [], entrypoint: ['/sbin/tini', '--'], command: ['/usr/sbin/mysqld'] }, ['mysql']],
    ['a package', { names: ['app:1'], packages: ['libc6', 'mariadb-server'] }, ['mariadb']],
    ['the name before all else', { names: ['redis:7'], command: ['mysqld'] }, ['redis']],
    ['nothing', { names: ['app:1'] }, []],
    ['no part of a name', { names: ['mypostgres:1', 'postgres-exporter:1', 'x/postgres/y:1'] }, []],
    ['a hostile label', { names: [], labels: { name: '__proto__' } }, []],
  ])('goes by %s', (_, traits, expected) => {
    expect(findPresets(traits).map(({ name }) => name)).toEqual(expected);
  });
});
