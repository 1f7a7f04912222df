import { nugetVersions } from '../../formats/versions/nuget.ts';
import { GITHUB_LICENCE, lowerCase, osvLanguage } from '../osv-language.ts';
import { dotnetInstalled } from './installed.ts';
import { dotnetProjects } from './projects.ts';

/** .NET: packages of NuGet in an image, judged by OSV. */
export const dotnet = osvLanguage({
  id: 'dotnet',
  displayName: '.NET',
  types: ['nuget'],
  analyzers: [dotnetInstalled, dotnetProjects],
  osv: {
    ecosystem: 'NuGet',
    name: 'nuget',
    title: '.NET packages',
    licence: GITHUB_LICENCE,
  },
  advisoryName: lowerCase,
  versions: nugetVersions,
});
