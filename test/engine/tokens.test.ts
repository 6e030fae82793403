import { expect, test } from 'vitest';
import { Callbacks } from '../../src/engine/callbacks.ts';
import { createTaskTokens } from '../../src/engine/tokens.ts';
import type { Command } from '../../src/interpreter/command.ts';
import type { Refusal } from '../../src/interpreter/decide.ts';

const tokens = createTaskTokens('secret');
const ARN = 'arn:aws:states:us-east-1:123456789012:execution:m:a name';

test('a token names its execution and its attempt', () => {
  expect(tokens.read(tokens.make(ARN, 17))).toEqual({ executionArn: ARN, scheduled: 17 });
});

test('a token of another process with the same secret is known, that of another installation is not', () => {
  const token = tokens.make(ARN, 17);
  expect(createTaskTokens('secret').read(token)).toEqual({ executionArn: ARN, scheduled: 17 });
  expect(createTaskTokens('other').read(token)).toBeUndefined();
});

test('a token with any character changed is not known', () => {
  const token = tokens.make(ARN, 17);
  for (let i = 0; i < token.length; i++) {
    const changed = token[i] === 'A' ? 'B' : 'A';
    expect(tokens.read(token.slice(0, i) + changed + token.slice(i + 1))).toBeUndefined();
  }
});

test.each([
  ['', 'nothing'],
  ['A'.repeat(32), 'a signature alone'],
  ['%%%', 'what is no Base64'],
])('%o is not known: %s', (token) => expect(tokens.read(token)).toBeUndefined());

test('another spelling of the same bytes is not the token', () => {
  const token = tokens.make(ARN, 17);
  expect(tokens.read(`${token}=`)).toBeUndefined();
  expect(tokens.read(` ${token}`)).toBeUndefined();
});

const ask = (refused: Refusal | undefined) => {
  const asked: { executionArn: string; command: Command }[] = [];
  const inbox = {
    async ask(executionArn: string, command: Command) {
      asked.push({ executionArn, command });
      return refused;
    },
  };
  return { asked, callbacks: new Callbacks(tokens, inbox) };
};

test('what a worker sends goes to the execution that the token names, marked as from a token', async () => {
  const { asked, callbacks } = ask(undefined);
  const outcome = { status: 'failed', error: 'E', cause: 'c' } as const;
  expect(await callbacks.completeTask(tokens.make(ARN, 17), outcome)).toBe('ok');
  expect(await callbacks.heartbeat(tokens.make(ARN, 17))).toBe('ok');
  expect(asked).toEqual([
    { executionArn: ARN, command: { type: 'CompleteTask', scheduled: 17, outcome, by: 'token' } },
    { executionArn: ARN, command: { type: 'Heartbeat', scheduled: 17 } },
  ]);
});

test('a token that is not known asks nothing of anybody', async () => {
  const { asked, callbacks } = ask(undefined);
  expect([await callbacks.heartbeat('what'), asked]).toEqual(['invalid', []]);
});

test('a token whose task or execution has ended is closed', async () => {
  for (const refused of ['unknown-task', 'closed'] as const)
    expect(await ask(refused).callbacks.heartbeat(tokens.make(ARN, 17))).toBe('closed');
});
