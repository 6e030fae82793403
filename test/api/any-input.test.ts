// Whatever is sent, the API answers or refuses by name: nothing escapes as a bug.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OPERATIONS, type OperationName, SHAPES, type ShapeName } from '../../src/api/model.ts';
import { HANDLERS, NOT_YET } from '../../src/api/operations.ts';
import { ApiError } from '../../src/api/wire/errors.ts';
import { DEFINITION, openTestApi, PREFIX, ROLE } from './test-api.ts';

/** Without DeleteStateMachine, after which little else could happen. */
const names = (Object.keys(OPERATIONS) as OperationName[]).filter(
  (name) => HANDLERS[name] !== NOT_YET && name !== 'DeleteStateMachine',
);

const text = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'm',
      DEFINITION,
      '{}',
      '[1',
      '',
      ROLE,
      `${PREFIX}:stateMachine:m`,
      `${PREFIX}:stateMachine:m:1`,
      `${PREFIX}:stateMachine:m/l`,
      `${PREFIX}:execution:m:run`,
      `${PREFIX}:execution:m:nobody`,
      `${PREFIX}:express:m:run:x`,
      `${PREFIX}:mapRun:m/l:u`,
      'arn:aws:states:::',
      'arn:::::',
      '__proto__',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 90 }) },
);

/** Mostly of the right type, sometimes anything. */
function inputOf(shape: ShapeName, depth: number): fc.Arbitrary<unknown> {
  const { type, member, members, enum: values } = SHAPES[shape];
  const wrong = { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) };
  const right = (): fc.Arbitrary<unknown> => {
    if (values !== undefined) return fc.constantFrom(...values);
    if (type === 'string') return text;
    if (type === 'boolean') return fc.boolean();
    if (type === 'list') return fc.array(inputOf(member!, depth + 1), { maxLength: 3 });
    if (type !== 'structure') return fc.integer({ min: -1, max: 1_001 });
    const parts = Object.entries(members!).map(
      ([name, target]) => [name, inputOf(target, depth + 1)] as const,
    );
    return fc.record(Object.fromEntries(parts), { requiredKeys: [] });
  };
  return fc.oneof({ weight: 25, arbitrary: right() }, ...(depth === 0 ? [] : [wrong]));
}

const calls = fc
  .constantFrom(...names)
  .chain((name) => inputOf(OPERATIONS[name].input, 0).map((input) => [name, input] as const));

test('every operation answers or refuses any input by name', async () => {
  const t = openTestApi();
  const stateMachineArn = await t.machine();
  await t.call('StartExecution', { stateMachineArn, name: 'run' });
  try {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(calls, async ([name, input]) => {
        try {
          JSON.stringify(await t.api.handle(name, input));
          outcomes.add(`${name} answered`);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          outcomes.add(error.code);
        }
      }),
      { numRuns: 4_000, seed: 11 },
    );
    expect([...outcomes]).toEqual(
      expect.arrayContaining([
        'ValidationException',
        'SerializationException',
        'InvalidArn',
        'StateMachineDoesNotExist',
        'ExecutionDoesNotExist',
        'DescribeExecution answered',
        'ListStateMachines answered',
      ]),
    );
  } finally {
    await t.close();
  }
});
