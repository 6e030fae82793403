import { describe, expect, it } from 'vitest';
import { validateDefinition } from '../../../src/asl/validate.ts';
import { checkStates, map, task } from '../check.ts';

const ACTIVITY = 'arn:aws:states:us-east-1:123456789012:activity:a';
const sqs = (pattern = '') => `arn:aws:states:::sqs:sendMessage${pattern}`;
const unknown = (arn: string) =>
  `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;

describe("a Task's resource", () => {
  it.each([
    ['arn:aws:lambda:us-east-1:123456789012:function:f'],
    ['arn:aws:lambda:us-east-1:123456789012:function:f:PROD'],
    [ACTIVITY],
    [sqs()],
    [sqs('.waitForTaskToken')],
    ['arn:aws:states:::aws-sdk:s3:getObject'],
  ])('may be %s', (Resource) => {
    expect(checkStates(task({ Resource, Parameters: {} }))).toEqual([]);
  });

  it.each([
    ['not an ARN'],
    ['arn:aws:states:::sqs:sendNothing'],
    [sqs('.sync')],
    ['arn:aws:states:::nothing:at:all'],
  ])('may not be %s', (Resource) => {
    expect(checkStates(task({ Resource }))).toContain(`${unknown(Resource)} at /States/T/Resource`);
  });

  it('is suggested when one action of the SDK is near', () => {
    const [message] = checkStates(task({ Resource: 'arn:aws:states:::aws-sdk:s3:getObjekt' }));
    expect(message).toContain('Did you mean aws-sdk:s3:getObject?');
  });

  it('may be one that is answered for where the definition runs', () => {
    const text = JSON.stringify({ StartAt: 'T', States: task({ Resource: 'arn:aws:states:::own:thing' }) });
    const asked: string[] = [];
    const answersFor = (arn: string) => asked.push(arn) > 0;
    expect(validateDefinition(text, { type: 'STANDARD', answersFor }).diagnostics).toEqual([]);
    expect(asked).toEqual(['arn:aws:states:::own:thing']);
  });
});

describe('an Express workflow', () => {
  it.each([
    [ACTIVITY, 'Activity ARN'],
    ['arn:aws:states:::ecs:runTask.sync', "'.sync' service integration"],
    ['arn:aws:states:::states:startExecution.sync:2', "'.sync' service integration"],
    [sqs('.waitForTaskToken'), "'.waitForTaskToken' service integration "],
  ])('may not call %s, which a Standard workflow may', (Resource, what) => {
    const states = task({ Resource, Parameters: {} });
    expect(checkStates(states, 'EXPRESS')).toContain(
      `Express state machine does not support ${what} at /States/T/Resource`,
    );
    expect(checkStates(states, 'STANDARD').filter((line) => line.includes('Express'))).toEqual([]);
  });

  it('may have an inline Map but no distributed one', () => {
    expect(checkStates(map({}, 'INLINE'), 'EXPRESS')).toEqual([]);
    expect(checkStates(map({}), 'EXPRESS')).toEqual([
      "Express state machine does not support 'DISTRIBUTED' Map state at /States/M/ItemProcessor/ProcessorConfig/Mode",
    ]);
  });

  it('is also what the children of a distributed Map are, when its type says so', () => {
    const children = (ExecutionType: string) =>
      checkStates({
        M: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType },
            StartAt: 'T',
            States: task({ Resource: ACTIVITY }),
          },
          End: true,
        },
      });
    expect(children('EXPRESS')).toEqual([
      'Express state machine does not support Activity ARN at /States/M/ItemProcessor/States/T/Resource',
    ]);
    expect(children('STANDARD')).toEqual([]);
  });

  it('is looked through inside branches', () => {
    const P = {
      Type: 'Parallel',
      Branches: [{ StartAt: 'T', States: task({ Resource: ACTIVITY }) }],
      End: true,
    };
    expect(checkStates({ P }, 'EXPRESS')).toEqual([
      'Express state machine does not support Activity ARN at /States/P/Branches[0]/States/T/Resource',
    ]);
  });
});
