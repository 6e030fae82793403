// SQS: send one message. The queue's URL decides where the call goes and to which Region, as in version 1 of the SDK; to a
// host that is neither AWS's nor the configuration's it goes without credentials.

import type { Wish } from '../../aws/endpoints.ts';
import { getMember, type Json } from '../../base/json.ts';
import type { OptimizedService } from './optimized.ts';

export const sqs: OptimizedService = {
  sdk: 'sqs',
  prefix: 'SQS',
  label: 'AmazonSQS',
  base: 'AmazonSQSException',
  actions: {
    sendMessage: {
      text: ['MessageBody'],
      target: (parameters) => targetOf(getMember(parameters, 'QueueUrl')),
    },
  },
};

/** `https://sqs.eu-west-1.amazonaws.com/…` and its older forms `eu-west-1.queue.amazonaws.com`, `queue.amazonaws.com`. */
const AWS_HOST =
  /^(?:sqs\.(?<region>[a-z0-9-]+)|(?<older>[a-z0-9-]+)\.queue|queue)\.amazonaws\.com(?:\.cn)?$/;

/**
 * A stand-in from the configuration takes every queue, also those of AWS; a URL that names no queue at all
 * (`/account/name`) is none it could know.
 */
function targetOf(queueUrl: Json | undefined): Wish {
  const url = typeof queueUrl === 'string' && URL.canParse(queueUrl) ? new URL(queueUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return {};
  const aws = AWS_HOST.exec(url.hostname);
  if (aws !== null) {
    const region = aws.groups?.['region'] ?? aws.groups?.['older'];
    return region === undefined ? {} : { region };
  }
  const first = !/^\/.*[^/]\/[^/]+$/.test(url.pathname);
  return { endpoint: { url: url.origin, chosenBy: 'task', first } };
}
