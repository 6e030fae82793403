import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Payload } from '../../../src/base/payload.ts';
import { openTestApi, PREFIX, ROLE, START, type TestApi } from '../test-api.ts';

let t: TestApi;
beforeEach(() => {
  t = openTestApi();
});
afterEach(() => t.close());

const MACHINE = `${PREFIX}:stateMachine:m`;
const RUN = `${PREFIX}:execution:m:run`;

/** Creates `m` and starts `run` on it. */
async function started(input = '{"a": 1}'): Promise<void> {
  await t.machine();
  await t.call('StartExecution', { stateMachineArn: MACHINE, name: 'run', input });
}

describe('GetExecutionHistory', () => {
  const ids = (answer: { readonly events: readonly { readonly id: number }[] }) =>
    answer.events.map(({ id }) => id);
  const passed = (output: string) => ({ type: 'PassStateExited', name: 'A', output: Payload.ofText(output) });

  test('shows events in both directions, without notes', async () => {
    await started();
    await t.engine.append(RUN, [{ type: 'PassStateEntered', name: 'A', input: Payload.ofText('{}') }], {});
    await t.engine.append(RUN, [{ type: 'RetryScheduled', id: 0, retrier: 0, until: 5 }], {});
    const forward = await t.call('GetExecutionHistory', { executionArn: RUN });
    expect(forward).toEqual({
      events: [
        {
          id: 1,
          previousEventId: 0,
          timestamp: START / 1000,
          type: 'ExecutionStarted',
          executionStartedEventDetails: {
            input: '{"a": 1}',
            inputDetails: { truncated: false },
            roleArn: ROLE,
          },
        },
        {
          id: 2,
          previousEventId: 1,
          timestamp: START / 1000,
          type: 'PassStateEntered',
          stateEnteredEventDetails: { name: 'A', input: '{}', inputDetails: { truncated: false } },
        },
      ],
    });
    const backward = await t.call('GetExecutionHistory', { executionArn: RUN, reverseOrder: true });
    expect(backward.events).toEqual([...forward.events].reverse());
    const bare = await t.call('GetExecutionHistory', { executionArn: RUN, includeExecutionData: false });
    expect(bare.events[0]?.executionStartedEventDetails).toEqual({ roleArn: ROLE });
  });

  test.each([
    [false, [[1, 2, 3], [4, 5, 6], [7]]],
    [true, [[7, 6, 5], [4, 3, 2], [1]]],
  ])('pages, reversed: %s', async (reverseOrder, expected) => {
    await started();
    await t.engine.append(
      RUN,
      Array.from({ length: 6 }, () => passed('{}')),
      {},
    );
    const pages: number[][] = [];
    let nextToken: string | undefined;
    do {
      const input = { executionArn: RUN, maxResults: 3, reverseOrder, nextToken };
      const page = await t.call('GetExecutionHistory', input);
      pages.push(ids(page));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(pages).toEqual(expected);
  });

  test.each([false, true])(
    'gives a thousand events in one page when asked, reversed: %s',
    async (reverseOrder) => {
      await started();
      await t.engine.append(
        RUN,
        Array.from({ length: 999 }, () => passed('{}')),
        {},
      );
      const page = await t.call('GetExecutionHistory', { executionArn: RUN, maxResults: 1000, reverseOrder });
      const all = Array.from({ length: 1_000 }, (_, i) => i + 1);
      expect(ids(page)).toEqual(reverseOrder ? all.reverse() : all);
      expect(page).not.toHaveProperty('nextToken');
    },
  );

  test('ends a page before it grows too large', async () => {
    await started('{}');
    const large = `"${'x'.repeat(200_000)}"`;
    await t.engine.append(
      RUN,
      Array.from({ length: 40 }, () => passed(large)),
      {},
    );
    const seen: number[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const page = await t.call('GetExecutionHistory', { executionArn: RUN, maxResults: 1000, nextToken });
      seen.push(...ids(page));
      nextToken = page.nextToken;
      pages++;
    } while (nextToken !== undefined);
    expect(pages).toBe(2);
    expect(seen).toEqual(Array.from({ length: 41 }, (_, i) => i + 1));
  });

  test('binds a token to the execution and the direction', async () => {
    await started();
    await t.engine.append(RUN, [passed('{}')], {});
    const { nextToken } = await t.call('GetExecutionHistory', { executionArn: RUN, maxResults: 1 });
    const turned = { executionArn: RUN, maxResults: 1, reverseOrder: true, nextToken };
    expect(await t.refusal('GetExecutionHistory', turned)).toBe(
      "InvalidToken: Invalid Token: 'Invalid token'",
    );
  });
});
