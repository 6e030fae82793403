import { expect, it } from 'vitest';
import { check, checkStates } from '../check.ts';

const pass = { Type: 'Pass', End: true };

it.each([['A'], ['x'.repeat(80)], ['😀'.repeat(80)], ['a name with blanks / and $.signs']])(
  'accepts %j',
  (name) => {
    expect(checkStates({ [name]: pass })).toEqual([]);
  },
);

it.each([
  ['', 0],
  ['x'.repeat(81), 81],
  ['😀'.repeat(81), 81],
])('refuses %j', (name, length) => {
  expect(checkStates({ [name]: pass })).toContain(
    `INVALID_STATE_NAME Expected a state name of 1 to 80 characters, but it has ${length} at /States/${name}`,
  );
});

it('refuses a name that stands twice, in one object or in different workflows', () => {
  expect(
    check('{"StartAt":"A","States":{"A":{"Type":"Pass","End":true},"A":{"Type":"Pass","End":true}}}'),
  ).toEqual(['DUPLICATE_STATE_NAME Duplicate State name: A at /States/A']);
  const branch = { StartAt: 'A', States: { A: pass } };
  expect(checkStates({ P: { Type: 'Parallel', Branches: [branch, branch], End: true } })).toEqual([
    'DUPLICATE_STATE_NAME Duplicate State name: A at /States/P/Branches[1]/States/A',
  ]);
});
