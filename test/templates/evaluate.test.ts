// Source of what the functions give: CloudFormation's reference of intrinsic functions and pseudo parameters, and the "Return
// values" of each type of resource.

import { describe, expect, test } from 'vitest';
import { parseTemplate, startOf } from '../../src/templates/document.ts';
import { Evaluator, type Scope } from '../../src/templates/evaluate.ts';
import { toTemplate } from '../../src/templates/template.ts';
import { ACCOUNT } from './project.ts';

const TEMPLATE = `
Parameters:
  Stage: { Type: String, Default: dev }
  Needed: { Type: String }
  Zones: { Type: CommaDelimitedList, Default: 'a, b' }
Mappings:
  Sizes:
    eu-west-1: { small: 1, big: 9 }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Either: !Or [!Condition IsProd, !Condition IsDev]
  Both: !And [!Condition IsProd, !Condition IsDev]
  Loop: !Not [!Condition Loop]
Resources:
  Fn: { Type: AWS::Serverless::Function, Properties: { AutoPublishAlias: live } }
  Named: { Type: AWS::Lambda::Function, Properties: { FunctionName: !Sub 'pay-\${Stage}' } }
  Queue: { Type: AWS::SQS::Queue }
  Topic: { Type: AWS::SNS::Topic }
  Table: { Type: AWS::DynamoDB::Table, Properties: { TableName: orders } }
  Bucket: { Type: AWS::S3::Bucket }
  Role: { Type: AWS::IAM::Role }
  Machine: { Type: AWS::StepFunctions::StateMachine }
  Act: { Type: AWS::StepFunctions::Activity, Properties: { Name: work } }
  Pool: { Type: AWS::Cognito::UserPool }
`;

function evaluate(text: string, scope: Partial<Scope> = {}): unknown {
  const template = toTemplate({ file: '/p/t.yaml', value: parseTemplate(TEMPLATE, '/p/t.yaml') });
  const evaluator = new Evaluator(template, {
    account: ACCOUNT,
    stackName: 'shop',
    parameters: {},
    values: {},
    names: {},
    importValue: (name) => (name === 'shared-bus' ? 'bus-1' : undefined),
    ...scope,
  });
  return evaluator.evaluate(parseTemplate(text, '/p/v.yaml'), startOf('/p/v.yaml'));
}

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function';

