import { globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasShared, sharedAbsent, sharedPath } from '../support/shared.ts';

const tests = globSync('*.ts', { cwd: import.meta.dirname })
  .filter((file) => file !== path.basename(import.meta.filename))
  .map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8'))
  .join('\n');
const sources = hasShared ? readdirSync(sharedPath('feeds/samples')) : [];

describe.skipIf(!hasShared)(`samples of feeds${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  it('are of 25 sources', () => {
    expect(sources).toHaveLength(25);
  });

  it.each(sources)('of %s are read by a test', (source) => {
    expect(tests).toMatch(new RegExp(`'${source}'|samples/${source}/`));
  });
});
