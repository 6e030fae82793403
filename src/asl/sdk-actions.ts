// Which `aws-sdk:service:action` resources exist: the actions of AWS's service models without those that Step Functions
// documents as unsupported. The names are packed in one text and unpacked service by service.

import { nearest } from '../base/nearest.ts';
import { SDK_NAMES } from './sdk-names.ts';

let packed: ReadonlyMap<string, string> | undefined;
const unpacked = new Map<string, ReadonlySet<string>>();

function services(): ReadonlyMap<string, string> {
  packed ??= new Map(
    SDK_NAMES.trim()
      .split('\n')
      .map((line) => line.split(' ', 2) as [string, string]),
  );
  return packed;
}

/** @returns the actions of a service, undefined when there is no such service, `*` when its actions are not known. */
export function sdkActions(service: string): ReadonlySet<string> | '*' | undefined {
  const known = unpacked.get(service);
  if (known !== undefined) return known;
  const text = services().get(service);
  if (text === undefined || text === '*') return text;
  let before = '';
  const actions = new Set(
    text.split(',').map((part) => {
      before = before.slice(0, Number.parseInt(part[0]!, 36)) + part.slice(1);
      return before;
    }),
  );
  unpacked.set(service, actions);
  return actions;
}

export function sdkServices(): Iterable<string> {
  return services().keys();
}

/** @param action in camel case with a lower-case first letter, as in the Resource. */
export function isKnownSdkAction(service: string, action: string): boolean {
  if (!/^[a-z][A-Za-z0-9]*$/.test(action)) return false;
  const actions = sdkActions(service);
  return actions === '*' || (actions?.has(action) ?? false);
}

/** @returns the `service:action` that was probably meant, when one is near. */
export function nearestSdkAction(service: string, action: string): string | undefined {
  const known = sdkActions(service) === undefined ? nearestService(service) : service;
  const actions = known === undefined ? undefined : sdkActions(known);
  if (known === undefined || actions === undefined) return undefined;
  if (actions === '*' || actions.has(action)) return `${known}:${action}`;
  const near = nearest(action, actions);
  return near === undefined ? undefined : `${known}:${near}`;
}

/** Names of services in other tools of AWS: endpoint prefixes, commands of the AWS CLI. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ce: 'costexplorer',
  'cognito-idp': 'cognitoidentityprovider',
  cur: 'costandusagereport',
  deploy: 'codedeploy',
  discovery: 'applicationdiscovery',
  dms: 'databasemigration',
  ds: 'directory',
  elasticmapreduce: 'emr',
  elb: 'elasticloadbalancing',
  elbv2: 'elasticloadbalancingv2',
  es: 'elasticsearch',
  events: 'eventbridge',
  logs: 'cloudwatchlogs',
  monitoring: 'cloudwatch',
  states: 'sfn',
  stepfunctions: 'sfn',
};

function nearestService(service: string): string | undefined {
  if (Object.hasOwn(OTHER_NAMES, service)) return OTHER_NAMES[service];
  const plain = service.toLowerCase().replaceAll('-', '');
  return sdkActions(plain) === undefined ? nearest(plain, sdkServices()) : plain;
}
