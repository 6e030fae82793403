// Machines and functions as SAM, CloudFormation, CDK and Serverless templates write them. Sources: the reference of each type, the
// output of `cdk synth`, and the documentation of serverless-step-functions.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TemplateSettings } from '../../src/config/templates.ts';
import { openStacks } from '../../src/templates/open.ts';
import { activityNames, functionsOf, machineIds, machineOf } from '../../src/templates/stack.ts';
import { ACCOUNT, writeProject } from './project.ts';

const PASS = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };

function open(folder: string, settings: TemplateSettings = {}, path = '.') {
  const stacks = openStacks(join(folder, path), settings, { account: ACCOUNT, env: { HOME_TABLE: 'h' } });
  const warnings: string[] = [];
  return {
    ids: stacks.flatMap(machineIds),
    machine: (id: string) =>
      machineOf(stacks.find(({ template }) => template.resources.has(id)) ?? stacks[0]!, id),
    functions: stacks.flatMap((stack) => functionsOf(stack, (message) => warnings.push(message))),
    activities: stacks.flatMap(activityNames),
    warnings,
  };
}

describe('SAM', () => {
  const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String }
  Level: { Type: String, Default: 'ALL' }
Globals:
  Function: { Runtime: python3.12, Timeout: 7, Environment: { Variables: { STAGE: !Ref Stage, LEVEL: x } } }
Conditions:
  Never: !Equals [1, 2]
Resources:
  Order:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: !Sub 'order-\${Stage}'
      Type: EXPRESS
      Role: arn:aws:iam::111122223333:role/order
      DefinitionUri: order.asl.yaml
      DefinitionSubstitutions: { Fn: !GetAtt Take.Arn, Wait: 3, Text: 'a "quoted"' }
      Logging: { Level: !Ref Level, IncludeExecutionData: true }
      Tracing: { Enabled: true }
  Inline:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: { StartAt: T, States: { T: { Type: Task, Resource: !GetAtt Take.Arn, End: true } } }
  Skipped:
    Type: AWS::Serverless::StateMachine
    Condition: Never
  Take:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Environment: { Variables: { LEVEL: own, API: !GetAtt Api.Url } }
  Other:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: src/, Handler: x.y, Runtime: java21 }
  Inlined:
    Type: AWS::Serverless::Function
    Properties: { InlineCode: 'x', Handler: index.y }
  Image:
    Type: AWS::Serverless::Function
    Properties: { PackageType: Image }
  Lost:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: nowhere/, Handler: x.y }
  Api: { Type: AWS::Serverless::Api }
