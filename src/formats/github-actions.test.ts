import { expect, it } from 'vitest';
import { parseUsedActions } from './github-actions.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';

it.each([
  [
    'a step a line',
    'jobs:\n  a:\n    steps:\n      - uses: a/b@v1\n      - name: x\n        uses: "c/d/e@v2"\n',
    'a/b@v1 c/d/e@v2',
  ],
  ['a list in brackets', 'jobs: {a: {steps: [{uses: a/b@v1}, {name: x, "uses":"c/d@v2"}]}}', 'a/b@v1 c/d@v2'],
  [
    'brackets over lines',
    'jobs:\n  a:\n    steps: [\n      {uses: a/b@v1},\n      { name: x,\n        uses: c/d@v2 }\n    ]\n',
    'a/b@v1 c/d@v2',
  ],
  ['a mapping in braces as an item', 'steps:\n  - {uses: a/b@v1, with: {x: y}}\n', 'a/b@v1'],
  ['a value in the next line', 'steps:\n  - uses:\n      a/b@v1\n', 'a/b@v1'],
  ['an anchor', 'steps:\n  - uses: &x a/b@v1\n', 'a/b@v1'],
  ['braces in what is no YAML', "steps: [{uses: a/b@v1}, {uses: 'c/d@v2'}]\n  - : [\n", 'a/b@v1 c/d@v2'],
  ['commits with a version', `steps:\n  - uses: a/b@${commit} # v1.2.3\n  - {uses: c/d@v2}\n`, 'a/b@v1.2.3 c/d@v2'],
  ['comments', 'steps:\n  # - uses: a/b@v1\n  #- {uses: a/b@v1}\n  - run: a # uses: b/c@v1\n', ''],
  ['texts', 'steps:\n  - run: echo "uses: a/b@v1"\n', ''],
  ['files beside it and images', 'steps: [{uses: ./a}, {uses: "docker://a/b@v1"}]', ''],
])('%s', (_, text, expected) => {
  const found = parseUsedActions(text).map(({ name, version }) => `${name}@${version}`);

  expect(found.toSorted().join(' ')).toBe(expected);
});

it('ends at more than any workflow uses, also in braces', () => {
  const steps = Array.from({ length: 5001 }, (_, i) => `{uses: a/b@v${i}}`);

  expect(() => parseUsedActions(`steps: [${steps.join(', ')}]`)).toThrow(/more than 5000/);
});
