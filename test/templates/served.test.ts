// Projects as people have them, served without a change: executions run, functions are called, changes are taken up.

import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Outputs } from '../../src/api/model.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type RunningServer, startServer } from '../../src/server.ts';
import { until } from '../support/until.ts';
import { writeProject } from './project.ts';

const PREFIX = 'arn:aws:states:us-east-1:123456789012';
let server: RunningServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Serves what `treadle.yaml` of the folder says, or the folder's template. */
async function serve(folder: string, options: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const env = { TREADLE_LISTEN: '127.0.0.1:0', TREADLE_DATA: ':memory:', TREADLE_LOGS_LEVEL: 'silent' };
  const file = options['templates'] === undefined ? join(folder, 'treadle.yaml') : undefined;
  server = await startServer(loadConfig({ file, folder, env, options }));
  return server;
}

async function call<T>(operation: string, input: object): Promise<T> {
  const response = await fetch(server!.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const answer = (await response.json()) as T;
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}

async function outputOf(machine: string, input: object = {}): Promise<unknown> {
  const { executionArn } = await call<{ executionArn: string }>('StartExecution', {
    stateMachineArn: `${PREFIX}:stateMachine:${machine}`,
    input: JSON.stringify(input),
  });
  let found: Outputs['DescribeExecution'] | undefined;
  await until('the end', async () => {
    found = await call<Outputs['DescribeExecution']>('DescribeExecution', { executionArn });
    return found.status !== 'RUNNING';
  });
  if (found!.status !== 'SUCCEEDED') throw new Error(`${found!.error}: ${found!.cause}`);
  return JSON.parse(found!.output!);
}

const SAM = {
  'template.yaml': `
Transform: AWS::Serverless-2016-10-31
Parameters: { Stage: { Type: String, Default: dev } }
Resources:
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: flows/orders.asl.json
      DefinitionSubstitutions: { TakeArn: !GetAtt Take.Arn, Table: !Ref Table }
  Take:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/take
      Handler: app.handler
      Runtime: nodejs22.x
      Environment: { Variables: { STAGE: !Ref Stage } }
  Table: { Type: AWS::Serverless::SimpleTable }
`,
  'flows/orders.asl.json':
    '{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"${TakeArn}","Parameters":{"table":"${Table}"},"End":true}}}',
  'functions/take/app.mjs':
    'export const handler = async (event) => ({ ...event, stage: process.env.STAGE });\n',
};

describe('a SAM project', () => {
  test('runs as it is', async () => {
    const { deployed } = await serve(writeProject(SAM), { templates: '.' });
    expect(deployed.map(({ name, change }) => [name, change])).toEqual([['Orders', 'created']]);
    expect(await outputOf('Orders')).toEqual({ table: 'Table', stage: 'dev' });
  });

  test('takes values and names from treadle.yaml, and functions of treadle.yaml in place of its own', async () => {
    const folder = writeProject({
      ...SAM,
      'treadle.yaml': `
templates:
  template.yaml:
    parameters: { Stage: prod }
    values: { Table: orders-prod }
stateMachines:
  shop: template.yaml#Orders
functions:
  Take: { handler: other.handler }
`,
      'other.mjs': 'export const handler = async (event) => ({ other: event.table });\n',
    });
    const { deployed } = await serve(folder);
    expect(deployed.map(({ name }) => name)).toEqual(['shop']);
    expect(await outputOf('shop')).toEqual({ other: 'orders-prod' });
  });

  test('serves the functions of a machine that treadle.yaml names', async () => {
    const folder = writeProject({
      ...SAM,
      'treadle.yaml': 'stateMachines: { orders: template.yaml#Orders }\n',
    });
    await serve(folder);
    expect(await outputOf('orders')).toEqual({ table: 'Table', stage: 'dev' });
  });

  test('is deployed again when its definition or its template changes', async () => {
    const folder = writeProject(SAM);
    await serve(folder, { templates: '.' });
    const definition = async () =>
      (
        await call<{ definition: string }>('DescribeStateMachine', {
          stateMachineArn: `${PREFIX}:stateMachine:Orders`,
        })
      ).definition;
    const flow = join(folder, 'flows/orders.asl.json');
    writeFileSync(flow, SAM['flows/orders.asl.json'].replace('"table":', '"changed":'));
    await until('the changed definition', async () => (await definition()).includes('changed'));
    writeFileSync(join(folder, 'new'), SAM['template.yaml'].replace('Table: !Ref Table', 'Table: renamed'));
    renameSync(join(folder, 'new'), join(folder, 'template.yaml'));
    await until('the changed template', async () => (await definition()).includes('renamed'));
  });

  test('says which parameter has no value, and how to give it', async () => {
    const text = SAM['template.yaml']
      .replace(', Default: dev', '')
      .replace('Table: !Ref Table', 'Table: !Ref Stage');
    const folder = writeProject({ ...SAM, 'template.yaml': text });
    await expect(serve(folder, { templates: '.' })).rejects.toThrow(
      /template.yaml:\d+:\d+: the parameter Stage has no default: give it with parameters.Stage/,
    );
  });
});

describe('a Serverless project', () => {
  test('runs as it is', async () => {
    const folder = writeProject({
      'serverless.yml': `
service: shop
provider: { name: aws, runtime: nodejs22.x, stage: "\${opt:stage, 'dev'}" }
functions:
  hello: { handler: src/hello.run, environment: { STAGE: "\${sls:stage}" } }
stepFunctions:
  stateMachines:
    greet:
      definition:
        StartAt: Hello
        States:
          Hello: { Type: Task, Resource: !GetAtt hello.Arn, End: true }
`,
      'src/hello.js': 'exports.run = async (event) => ({ hello: event.name, stage: process.env.STAGE });\n',
    });
    await serve(folder, { templates: '.' });
    expect(await outputOf('greet', { name: 'Ada' })).toEqual({ hello: 'Ada', stage: 'dev' });
  });
});

describe('a CDK project', () => {
  test('runs from its output', async () => {
    const folder = writeProject({
      'cdk.json': { app: 'node app.js' },
      'cdk.out/manifest.json': {
        artifacts: {
          S: { type: 'aws:cloudformation:stack', properties: { templateFile: 'S.template.json' } },
        },
      },
      'cdk.out/S.template.json': {
        Resources: {
          M12: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: {
              StateMachineName: 'flow',
              DefinitionString: {
                'Fn::Join': [
                  '',
                  [
                    '{"StartAt":"F","States":{"F":{"Type":"Task","Resource":"arn:',
                    { Ref: 'AWS::Partition' },
                    ':states:::lambda:invoke","OutputPath":"$.Payload","Parameters":{"FunctionName":"',
                    { 'Fn::GetAtt': ['F34', 'Arn'] },
                    '","Payload.$":"$"},"End":true}}}',
                  ],
                ],
              },
            },
          },
          F34: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              Code: { S3Bucket: 'b', S3Key: 'k' },
              Handler: 'index.handler',
              Runtime: 'nodejs22.x',
            },
            Metadata: { 'aws:asset:path': 'asset.1' },
          },
        },
      },
      'cdk.out/asset.1/index.js': 'exports.handler = async (event) => ({ got: event });\n',
    });
    await serve(folder, { templates: '.' });
    expect(await outputOf('flow', { a: 1 })).toEqual({ got: { a: 1 } });
  });
});

