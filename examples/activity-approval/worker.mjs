// Decides expenses: fetches a task, approves or declines it, fetches the next. Plain HTTP, nothing to install.
// Usage: node worker.mjs [number of tasks, default: for ever]

const ENDPOINT = process.env.AWS_ENDPOINT_URL ?? 'http://127.0.0.1:8083';
const LIMIT = 1_000;

/** One operation of the Step Functions API: AWS JSON 1.0. Against AWS itself requests must also be signed: use its SDK there. */
async function call(operation, input) {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.__type}: ${answer.message}`);
  return answer;
}

async function decide({ taskToken, input }) {
  const { who, amount } = JSON.parse(input);
  if (amount > LIMIT) {
    console.log(`declined ${amount} for ${who}`);
    return call('SendTaskFailure', { taskToken, error: 'Declined', cause: `More than ${LIMIT}` });
  }
  console.log(`approved ${amount} for ${who}`);
  return call('SendTaskSuccess', { taskToken, output: JSON.stringify({ by: 'worker.mjs' }) });
}

const { activityArn } = await call('CreateActivity', { name: 'approve-expense' });
console.log(`waiting for tasks of ${activityArn}`);
const wanted = Number(process.argv[2] ?? Number.POSITIVE_INFINITY);
for (let done = 0; done < wanted; ) {
  // Waits up to a minute; an answer without a token means that there was nothing to do.
  const task = await call('GetActivityTask', { activityArn, workerName: 'worker.mjs' });
  if (!task.taskToken) continue;
  await decide(task);
  done++;
}