`;
  const project = () =>
    writeProject({
      'template.yaml': TEMPLATE,
      'order.asl.yaml':
        'StartAt: A\nStates:\n  A: { Type: Task, Resource: ${Fn}, TimeoutSeconds: ${Wait}, End: true }\n',
      'src/app.py': '',
      'samconfig.toml':
        'version = 0.1\n[default.deploy.parameters]\nstack_name = "shop"\nparameter_overrides = "Stage=\\"te st\\" Level=ERROR"\n',
    });

  test('gives its machines, with samconfig.toml for parameters', () => {
    const folder = project();
    const { ids, machine } = open(folder);
    expect(ids).toEqual(['Order', 'Inline']);
    expect(machine('Order')).toMatchObject({
      name: 'order-te st',
      type: 'EXPRESS',
      roleArn: 'arn:aws:iam::111122223333:role/order',
      loggingConfiguration: { level: 'ERROR', includeExecutionData: true },
      tracingConfiguration: { enabled: true },
      definition: {
        format: 'yaml',
        path: join(folder, 'order.asl.yaml'),
        text: 'StartAt: A\nStates:\n  A: { Type: Task, Resource: arn:aws:lambda:eu-west-1:111122223333:function:Take, TimeoutSeconds: 3, End: true }\n',
      },
    });
    const inline = machine('Inline');
    expect(inline).toMatchObject({ name: 'Inline', type: 'STANDARD', roleArn: undefined });
    expect(JSON.parse(inline.definition.text).States.T.Resource).toBe(
      'arn:aws:lambda:eu-west-1:111122223333:function:Take',
    );
  });

  test('prefers the values of the configuration', () => {
    expect(open(project(), { parameters: { Stage: 'prod' } }).machine('Order').name).toBe('order-prod');
  });

  test('gives the functions that can run here, and says of the others why not', () => {
    const folder = project();
    const { functions, warnings } = open(folder);
    expect(functions).toEqual([
      {
        id: 'Take',
        name: 'Take',
        folder: join(folder, 'src'),
        handler: 'app.handler',
        runtime: 'python',
        env: { STAGE: 'te st', LEVEL: 'own' },
        timeout: 7,
        memory: undefined,
      },
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^the variable API of the function Take is left out \(.*template.yaml:\d+:\d+: what Url of Api .* give it with values.Api.Url\)$/,
      ),
      expect.stringMatching(
        /^the function Other cannot run here; functions.Other of treadle.yaml can answer for it \(.*: its runtime is java21\)$/,
      ),
      expect.stringMatching(/^the function Inlined .*: its code is written in the template\)$/),
      expect.stringMatching(/^the function Image .*: it is a container image\)$/),
      expect.stringMatching(
        /^the function Lost .*: expected the folder of its code at .*nowhere, but there is none\)$/,
      ),
    ]);
  });

  test('escapes what a text of a JSON definition is given', () => {
    const folder = writeProject({
      'template.yaml': `
Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties: { DefinitionUri: m.asl.json, DefinitionSubstitutions: { Text: 'say "hi" \\ now', N: 5 } }
`,
      'm.asl.json':
        '{"Comment":"${Text}","StartAt":"W","States":{"W":{"Type":"Wait","Seconds":${N},"End":true}}}',
    });
    expect(JSON.parse(open(folder).machine('M').definition.text)).toMatchObject({
      Comment: 'say "hi" \\ now',
      States: { W: { Seconds: 5 } },
    });
  });
});

describe('CloudFormation', () => {
  test('gives machines of strings, files and YAML, and activities', () => {
    const folder = writeProject({
      'stack.json': {
        Resources: {
          Joined: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: {
              StateMachineType: 'STANDARD',
              RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
              DefinitionString: {
                'Fn::Join': [
                  '',
                  [
                    '{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"',
                    { Ref: 'Work' },
                    '","End":true}}}',
                  ],
                ],
              },
            },
          },
          Role: { Type: 'AWS::IAM::Role' },
          Work: { Type: 'AWS::StepFunctions::Activity', Properties: { Name: 'work' } },
        },
      },
    });
    const { machine, activities } = open(folder, {}, 'stack.json');
    expect(machine('Joined').roleArn).toBe('arn:aws:iam::111122223333:role/Role');
    expect(JSON.parse(machine('Joined').definition.text).States.T.Resource).toBe(
      'arn:aws:states:eu-west-1:111122223333:activity:work',
    );
    expect(activities).toEqual(['work']);
  });

  test.each([
    ['Resources: []', 'expected a mapping Resources to be a mapping, but got []'],
    [
      'Resources: { A: { Properties: {} } }',
      'template.yaml:1:17: expected the Type of the resource A, but there is none',
    ],
    ['a: [', 'template.yaml:'],
    ['a: 1\na: 2', 'template.yaml:2:1: Map keys must be unique'],
  ])('refuses %j with its place', (text, expected) => {
    expect(() => open(writeProject({ 'template.yaml': text }))).toThrow(expected);
  });

  test('names the machines that are there when one is not', () => {
    const folder = writeProject({
      'template.yaml':
        'Resources: { A: { Type: AWS::Serverless::StateMachine }, Q: { Type: AWS::SQS::Queue } }',
    });
    const { machine } = open(folder);
    expect(() => machine('Q')).toThrow('expected a state machine Q; the template has A');
    expect(() => machine('A')).toThrow(
      'expected the definition of A in this template or in a file, but got nothing',
    );
  });

  test('says what a folder must hold', () => {
    expect(() => open(writeProject({ 'x.txt': '' }))).toThrow('expected one of manifest.json');
    expect(() => open('/nowhere')).toThrow('expected a template here, but there is nothing');
  });
});

describe('CDK', () => {
  const folder = () =>
    writeProject({
      'cdk.out/manifest.json': {
        version: '36.0.0',
        artifacts: {
          'Base.assets': { type: 'cdk:asset-manifest', properties: { file: 'x' } },
          Base: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Base.template.json' } },
          App: {
            type: 'aws:cloudformation:stack',
            properties: { templateFile: 'App.template.json', stackName: 'prod-app' },
          },
          'assembly-Stage': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Stage' } },
        },
      },
      'cdk.out/Base.template.json': {
        Resources: { Table: { Type: 'AWS::DynamoDB::Table' } },
        Outputs: { Out: { Value: { Ref: 'Table' }, Export: { Name: 'Base:Table' } } },
      },
      'cdk.out/App.template.json': {
        Resources: {
          Machine2E01: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: {
              DefinitionString: {
                'Fn::Join': [
                  '',
                  [
                    '{"StartAt":"P","States":{"P":{"Type":"Task","Resource":"arn:',
                    { Ref: 'AWS::Partition' },
                    ':states:::lambda:invoke","Parameters":{"FunctionName":"',
                    { 'Fn::GetAtt': ['HandlerF1', 'Arn'] },
                    '","Payload":{"stack":"',
                    { Ref: 'AWS::StackName' },
                    '","table":"',
                    { 'Fn::ImportValue': 'Base:Table' },
                    '"}},"End":true}}}',
                  ],
                ],
              },
            },
          },
          FileMachine: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: { DefinitionS3Location: { Bucket: 'b', Key: 'k' } },
            Metadata: { 'aws:asset:path': 'asset.77.json', 'aws:asset:property': 'DefinitionS3Location' },
          },
          HandlerF1: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              Code: { S3Bucket: 'b', S3Key: 'k.zip' },
              Handler: 'index.handler',
              Runtime: 'nodejs20.x',
            },
            Metadata: { 'aws:asset:path': 'asset.42', 'aws:asset:property': 'Code' },
          },
        },
      },
      'cdk.out/asset.42/index.js': '',
      'cdk.out/asset.77.json': PASS,
      'cdk.out/assembly-Stage/manifest.json': {
        artifacts: {
          S: { type: 'aws:cloudformation:stack', properties: { templateFile: 'S.template.json' } },
        },
      },
      'cdk.out/assembly-Stage/S.template.json': { Resources: {} },
    });

  test('gives the machines of every stack, with values of other stacks and assets', () => {
    const at = folder();
    const { ids, machine, functions, warnings } = open(at);
    expect(ids).toEqual(['Machine2E01', 'FileMachine']);
    expect(JSON.parse(machine('Machine2E01').definition.text).States.P).toEqual({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: 'arn:aws:lambda:eu-west-1:111122223333:function:HandlerF1',
        Payload: { stack: 'prod-app', table: 'Table' },
      },
      End: true,
    });
    expect(JSON.parse(machine('FileMachine').definition.text)).toEqual(PASS);
    expect(functions).toMatchObject([
      { name: 'HandlerF1', folder: join(at, 'cdk.out/asset.42'), handler: 'index.handler' },
    ]);
    expect(warnings).toEqual([]);
  });

  test('is found by its output as by its project', () => {
    expect(open(folder(), {}, 'cdk.out').ids).toEqual(['Machine2E01', 'FileMachine']);
  });
});

describe('Serverless', () => {
  const SERVERLESS = `
