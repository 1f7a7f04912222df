import { expect, it } from 'vitest';
import { splitDistribution } from './distribution-name.ts';

it.each([
  ['Foo-Bar-1.02', 'Foo-Bar', '1.02'],
  ['libwww-perl-6.76', 'libwww-perl', '6.76'],
  ['Try-Tiny-v0.3.1', 'Try-Tiny', 'v0.3.1'],
  ['App-1-2.0', 'App-1', '2.0'],
  ['Foo-0.01-TRIAL', 'Foo', '0.01-TRIAL'],
  ['Foo-0.01-TRIAL2', 'Foo', '0.01-TRIAL2'],
  ['Foo-1.5-rc1', 'Foo', '1.5-rc1'],
  ['Foo-1.02-3', 'Foo', '1.02-3'],
  ['Text-Tabs+Wrap-2024.001', 'Text-Tabs+Wrap', '2024.001'],
  ['CGI.pm-3.05', 'CGI.pm', '3.05'],
  ['Unicode-Collate-Standard-V3_1_1-0.1', 'Unicode-Collate-Standard-V3_1_1', '0.1'],
  ['Net-DNS-0.66-withoutworldwriteables', 'Net-DNS', '0.66'],
  ['HTTP-Lite-v.1.0', 'HTTP-Lite', 'v.1.0'],
  ['IPC-Run3-0.048', 'IPC-Run3', '0.048'],
  ['Foo1.02', 'Foo', '1.02'],
  ['Foo_Bar.0.3', 'Foo_Bar', '0.3'],
  ['3Com-Switch-0.1', '3Com-Switch', '0.1'],
  ['Net-SSH2', 'Net-SSH2', ''],
  ['Foo-2-Bar', 'Foo-2-Bar', ''],
  ['Foo-undef', 'Foo', ''],
  [`F${'-1'.repeat(90)}`, `F${'-1'.repeat(89)}`, '1'],
])('%s', (dist, name, version) => {
  expect(splitDistribution(dist)).toEqual({ name, version });
});

it.each(['', '-1.0', 'Foo::Bar-1.0', 'Foo Bar-1.0', `${'x'.repeat(300)}-1`, '../x-1'])('%j is none', (dist) => {
  expect(splitDistribution(dist)).toBeUndefined();
});
