// What is done to the server, each by a caller who may create state machines and start them.

import type { Client } from '../../bench/lib/client.ts';
import { createMachine, loop, ROLE, start, succeeded, unique } from '../../bench/lib/workloads.ts';

export interface Attack {
  readonly name: string;
  /** Of the server's JavaScript heap; default: Node's. */
  readonly heapMb?: number;
  /** Sets it up. @returns what attacks until `over` says so; it may say how it went. */
  prepare(client: Client): Promise<(over: () => boolean) => Promise<string>>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(over: () => boolean): Promise<string> {
  while (!over()) await pause(20);
  return '';
}

/** A state that evaluates the expression, for ever. */
function again(expression: string): object {
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Output: `{% ${expression} %}`, Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = -1 %}', Next: 'C' }], Default: 'A' },
      C: { Type: 'Succeed' },
    },
  };
}

function parameters(value: string): object {
  return { StartAt: 'A', States: { A: { Type: 'Pass', Parameters: { 'x.$': value }, End: true } } };
}

function output(expression: string): object {
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'A',
    States: { A: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } },
  };
}

function expressLoops(count: number): Attack {
  return {
    name: `${count} endless Express loop${count === 1 ? '' : 's'}`,
    async prepare(client) {
      const definition = {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Next: 'B' },
          B: { Type: 'Choice', Choices: [{ Variable: '$.end', IsPresent: true, Next: 'C' }], Default: 'A' },
          C: { Type: 'Succeed' },
        },
      };
      const arn = await createMachine(client, definition, 'EXPRESS');
      for (let i = 0; i < count; i++) await start(client, arn, '{}');
      return until;
    },
  };
}

/** Executions one after the other, as fast as they end. */
function inTurn(name: string, definition: object, input = '{}', type = 'EXPRESS', heapMb?: number): Attack {
  return {
    name,
    ...(heapMb === undefined ? {} : { heapMb }),
    async prepare(client) {
      const arn = await createMachine(client, definition, type);
      return async (over) => {
        const ended = new Map<string, number>();
        while (!over()) {
          let how: string;
          if (type === 'EXPRESS') {
            const { status, error } = await client.call<{ status: string; error?: string }>(
              'StartSyncExecution',
              { stateMachineArn: arn, name: unique(), input },
            );
            how = error ?? status;
          } else {
            how = await succeeded(client, await start(client, arn, input)).then(
              () => 'SUCCEEDED',
              (failure: Error) => failure.message,
            );
          }
          ended.set(how, (ended.get(how) ?? 0) + 1);
        }
        return [...ended].map(([how, count]) => `${count} × ${how}`).join(', ');
      };
    },
  };
}

/** An execution that never ends by itself. */
function endless(name: string, definition: object, type = 'STANDARD'): Attack {
  return {
    name,
    async prepare(client) {
      const arn = await createMachine(client, definition, type);
      await start(client, arn, '{}');
      return async (over) => {
        await until(over);
        return '';
      };
    },
  };
}

/** A definition of about that many characters, with an expression in every state. */
export function largeDefinition(characters: number): string {
  const states: Record<string, object> = {};
  const one = (i: number, last: boolean): object => ({
    Type: 'Pass',
    Output: { a: '{% $states.input.x & "y" %}', b: '{% $count($states.input.items[price > 5]) %}' },
    ...(last ? { End: true } : { Next: `S${i + 1}` }),
  });
  const count = Math.ceil(characters / (JSON.stringify(one(1000, false)).length + 8));
  for (let i = 0; i < count; i++) states[`S${i}`] = one(i, i === count - 1);
  return JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'S0', States: states });
}

function fourCallers(
  name: string,
  prepare: (client: Client) => Promise<(over: () => boolean) => Promise<unknown>>,
): Attack {
  return {
    name,
    async prepare(client) {
      const call = await prepare(client);
      return async (over) => {
        let calls = 0;
        const caller = async (): Promise<void> => {
          for (; !over(); calls++) await call(over);
        };
        await Promise.all([caller(), caller(), caller(), caller()]);
        return `${calls} calls`;
      };
    },
  };
}

