import { expect, it } from 'vitest';
import { checkStates, DONE, map, task } from '../check.ts';

const ALONE = "'States.ALL' must be the only error name in its list";
const LAST = "'States.ALL' must be in the last entry";
const retry = (...names: string[]) => ({ ErrorEquals: names });
const catcher = (...names: string[]) => ({ ErrorEquals: names, Next: 'Done' });

it('accepts States.ALL alone in the last entry, and other names anywhere', () => {
  const fields = {
    Retry: [retry('A', 'States.Timeout'), retry('B'), retry('States.ALL')],
    Catch: [catcher('A'), catcher('States.ALL')],
  };
  expect(checkStates({ ...task(fields), ...DONE })).toEqual([]);
});

it.each([
  ['Retry', [retry('States.ALL', 'A')], `${ALONE} at /States/T/Retry[0]/ErrorEquals`],
  ['Retry', [retry('States.ALL'), retry('A')], `${LAST} at /States/T/Retry[0]/ErrorEquals`],
  ['Catch', [catcher('A', 'States.ALL')], `${ALONE} at /States/T/Catch[0]/ErrorEquals`],
  ['Catch', [catcher('A'), catcher('States.ALL'), catcher('B')], `${LAST} at /States/T/Catch[1]/ErrorEquals`],
])('refuses %s %j', (name, list, message) => {
  expect(checkStates({ ...task({ [name]: list }), ...DONE })).toContain(message);
});

it('looks at Parallel and Map, also inside others', () => {
  const wrong = { Retry: [retry('States.ALL', 'A')] };
  const P = {
    Type: 'Parallel',
    Branches: [{ StartAt: 'T', States: task(wrong) }],
    End: true,
    ...wrong,
  };
  expect(checkStates({ P })).toEqual([
    `${ALONE} at /States/P/Retry[0]/ErrorEquals`,
    `${ALONE} at /States/P/Branches[0]/States/T/Retry[0]/ErrorEquals`,
  ]);
  expect(checkStates(map(wrong, 'INLINE'))).toEqual([`${ALONE} at /States/M/Retry[0]/ErrorEquals`]);
});
