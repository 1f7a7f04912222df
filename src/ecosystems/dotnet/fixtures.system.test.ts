import { describe, expect, it } from 'vitest';
import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { fixtureFiles, named, readFixture } from '../../../test/support/language-fixtures.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { dotnet } from './index.ts';

const scalibr = 'osv-scalibr-language';
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const pe = 'language/dotnet/dotnetpe/testdata';
const paket = 'language/dotnet/paketdependencies/testdata';

/** Expectations that are wrong by the rules of the format: what they are here; undefined where they are nothing. */
const corrected: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  [`${pe}/HelloWorldApp.dll`]: {
    // The name of the assembly is HelloWorldApp, and the product version 1.0.0; `.dll` is of the file.
    'HelloWorldApp.dll@1.0.0.0': 'HelloWorldApp@1.0.0',
    // References to other assemblies: these are in other files, if anywhere, and the numbers are versions of assemblies
    // (Newtonsoft.Json 13.0.0.0 is that of 13.0.1 as well as of 13.0.3). They stand in `requires`.
    'Flurl.Http.dll@4.0.2.0': undefined,
    'Newtonsoft.Json.dll@13.0.0.0': undefined,
    'System.Collections.dll@9.0.0.0': undefined,
    'System.Console.dll@9.0.0.0': undefined,
    'System.Net.Http.dll@9.0.0.0': undefined,
    'System.Runtime.dll@9.0.0.0': undefined,
  },
  // The starter of the same application, with its version resource.
  [`${pe}/HelloWorldApp.exe`]: { 'HelloWorldApp.dll@1.0.0.0': 'HelloWorldApp@1.0.0' },
  [`${paket}/paket.dependencies`]: {
    // A range is not a version: Paket takes the newest that is in it.
    'NUnit@2.6.3': 'NUnit@~> 2.6.3',
    'FSharp.Core@4.0.0': 'FSharp.Core@>= 4.0.0',
    'System.Text.Json@8.0.5': 'System.Text.Json@>= 8.0.5',
  },
};

/** Packages that only we list, by case. */
const explained: Readonly<Record<string, readonly string[]>> = {
  [`${paket}/paket.dependencies`]: [
    // By the purl specification, a commit is the version of a repository of GitHub.
    'tpetricek/FSharp.Formatting@30cd5366a4f3f25a443ca4cd62cd592fd16ac69',
  ],
};

/** Cases without an expected error in which we say that something is wrong. */
const stricter: readonly string[] = [
  // A library whose key has no version is left out here too, and told.
  'language/dotnet/depsjson/testdata/nopackagename',
  // Neither an empty file nor prose is what Paket writes.
  `${paket}/invalid/paket.dependencies`,
  `${paket}/empty-deps/paket.dependencies`,
  'language/dotnet/paketlock/testdata/invalid-lock/paket.lock',
  'language/dotnet/paketlock/testdata/empty-lock-dir/paket.lock',
];

holdsFixturesOf({
  analyzers: dotnet.analyzers,
  listers: [
    [scalibr, 'language/dotnet/csproj', 'src/app/app.csproj'],
    [scalibr, 'language/dotnet/depsjson', 'app/application1.deps.json'],
    [scalibr, 'language/dotnet/dotnetpe', (path) => `app/${nameOf(path)}`],
    [scalibr, 'language/dotnet/nugetcpm', 'src/Directory.Packages.props'],
    [scalibr, 'language/dotnet/packagesconfig', 'src/packages.config'],
    [scalibr, 'language/dotnet/packageslockjson', 'src/packages.lock.json'],
    [scalibr, 'language/dotnet/paketdependencies', 'src/paket.dependencies'],
    [scalibr, 'language/dotnet/paketlock', 'src/paket.lock'],
    [scalibr, 'language/dotnet/projectassetsjson', 'src/obj/project.assets.json'],
    ['syft', 'dotnet', (path) => (path.endsWith('.json') ? 'src/packages.lock.json' : 'app/TestLibrary.deps.json')],
  ],
  explained,
  corrected,
  stricter,
  problem: (path) => (path.startsWith('app/') ? 'file.format' : 'lockfile.unreadable'),
  also(packages, one) {
    for (const { name, purlType = 'nuget' } of one.packages) {
      for (const found of packages.filter((other) => other.name === name)) expect(found.type).toBe(purlType);
    }
  },
});

describe.skipIf(!hasShared)('what else osv-scalibr and syft have for .NET', () => {
  it('keeps the references of an assembly', async () => {
    const content = fixtureFiles(scalibr, `${pe}/HelloWorldApp.dll`).get('');

    const { packages } = await readFixture(dotnet.analyzers, new Map([['app/HelloWorldApp.dll', content!]]));

    expect(packages).toMatchObject([
      {
        name: 'HelloWorldApp',
        requires: [
          'Flurl.Http',
          'Newtonsoft.Json',
          'System.Collections',
          'System.Console',
          'System.Net.Http',
          'System.Runtime',
        ],
      },
    ]);
  });

  it('leaves out what an application was only compiled against', async () => {
    const content = fixtureFiles('syft', 'dotnet/testdata/deps-with-referenceassembly').get('MyApp.deps.json');

    const { packages, problems } = await readFixture(dotnet.analyzers, new Map([['app/MyApp.deps.json', content!]]));

    expect(problems).toEqual([]);
    expect(named(packages)).toEqual(['MyApp@1.0.0', 'Newtonsoft.Json@13.0.3']);
  });

  it('reads projects', async () => {
    const file = fixtureFiles('syft', 'dotnet/testdata/image-net8-compile-target/src').get('helloworld.csproj');

    const { packages, problems } = await readFixture(dotnet.analyzers, new Map([['src/helloworld.csproj', file!]]));

    expect(problems).toEqual([]);
    expect(packages.map(({ name, version, groups = [] }) => `${name}@${version} ${groups.join()}`).sort()).toEqual([
      'DotNetNuke.Core@9.9.1 ',
      'Microsoft.AspNetCore.Mvc.Razor@2.2.0 ',
      'Microsoft.ChakraCore@1.11.24 dev',
      'Microsoft.NET.Test.Sdk@17.8.0 dev',
      'Nuget.CommandLine@6.3.1 dev',
      'StyleCop.Analyzers@1.2.0-beta.435 dev',
      'Umbraco.Cms@11.3.0 ',
      'jQuery@3.4.1 ',
    ]);
  });
});
