// What the requests are about: machines, executions, an activity with a task out, and the tokens of all of it.

import type { Known } from './inputs.ts';

const ROLE = 'arn:aws:iam::123456789012:role/fuzz';
const PATIENCE_MS = 60_000;

/** @param round ends the names. @throws when the server does not do it. */
export async function prepare(port: number, round: number): Promise<Known> {
  await waitUntilReady(port);
  const call = async (operation: string, input: object): Promise<Record<string, string>> => {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: {
        'x-amz-target': `AWSStepFunctions.${operation}`,
        'content-type': 'application/x-amz-json-1.0',
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    if (response.status !== 200)
      throw new Error(`${operation} answered ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  };
  const create = (name: string, state: object, type: string) =>
    call('CreateStateMachine', {
      name: `${name}-${round}`,
      roleArn: ROLE,
      type,
      definition: JSON.stringify({ StartAt: 'A', States: { A: { End: true, ...state } } }),
    });
  const { activityArn } = await call('CreateActivity', { name: `work-${round}` });
  const plain = (await create('plain', { Type: 'Pass' }, 'STANDARD'))['stateMachineArn'];
  const quick = (await create('quick', { Type: 'Pass' }, 'EXPRESS'))['stateMachineArn'];
  const waits = (await create('waits', { Type: 'Task', Resource: activityArn }, 'STANDARD'))[
    'stateMachineArn'
  ];
  const started = [];
  for (const stateMachineArn of [plain, plain, waits])
    started.push((await call('StartExecution', { stateMachineArn, input: '{"a":1}' }))['executionArn']!);
  const { taskToken } = await call('GetActivityTask', { activityArn });
  const { nextToken } = await call('ListExecutions', { stateMachineArn: plain, maxResults: 1 });
  return {
    arns: [plain!, quick!, waits!, activityArn!, ...started, `${plain}:1`, `${plain}:prod`],
    tokens: [taskToken!, nextToken!],
  };
}

async function waitUntilReady(port: number): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const status = await fetch(`http://127.0.0.1:${port}/readyz`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).then(
      (response) => response.arrayBuffer().then(() => response.status),
      () => 0,
    );
    if (status === 200) return;
    if (performance.now() > end)
      throw new Error(`Expected the server to be ready, but /readyz answers ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
