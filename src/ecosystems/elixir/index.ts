import { languageNamespaces, lowerCase } from '../../feeds/osv-language.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { hexAsked } from './asked.ts';
import { hexOsv } from './feed.ts';
import { hexPackages } from './hex.ts';
import { otpApplications } from './otp.ts';

/**
 * Elixir and Erlang: packages of Hex and applications of OTP, judged by OSV. A release has no more of a package than
 * the application that it was compiled to, so that applications are judged by the advisories on the package of their name.
 */
export const elixir: Ecosystem = {
  id: 'elixir',
  displayName: 'Elixir and Erlang',
  types: ['hex', 'otp'],
  analyzers: [hexPackages, otpApplications, hexAsked],
  feeds: [hexOsv],
  namespaces: () => languageNamespaces('hex'),
  advisoryName: lowerCase,
  versions: () => semverVersions,
};
