import { expect, it } from 'vitest';
import { validateState } from '../../../src/asl/validate.ts';
import { check, checkStates, DONE } from '../check.ts';

const to = (Next: string) => ({ Type: 'Pass', Next });
const unreachable = (name: string, location = `/States/${name}`) =>
  `MISSING_TRANSITION_TARGET State "${name}" is not reachable. at ${location}`;

it.each([
  [{ A: to('B'), B: { Type: 'Fail' } }],
  [{ A: to('B'), B: { Type: 'Pass', End: true } }],
  [
    {
      A: { Type: 'Choice', Choices: [{ Variable: '$.x', IsNull: true, Next: 'A' }], Default: 'Done' },
      ...DONE,
    },
  ],
])('accepts a machine that ends: %j', (states) => {
  expect(checkStates(states)).toEqual([]);
});

it('refuses a machine without an end, and looks for nothing else then', () => {
  expect(checkStates({ A: to('B'), B: to('A'), C: to('A') })).toEqual([
    'MISSING_END_STATE Workflow has no terminal state at undefined',
  ]);
});

it('follows Next, Default, choices and catchers', () => {
  const states = {
    A: { Type: 'Choice', Choices: [{ Variable: '$.x', IsNull: true, Next: 'B' }], Default: 'C' },
    B: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'I', States: { I: { Type: 'Pass', End: true } } }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'D' }],
      End: true,
    },
    C: { Type: 'Succeed' },
    D: { Type: 'Succeed' },
    E: { Type: 'Succeed' },
  };
  expect(checkStates(states)).toEqual([unreachable('E')]);
});

it('looks in every workflow on its own', () => {
  const branch = { StartAt: 'I', States: { I: { Type: 'Pass', End: true }, J: { Type: 'Pass', End: true } } };
  expect(checkStates({ P: { Type: 'Parallel', Branches: [branch], End: true } })).toEqual([
    unreachable('J', '/States/P/Branches[0]/States/J'),
  ]);
});

it('looks for nothing when StartAt leads nowhere', () => {
  expect(check({ StartAt: 'Nowhere', States: { A: { Type: 'Succeed' } } })).toEqual([
    "MISSING_TRANSITION_TARGET Missing 'Next' target: Nowhere at /StartAt",
  ]);
});

it('asks no end of a state on its own', () => {
  expect(validateState('{"Type":"Pass","Next":"Elsewhere"}', { type: 'STANDARD' }).diagnostics).toEqual([]);
});
