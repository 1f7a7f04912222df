import { languageNamespaces, lowerCase } from '../../feeds/osv-language.ts';
import { nugetVersions } from '../../formats/versions/nuget.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { dotnetOsv } from './feed.ts';

/** .NET: .NET packages of an image, judged by OSV. */
export const dotnet: Ecosystem = {
  id: 'dotnet',
  displayName: '.NET',
  types: ['nuget'],
  analyzers: [],
  feeds: [dotnetOsv],
  namespaces: () => languageNamespaces('nuget'),
  advisoryName: lowerCase,
  versions: () => nugetVersions,
};