service: shop
custom:
  names: { dev: small, prod: big }
  size: \${self:custom.names.\${self:provider.stage}}
provider:
  name: aws
  stage: \${opt:stage, 'dev'}
  runtime: nodejs20.x
  environment: { TABLE: '\${env:HOME_TABLE}', SIZE: '\${self:custom.size}' }
functions:
  take-order:
    handler: src/take.handler
    timeout: 9
    environment: { REGION: '\${aws:region}', MISSING: '\${env:NOPE, "none"}' }
stepFunctions:
  stateMachines:
    order:
      name: order-\${sls:stage}
      type: EXPRESS
      loggingConfig: { level: ERROR, destinations: ['arn:aws:logs:eu-west-1:111122223333:log-group:g:*'] }
      definition:
        StartAt: A
        States:
          A: { Type: Task, Resource: !GetAtt take-order.Arn, Next: B }
          B: { Type: Task, Resource: 'arn:aws:lambda:#{AWS::Region}:#{AWS::AccountId}:function:x', End: true }
    fromFile:
      definition: \${file(flows/other.yml):flow}
  activities: [approve]
resources:
  Resources:
    Queue: { Type: AWS::SQS::Queue }
`;
  const folder = () =>
    writeProject({
      'serverless.yml': SERVERLESS,
      'flows/other.yml': 'flow:\n  StartAt: ${self:custom.size}\n  States: { small: { Type: Succeed } }\n',
      'src/take.js': '',
    });

  test('gives machines, functions and activities of a serverless.yml', () => {
    const at = folder();
    const { ids, machine, functions, activities, warnings } = open(at);
    expect(ids).toEqual(['order', 'fromFile']);
    expect(machine('order')).toMatchObject({
      name: 'order-dev',
      type: 'EXPRESS',
      loggingConfiguration: {
        level: 'ERROR',
        destinations: [
          { cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:eu-west-1:111122223333:log-group:g:*' } },
        ],
      },
    });
    const { States } = JSON.parse(machine('order').definition.text);
    expect(States.A.Resource).toBe('arn:aws:lambda:eu-west-1:111122223333:function:shop-dev-take-order');
    expect(States.B.Resource).toBe('arn:aws:lambda:eu-west-1:111122223333:function:x');
    expect(JSON.parse(machine('fromFile').definition.text)).toEqual({
      StartAt: 'small',
      States: { small: { Type: 'Succeed' } },
    });
    expect(functions).toEqual([
      {
        id: 'Take-orderLambdaFunction'.replace('-', 'Dash'),
        name: 'shop-dev-take-order',
        folder: at,
        handler: 'src/take.handler',
        runtime: 'nodejs',
        env: { TABLE: 'h', SIZE: 'small', REGION: 'eu-west-1', MISSING: 'none' },
        timeout: 9,
        memory: 1024,
      },
    ]);
    expect(activities).toEqual(['approve']);
    expect(warnings).toEqual([]);
  });

  test('takes options from the parameters', () => {
    expect(open(folder(), { parameters: { stage: 'prod' } }).machine('order').name).toBe('order-prod');
  });

  test.each([
    ['${opt:who}', '${opt:who} has no value here: give it with parameters.who'],
    ['${env:NOPE}', '${env:NOPE} has no value here: set the variable NOPE'],
    ['${ssm:/a/b}', "${ssm:/a/b} has no value here: give it a fallback, as in ${ssm:/a/b, 'value'}"],
    ['${self:custom.loop}', 'the variable ${self:custom.loop} needs itself'],
    ['${file(run.js):x}', 'Treadle runs no code to find a value'],
  ])('%s is refused with its place', (variable, expected) => {
    const at = writeProject({
      'serverless.yml': `service: s