describe('a value of a template', () => {
  test.each<[string, unknown]>([
    ['!Ref Stage', 'dev'],
    ['Ref: Stage', 'dev'],
    ['!Ref Zones', ['a', 'b']],
    ['!Ref AWS::Region', 'eu-west-1'],
    ['!Ref AWS::AccountId', '111122223333'],
    ['!Ref AWS::Partition', 'aws'],
    ['!Ref AWS::StackName', 'shop'],
    ['!Ref Fn', 'Fn'],
    ['!Ref Named', 'pay-dev'],
    ['!Ref Queue', 'https://sqs.eu-west-1.amazonaws.com/111122223333/Queue'],
    ['!Ref Topic', 'arn:aws:sns:eu-west-1:111122223333:Topic'],
    ['!Ref Table', 'orders'],
    ['!Ref Bucket', 'bucket'],
    ['!Ref Machine', 'arn:aws:states:eu-west-1:111122223333:stateMachine:Machine'],
    ['!Ref Act', 'arn:aws:states:eu-west-1:111122223333:activity:work'],
    ['!Ref Pool', 'Pool'],
    ['!Ref Fn.Alias', `${ARN}:Fn:live`],
    ['!GetAtt Fn.Arn', `${ARN}:Fn`],
    ['Fn::GetAtt: [Named, Arn]', `${ARN}:pay-dev`],
    ['Fn::GetAtt: Named.Arn', `${ARN}:pay-dev`],
    ['!GetAtt Table.Arn', 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders'],
    ['!GetAtt Bucket.Arn', 'arn:aws:s3:::bucket'],
    ['!GetAtt Role.Arn', 'arn:aws:iam::111122223333:role/Role'],
    ['!GetAtt Queue.QueueName', 'Queue'],
    ['!GetAtt Machine.Name', 'Machine'],
    ['!GetAtt Topic.TopicArn', 'arn:aws:sns:eu-west-1:111122223333:Topic'],
    ["!Sub 'x-${Stage}-${Named.Arn}-${!Kept}-${AWS::Region}'", `x-dev-${ARN}:pay-dev-\${Kept}-eu-west-1`],
    ["!Sub ['${A}/${Stage}', { A: !Ref Table }]", 'orders/dev'],
    ["!Join ['-', [a, !Ref Stage, 1]]", 'a-dev-1'],
    ["!Join [',', !Ref Zones]", 'a,b'],
    ["!Select [1, !Split ['/', 'a/b/c']]", 'b'],
    ['!FindInMap [Sizes, !Ref AWS::Region, big]', 9],
    ['!FindInMap [Sizes, none, big, { DefaultValue: 4 }]', 4],
    ['!If [IsProd, 1, !If [IsDev, 2, 3]]', 2],
    ['!If [Both, 1, !If [Either, 2, 3]]', 2],
    ['{ a: !If [IsProd, 1, !Ref AWS::NoValue], b: [!Ref AWS::NoValue, 2] }', { b: [2] }],
    ["!ImportValue 'shared-bus'", 'bus-1'],
    ['!Base64 hi', 'aGk='],
    ['Fn::ToJsonString: { a: !Ref Stage }', '{"a":"dev"}'],
    ['Fn::Length: !Ref Zones', 2],
    ['{ Plain: [1, true, null, { Ref: Stage }] }', { Plain: [1, true, null, 'dev'] }],
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  test('comes from the values that are given first', () => {
    expect(evaluate('!Ref Stage', { parameters: { Stage: 'prod' } })).toBe('prod');
    expect(evaluate('!If [IsProd, 1, 2]', { parameters: { Stage: 'prod' } })).toBe(1);
    expect(evaluate('!Ref Zones', { parameters: { Zones: 'x,y' } })).toEqual(['x', 'y']);
    expect(evaluate('!Ref Fn', { names: { Fn: 'mine' } })).toBe('mine');
    expect(evaluate('!GetAtt Pool.ProviderName', { values: { 'Pool.ProviderName': 'p' } })).toBe('p');
    expect(evaluate("!Sub '${Pool.ProviderName}'", { values: { 'Pool.ProviderName': 'p' } })).toBe('p');
  });

  test.each([
    [
      '!Ref Needed',
      '/p/v.yaml:1:1: the parameter Needed has no default: give it with parameters.Needed, or --parameter-overrides Needed=VALUE',
    ],
    ['!Ref Nobody', '/p/v.yaml:1:1: expected a parameter or a resource Nobody, but the template has none'],
    ['!GetAtt Nobody.Arn', '/p/v.yaml:1:1: expected a resource Nobody, but the template has none'],
    [
      'a:\n  - !GetAtt Pool.ProviderName',
      '/p/v.yaml:2:5: what ProviderName of Pool (AWS::Cognito::UserPool) will be is not known here: give it with values.Pool.ProviderName',
    ],
    ['!ImportValue other', "/p/v.yaml:1:1: nothing here exports 'other': give it with exports.other"],
    ['!FindInMap [Sizes, us-east-1, big]', '/p/v.yaml:1:1: the mapping Sizes has no us-east-1 with big'],
    ['!If [Nothing, 1, 2]', '/p/v.yaml:1:1: expected a condition Nothing, but there is none'],
    ['!If [Loop, 1, 2]', 'the condition Loop needs itself'],
    ['!Select [5, [a]]', '/p/v.yaml:1:1: expected an element 5 in Fn::Select, but got ["a"]'],
    ['!Join [a]', '/p/v.yaml:1:1: expected a list of 2 in Fn::Join, but got ["a"]'],
    [
      '!Transform { Name: AWS::Include }',
      '/p/v.yaml:1:1: the function Fn::Transform cannot be evaluated here: write its value out',
    ],
  ])('%s is refused with its place', (text, expected) => {
    expect(() => evaluate(text)).toThrow(expected);
  });

  test('does not nest without end', () => {
    expect(() => evaluate(`${'['.repeat(300)}1${']'.repeat(300)}`)).toThrow('at most 200 levels of nesting');
    const laughs = [
      'a: &a [1, 1]',
      ...'bcdefghijklmnop'.split('').map((name, i) => {
        const before = 'abcdefghijklmnop'[i];
        return `${name}: &${name} [*${before}, *${before}, *${before}]`;
      }),
    ].join('\n');
    expect(() => evaluate(laughs)).toThrow('expected an anchor');
  });
});
