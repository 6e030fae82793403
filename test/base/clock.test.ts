import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { steadyTime, systemClock } from '../../src/base/clock.ts';

const DAY_MS = 86_400_000;

describe('the clock of the system', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('acts once after the delay, unless it is cancelled', () => {
    const acts: string[] = [];
    systemClock.after(100, () => acts.push('kept'));
    const cancel = systemClock.after(100, () => acts.push('cancelled'));
    vi.advanceTimersByTime(99);
    expect(acts).toEqual([]);
    cancel();
    vi.advanceTimersByTime(1_000);
    expect(acts).toEqual(['kept']);
  });

  it('acts at once when the time has passed', () => {
    let acted = false;
    systemClock.after(-5, () => {
      acted = true;
    });
    vi.advanceTimersByTime(1);
    expect(acted).toBe(true);
  });

  // Node makes a delay over 2^31 - 1 ms one of 1 ms; who waits longer looks again when this one has passed.
  it('takes no delay longer than a timer can have', () => {
    let acted = false;
    systemClock.after(365 * DAY_MS, () => {
      acted = true;
    });
    vi.advanceTimersByTime(24 * DAY_MS);
    expect(acted).toBe(false);
    vi.advanceTimersByTime(DAY_MS);
    expect(acted).toBe(true);
  });

  it('acts soon, but not now', () => {
    let acted = false;
    systemClock.soon(() => {
      acted = true;
    });
    expect(acted).toBe(false);
    vi.advanceTimersByTime(0);
    expect(acted).toBe(true);
  });
});

describe('steady time', () => {
  const START = 1_700_000_000_000;
  let wall = START;
  let elapsed = 0;
  const pass = (ms: number): void => {
    wall += ms;
    elapsed += ms;
  };
  const now = (): (() => number) => {
    wall = START;
    elapsed = 0;
    return steadyTime(
      () => wall,
      () => elapsed,
    );
  };

  it('tells what the wall clock shows, in whole milliseconds', () => {
    const time = now();
    expect(time()).toBe(START);
    pass(5.7);
    expect(time()).toBe(START + 5);
  });

  it('goes on evenly when the wall clock is set back', () => {
    const time = now();
    time();
    wall -= 3_600_000;
    pass(10);
    expect(time()).toBe(START + 10);
    pass(90);
    expect(time()).toBe(START + 100);
  });

  it('follows a wall clock that is set forward, or went on while the machine slept', () => {
    const time = now();
    time();
    wall += 3_600_000;
    pass(10);
    expect(time()).toBe(START + 3_600_010);
  });
});
