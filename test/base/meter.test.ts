// Work units and bytes of evaluations, and what happens when they are used up.

import { describe, expect, test } from 'vitest';
import { EVALUATION_BYTES, EVALUATION_UNITS, Meter, MeterExhausted } from '../../src/base/meter.ts';
import { StateError } from '../../src/base/state-error.ts';

function failureOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('one field', () => {
  test('has a second, then fails with States.Runtime', () => {
    const meter = new Meter();
    meter.begin();
    meter.charge(EVALUATION_UNITS);
    const error = failureOf(() => meter.charge(1));
    expect(error).toBeInstanceOf(StateError);
    expect((error as StateError).error).toBe('States.Runtime');
  });

  test('begins anew with the next', () => {
    const meter = new Meter();
    for (let field = 0; field < 3; field++) {
      meter.begin();
      meter.charge(EVALUATION_UNITS);
    }
    expect(meter.used).toBe(3 * EVALUATION_UNITS);
  });

  test('may make so many bytes, which take time too, then fails with States.DataLimitExceeded', () => {
    const meter = new Meter();
    meter.begin();
    meter.allocate(EVALUATION_BYTES);
    expect(meter.used).toBe(EVALUATION_BYTES / 64);
    expect((failureOf(() => meter.allocate(1)) as StateError).error).toBe('States.DataLimitExceeded');
    meter.begin();
    expect(failureOf(() => meter.allocate(1))).toBeUndefined();
  });
});

describe('what the owner allows', () => {
  test('ends with an exception that is no error of the workflow', () => {
    const meter = new Meter(100);
    meter.begin();
    meter.charge(100);
    expect(meter.left).toBe(0);
    expect(failureOf(() => meter.charge(1))).toBeInstanceOf(MeterExhausted);
  });

  test('holds for all fields together', () => {
    const meter = new Meter(100);
    meter.begin();
    meter.charge(60);
    meter.begin();
    expect(failureOf(() => meter.charge(60))).toBeInstanceOf(MeterExhausted);
  });

  test('ends with what the owner throws', () => {
    const mine = new Error('mine');
    const meter = new Meter(0, () => {
      throw mine;
    });
    expect(failureOf(() => meter.charge(1))).toBe(mine);
    expect(failureOf(() => meter.exhaust())).toBe(mine);
  });
});
