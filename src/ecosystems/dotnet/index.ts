import { languageNamespaces, lowerCase } from '../../feeds/osv-language.ts';
import { nugetVersions } from '../../formats/versions/nuget.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { dotnetOsv } from './feed.ts';
import { dotnetInstalled } from './installed.ts';
import { dotnetProjects } from './projects.ts';

/** .NET: packages of NuGet in an image, judged by OSV. */
export const dotnet: Ecosystem = {
  id: 'dotnet',
  displayName: '.NET',
  types: ['nuget'],
  analyzers: [dotnetInstalled, dotnetProjects],
  feeds: [dotnetOsv],
  namespaces: () => languageNamespaces('nuget'),
  advisoryName: lowerCase,
  versions: () => nugetVersions,
};
