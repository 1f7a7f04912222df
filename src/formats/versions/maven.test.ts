import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { differences, isThere, type NativeOrder } from '../../../test/support/native-order.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { mavenVersions } from './maven.ts';

const number = fc.constantFrom('0', '0', '1', '2', '10', '01');
const word = fc.constantFrom(
  ...['alpha', 'beta', 'milestone', 'rc', 'cr', 'snapshot', 'ga', 'final', 'sp', 'foo', 'jre', 'RC'],
);
const numbers = fc.array(number, { minLength: 1, maxLength: 4 }).map((all) => all.join('.'));
/** Words behind hyphens or digits. Where words behind dots stand beside them Maven keeps no order: see maven.ts. */
const hyphened = fc
  .tuple(
    numbers,
    fc.array(
      fc.oneof(
        word.map((text) => `-${text}`),
        number.map((text) => `-${text}`),
        fc.tuple(fc.constantFrom('a', 'b', 'm', 'rc', 'x'), number).map(([short, digits]) => `${short}${digits}`),
        fc.tuple(word, number).map(([text, digits]) => `-${text}-${digits}`),
      ),
      { maxLength: 3 },
    ),
  )
  // A word directly behind a word would be one word.
  .map(([first, rest]) => `${first}${rest.join('').replaceAll(/([a-z])(?=[abmrx]\d)/gi, '$1-')}`);
/** Versions as OSGi and Spring write them: three numbers and a word behind a dot. */
const dotted = fc
  .tuple(
    number,
    number,
    number,
    fc.oneof(
      fc.constant(''),
      fc.tuple(word, fc.constantFrom('', '1', '2', '10')).map(([text, digits]) => `.${text}${digits}`),
    ),
  )
  .map(([a, b, c, last]) => `${a}.${b}.${c}${last}`)
  .filter((version) => !/(?:ga|final)\d/.test(version));

/** Whether Maven 3.9, too, keeps to the specification: it does not drop nulls between two words, or before a number. */
const isPlain = (version: string): boolean => !/(?:-0+|[a-z]0+|ga|final)(?=[-\da-z])/i.test(version);

describeVersionScheme({
  scheme: mavenVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/maven.txt'),
  sharedOracle: 'fixtures/versions/maven.txt',
  versions: hyphened,
  invalid: ['', ' ', '1 0', '[1.0,2.0)', '(,1.0]', '1.0,1.1', '$' + '{revision}', '1.0\u0000', '1.0\n'],
});

describe('maven versions with words behind dots', () => {
  it('have no order with words behind hyphens', () => {
    const circle = ['1', '1.foo', '1-alpha', '1'];

    expect(circle.slice(1).map((version, i) => mavenVersions.compare(circle[i]!, version))).toEqual([-1, -1, -1]);
  });

  it('keep the order among themselves', () => {
    fc.assert(
      fc.property(dotted, dotted, dotted, (a, b, c) => {
        const [low, middle, high] = [a, b, c].sort(mavenVersions.compare) as [string, string, string];
        expect(mavenVersions.compare(low, middle)).toBeLessThanOrEqual(0);
        expect(mavenVersions.compare(middle, high)).toBeLessThanOrEqual(0);
        expect(mavenVersions.compare(low, high)).toBeLessThanOrEqual(0);
        if (mavenVersions.compare(a, b) === 0) expect(mavenVersions.compare(a, c)).toBe(mavenVersions.compare(b, c));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('maven versions', () => {
  it.each([
    [
      '1.0-beta1',
      '1.0',
      'beta < a release: the order is alpha, beta, milestone, rc, snapshot, a release, sp, other words',
    ],
    [
      '1.0-rc1',
      '1.0-beta1',
      'rc > beta: the order is alpha, beta, milestone, rc, snapshot, a release, sp, other words',
    ],
    ['1.0', '1.0.1', 'as numbers 0 < 1'],
    ['1-1', '1.1', '-1 < .1: the order is .word, -word, -number, .number'],
    ['1.foo', '1-foo', '.foo < -foo: the order is .word, -word, -number, .number'],
    ['1.9', '1.10', 'as numbers 9 < 10'],
    ['1.0.Final', '1', 'nulls (0, ga, final, release), the case and other names of one word make no difference'],
  ])('say why %s and %s are ordered as they are', (a, b, why) => {
    expect(mavenVersions.explain(a, b).at(-1)?.why).toBe(why);
  });
});

const jars = ['/usr/share/java/maven-artifact-3.x.jar', '/usr/share/java/commons-lang3.jar'];
const program = `
import java.io.*;
import org.apache.maven.artifact.versioning.ComparableVersion;

public class Order {
  public static void main(String[] args) throws IOException {
    var out = new StringBuilder();
    for (var line : new BufferedReader(new InputStreamReader(System.in)).lines().toList()) {
      var pair = line.split(" ");
      var order = new ComparableVersion(pair[0]).compareTo(new ComparableVersion(pair[1]));
      out.append(Integer.signum(order)).append('\\n');
    }
    System.out.print(out);
  }
}
`;

describe('maven versions against ComparableVersion', () => {
  const file = path.join(temporaryFolder(), 'Order.java');
  writeFileSync(file, program);
  const java: NativeOrder = { command: 'java', args: ['-cp', jars.join(':'), file] };
  const there = jars.every((jar) => existsSync(jar)) && isThere(java);
  beforeEach((context) => context.skip(!there, 'maven is not installed'));

  it.each([
    ['words behind hyphens', hyphened],
    ['words behind dots', dotted],
  ])('agree on 5,000 pairs: %s', (_, versions) => {
    const plain = versions.filter(isPlain);
    const pairs = fc.sample(fc.tuple(plain, plain), { numRuns: 5000, seed: 20_260_801 });

    expect(differences(java, pairs, mavenVersions.compare)).toEqual([]);
  });
});