/** Many starts at once of executions that wait. @param seconds each waits */
function manyStarts(name: string, starts: number, bytes: number, definition: object, heapMb: number): Attack {
  return {
    name,
    heapMb,
    async prepare(client) {
      const arn = await createMachine(client, definition, 'EXPRESS');
      const input = JSON.stringify({ x: 'x'.repeat(bytes) });
      return async (over) => {
        const answers = await Promise.allSettled(
          Array.from({ length: starts }, () => start(client, arn, input)),
        );
        const accepted = answers.filter(({ status }) => status === 'fulfilled').length;
        await until(over);
        return `${accepted} of ${starts} accepted`;
      };
    },
  };
}

const quotes = JSON.stringify({ x: '\\"'.repeat(60_000) });
const items = { QueryLanguage: 'JSONata', StartAt: 'Each' };

export const ATTACKS: readonly Attack[] = [
  { name: 'nothing', prepare: async () => until },
  expressLoops(1),
  expressLoops(10),
  expressLoops(100),
  endless('a Standard loop that sorts', again('$count($sort([1..30000], function($a, $b) { $a < $b }))')),
  endless(
    'an Express loop that sorts',
    again('$count($sort([1..30000], function($a, $b) { $a < $b }))'),
    'EXPRESS',
  ),
  endless('a loop of $replace', again("$length($replace($pad('', 200000, 'ab'), 'a', 'cc'))")),
  inTurn(
    '$replace with a growing replacement',
    output("($s := $pad('', 2000, 'a'); $replace($replace($s, 'a', $s), 'a', $s))"),
  ),
  inTurn('StringToJson of quotes', parameters('States.StringToJson($.x)'), quotes),
  inTurn('$distinct of 3,000 objects', output("$count($distinct([1..3000].{'a': $, 'b': 'x' & $}))")),
  inTurn(
    'lists compared in a filter',
    output('($a:=[1..300000];$b:=[1..300000];$count($filter([1..100000],function($v){$a=$b})))'),
  ),
  inTurn('$base64encode in a loop', output("$count([1..100000].$base64encode($pad('', 10000, 'x')))")),
  inTurn(
    'JsonToString of 2,000 inputs',
    parameters(`States.JsonToString(States.Array(${Array(2000).fill('$').join(', ')}))`),
    JSON.stringify({ x: 'x'.repeat(200_000) }),
  ),
  inTurn(
    'Array of 20,000 scans',
    parameters(`States.ArrayLength(States.Array(${Array(20_000).fill('$..*').join(', ')}))`),
    JSON.stringify({ x: Array.from({ length: 20_000 }, (_, i) => i) }),
  ),
  inTurn(
    'Format over the limit',
    parameters(`States.Format('${'{}'.repeat(500)}', ${Array(500).fill('$.x').join(', ')})`),
    JSON.stringify({ x: 'x'.repeat(200_000) }),
  ),
  fourCallers('four callers that validate 0.86 MB', async (client) => {
    const definition = largeDefinition(860_000);
    return () => client.call('ValidateStateMachineDefinition', { definition, type: 'STANDARD' });
  }),
  fourCallers('four callers that create 0.86 MB', async (client) => {
    let made = 0;
    return () =>
      client.call('CreateStateMachine', {
        name: unique(),
        // Another text each time: what is known is not analysed again.
        definition: largeDefinition(860_000 + 500 * made++),
        roleArn: ROLE,
      });
  }),
  fourCallers('four callers that read histories', async (client) => {
    const executionArn = await start(client, await createMachine(client, loop(6_000)), '{"x":"y"}');
    await succeeded(client, executionArn);
    return async (over) => {
      let nextToken: string | undefined;
      do {
        const page = await client.call<{ nextToken?: string }>('GetExecutionHistory', {
          executionArn,
          maxResults: 1_000,
          ...(nextToken !== undefined && { nextToken }),
        });
        nextToken = page.nextToken;
      } while (nextToken !== undefined && !over());
    };
  }),
  {
    ...inTurn('an Express Map of 6,000 × 250 KB, 512 MiB', {
      ...items,
      States: {
        Each: {
          Type: 'Map',
          Items: '{% [1..6000] %}',
          ItemProcessor: {
            StartAt: 'P',
            States: {
              P: { Type: 'Pass', Output: "{% $pad('', 250000, 'x') & $string($random()) %}", End: true },
            },
          },
          End: true,
        },
      },
    }),
    heapMb: 512,
  },
  manyStarts(
    '1,281 Express starts of 200 KB that wait, 512 MiB',
    1_281,
    200_000,
    { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } },
    512,
  ),
];