provider: { name: aws }
custom: { unused: '\${cf:other.Output}', loop: '\${self:custom.loop}' }
stepFunctions: { stateMachines: { m: { name: '${variable}', definition: {} } } }
`,
      'run.js': '',
    });
    expect(() => open(at).machine('m')).toThrow(expected);
  });

  test('leaves out a variable of a function that has no value', () => {
    const { functions, warnings } = open(
      writeProject({
        'serverless.yml': `service: s
provider: { name: aws, runtime: python3.9, environment: { A: '\${ssm:/a}', B: b } }
functions: { f: { handler: x.y } }
`,
      }),
    );
    expect(functions).toMatchObject([{ env: { B: 'b' } }]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^the variable A of the function .* is left out \(.*: \$\{ssm:\/a\} has no value here: give it a fallback/,
      ),
    ]);
  });

  test('is read as it was packaged, with the code in the project', () => {
    const at = writeProject({
      '.serverless/cloudformation-template-update-stack.json': {
        Resources: {
          HelloLambdaFunction: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              Code: { S3Bucket: 'b', S3Key: 'k' },
              Handler: 'src/x.y',
              Runtime: 'nodejs20.x',
              FunctionName: 'shop-dev-hello',
            },
          },
        },
      },
      'src/x.js': '',
    });
    expect(open(at, {}, '.serverless').functions).toMatchObject([
      { name: 'shop-dev-hello', folder: at, handler: 'src/x.y' },
    ]);
  });
});
