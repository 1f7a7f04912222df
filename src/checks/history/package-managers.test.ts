import { describe, expect, it } from 'vitest';
import { readShell } from '../../formats/shell/read-shell.ts';
import type { RanCommand } from './commands.ts';
import { isIndexUpdate, isInstall, isUnattended, isUnpinned, isUpgrade, packageCall } from './package-managers.ts';

/** The call that a line for the shell makes. */
function callOf(line: string) {
  const [command] = readShell(line).commands;
  if (command === undefined) throw new Error(`no command: ${line}`);
  const [program = '', ...words] = command.words.map(({ text }) => text);
  const call = packageCall({ command, program, words, run: undefined as never } satisfies RanCommand);
  if (call === undefined) throw new Error(`no package manager: ${line}`);
  return call;
}

describe('isUnattended', () => {
  it.each([
    ['apt-get install -y curl', true],
    ['apt-get -yq install curl', true],
    ['apt-get install curl -qq', true],
    ['apt-get install -q -q curl', true],
    ['apt-get install --quiet --quiet curl', true],
    ['apt-get install -q=2 curl', true],
    ['apt-get install -q curl', false],
    ['apt-get install --quiet=1 curl', false],
    ['apt-get install qq', false],
    ['dnf install -y curl', true],
    ['dnf install curl', false],
    ['zypper -n in curl', true],
    ['zypper in curl', false],
    ['apk add curl', true],
  ])('of %s is %s', (line, unattended) => {
    expect(isUnattended(callOf(line))).toBe(unattended);
  });
});

describe('isUnpinned', () => {
  it.each([
    ['dnf module install -y nodejs:20', []],
    ['dnf module install -y nodejs', ['nodejs']],
    ['dnf install -y curl-7.76.1', []],
    ['dnf install -y rpm-sign', ['rpm-sign']],
    ['apt-get install -y curl=7.88.1-10+deb12u8 vim', ['vim']],
    ['apt-get install -y ./x.deb', []],
    ['apk add curl=8.9.1-r1 "jq~1.7" git', ['git']],
    ['zypper -n install "curl>=8"', []],
  ])('of %s tells %j', (line, loose) => {
    const call = callOf(line);
    expect(call.packages.filter((word) => isUnpinned(call, word))).toEqual(loose);
  });
});

describe('what a call does', () => {
  it.each([
    ['dnf rei curl', 'install'],
    ['dnf module install x', 'install'],
    ['dnf up', 'upgrade'],
    ['dnf up-min', 'upgrade'],
    ['dnf upgrade-minimal', 'upgrade'],
    ['yum update -y', 'upgrade'],
    ['dnf module enable nodejs:20', 'other'],
    ['apt-get update', 'index'],
    ['zypper ref', 'index'],
    ['dnf makecache', 'index'],
    ['apt-get remove curl', 'other'],
  ])('%s: %s', (line, what) => {
    const call = callOf(line);
    const kinds = [
      ...(isInstall(call) ? ['install'] : []),
      ...(isUpgrade(call) ? ['upgrade'] : []),
      ...(isIndexUpdate(call) ? ['index'] : []),
    ];
    expect(kinds).toEqual(what === 'other' ? [] : [what]);
  });
});
