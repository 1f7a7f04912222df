import { semverVersions } from '../../formats/versions/semver.ts';
import { lowerCase, osvLanguage } from '../osv-language.ts';
import { hexAsked } from './asked.ts';
import { hexPackages } from './hex.ts';
import { otpApplications } from './otp.ts';

/**
 * Elixir and Erlang: packages of Hex and applications of OTP, judged by OSV. A release has no more of a package than
 * the application that it was compiled to, so that applications are judged by the advisories on the package of their name.
 */
export const elixir = osvLanguage({
  id: 'elixir',
  displayName: 'Elixir and Erlang',
  types: ['hex', 'otp'],
  analyzers: [hexPackages, otpApplications, hexAsked],
  osv: {
    ecosystem: 'Hex',
    name: 'hex',
    title: 'Erlang and Elixir packages',
    licence: 'CC-BY 4.0, GitHub and EEF',
  },
  advisoryName: lowerCase,
  versions: semverVersions,
});