describe('placeholders of a definition file', () => {
  const flow = (text: object) => JSON.stringify({ StartAt: 'A', States: { A: { End: true, ...text } } });

  test('are replaced by substitutions', async () => {
    const folder = writeProject({
      'flow.asl.json': flow({ Type: 'Pass', Result: 'in ${Stage}, ${Left}' }),
      'treadle.yaml': 'stateMachines: { f: { definition: flow.asl.json, substitutions: { Stage: test } } }\n',
    });
    const { warnings } = await serve(folder);
    expect(await outputOf('f')).toBe('in test, ${Left}');
    expect(warnings).toContainEqual(
      expect.stringMatching(
        /flow.asl.json:1: The placeholder \$\{Left\} has no value: set stateMachines.f.substitutions.Left in treadle.yaml$/,
      ),
    );
  });

  test.each([
    ['a Resource', { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:1:function:${Fn}' }],
    ['a text that is nothing else', { Type: 'Pass', Result: '${Fn}' }],
  ])('are a mistake in %s', async (_name, text) => {
    const folder = writeProject({
      'flow.asl.json': flow(text),
      'treadle.yaml': 'stateMachines: { f: flow.asl.json }\n',
    });
    await expect(serve(folder)).rejects.toThrow(
      'The placeholder ${Fn} has no value: set stateMachines.f.substitutions.Fn in treadle.yaml',
    );
  });

  test('are a mistake outside of a text, before the JSON is one', async () => {
    const folder = writeProject({
      'flow.asl.json': '{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":${Wait},"End":true}}}',
      'treadle.yaml': 'stateMachines: { f: flow.asl.json }\n',
    });
    await expect(serve(folder)).rejects.toThrow('The placeholder ${Wait} has no value');
  });
});
