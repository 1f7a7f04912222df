import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseDotnetLibraries } from './libraries.ts';

const list = {
  runtimeTarget: { name: '.NETCoreApp,Version=v8.0/linux-x64' },
  targets: {
    '.NETCoreApp,Version=v8.0': {},
    '.NETCoreApp,Version=v8.0/linux-x64': {
      'Boat/1.0.0': {
        dependencies: { Anchor: '1.2.0', 'Old.Http': '4.3.0', Fleet: '1.0.0' },
        runtime: { 'Boat.dll': {} },
      },
      'Anchor/1.2.0': {
        runtime: { 'lib/net8.0/Anchor.dll': {} },
        resources: { 'lib/net8.0/de/Anchor.resources.dll': { locale: 'de' } },
        runtimeTargets: { 'runtimes/win/lib/net8.0/Anchor.dll': {} },
      },
      'Old.Http/4.3.0': { dependencies: { 'Old.Runtime': '4.3.0' } },
      'Old.Runtime/4.3.0': { runtime: { 'lib/net46/_._': {} } },
      'Fleet/1.0.0': { dependencies: { Anchor: '1.2.0' } },
      'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1': {
        runtime: { 'System.Runtime.dll': {} },
        native: { 'libclrjit.so': {} },
      },
      'Rope/1.0.0.0': { runtime: { 'Rope.dll': {} } },
    },
  },
  libraries: {
    'Boat/1.0.0': { type: 'project' },
    'Anchor/1.2.0': { type: 'package' },
    'Old.Http/4.3.0': { type: 'package' },
    'Old.Runtime/4.3.0': { type: 'package' },
    'Fleet/1.0.0': { type: 'package' },
    'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1': { type: 'runtimepack' },
    'Rope/1.0.0.0': { type: 'reference' },
    'Caulk/2.0.0': { type: 'package' },
  },
};

describe('parseDotnetLibraries', () => {
  it('reads libraries, what they need, and what files they have', () => {
    const { libraries, files, unreadable } = parseDotnetLibraries(JSON.stringify(list));

    expect(unreadable).toBe(0);
    expect(libraries).toEqual([
      { name: 'Boat', version: '1.0.0', type: 'project', requires: ['Anchor', 'Fleet', 'Old.Http'], hasFiles: true },
      { name: 'Anchor', version: '1.2.0', type: 'package', requires: [], hasFiles: true },
      { name: 'Old.Http', version: '4.3.0', type: 'package', requires: ['Old.Runtime'], hasFiles: false },
      { name: 'Old.Runtime', version: '4.3.0', type: 'package', requires: [], hasFiles: false },
      { name: 'Fleet', version: '1.0.0', type: 'package', requires: ['Anchor'], hasFiles: true },
      {
        name: 'Microsoft.NETCore.App.Runtime.linux-x64',
        version: '8.0.1',
        type: 'runtimepack',
        requires: [],
        hasFiles: true,
      },
      { name: 'Rope', version: '1.0.0.0', type: 'reference', requires: [], hasFiles: false },
      // No target says anything of it.
      { name: 'Caulk', version: '2.0.0', type: 'package', requires: [], hasFiles: true },
    ]);
    expect(files).toEqual([
      'Boat.dll',
      'Anchor.dll',
      'de/Anchor.resources.dll',
      'runtimes/win/lib/net8.0/Anchor.dll',
      'System.Runtime.dll',
      'libclrjit.so',
    ]);
  });

  it('follows circles of needs once', () => {
    const target = { 'A/1': { dependencies: { B: '1' } }, 'B/1': { dependencies: { A: '1' } } };

    expect(parseDotnetLibraries(JSON.stringify({ targets: { x: target } })).libraries).toMatchObject([
      { name: 'A', hasFiles: false },
      { name: 'B', hasFiles: false },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['one byte', '{'],
    ['an empty object', '{}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['libraries that are a list', '{"libraries": []}'],
    ['libraries of a prototype', '{"__proto__": {"libraries": {}}}'],
    ['objects in objects without an end', '{"a":'.repeat(100_000)],
  ])('refuses %s', (_, text) => {
    expect(() => parseDotnetLibraries(text)).toThrow(FormatError);
  });

  it('refuses every beginning', () => {
    const text = JSON.stringify(list);
    for (let length = 0; length < text.length; length++) {
      expect(() => parseDotnetLibraries(text.slice(0, length)), String(length)).toThrow(FormatError);
    }
  });

  it('counts keys without a name or a version', () => {
    const text =
      '{"libraries": {"": {}, "A": {}, "/1": {}, "A/": {}, "__proto__/1": {}, "__proto__": {}, "A/1/2": null}}';

    expect(parseDotnetLibraries(text)).toMatchObject({
      libraries: [
        { name: '__proto__', version: '1' },
        { name: 'A', version: '1/2' },
      ],
      unreadable: 5,
    });
  });

  it('leaves out a field of another type than it has', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.jsonValue(),
        fc.jsonValue(),
        fc.jsonValue(),
        (dependencies, runtime, type, other) => {
          const targets = { x: { 'A/1': { dependencies, runtime, resources: other, runtimeTargets: type } }, y: other };
          const { libraries } = parseDotnetLibraries(
            JSON.stringify({ targets, libraries: { 'A/1': { type }, 'B/1': other } }),
          );
          expect(libraries.slice(0, 2)).toMatchObject([
            { name: 'A', version: '1' },
            { name: 'B', version: '1' },
          ]);
        },
      ),
    );
  });
});
