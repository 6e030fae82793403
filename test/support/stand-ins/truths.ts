// Where moto answers otherwise than AWS, and a workflow sees it: what AWS says instead. Each has its source. Everything else
// is moto's.

import { createHash } from 'node:crypto';
import { type Answer, type Asked, changed, headerOf, json, text } from './http.ts';

/** Passes a request on to moto. */
export type Pass = (asked: Asked) => Promise<Answer>;
type Truth = (asked: Asked, pass: Pass) => Promise<Answer>;

interface JsonObject {
  readonly [name: string]: unknown;
}

const JSON_1_0 = 'application/x-amz-json-1.0';
const JSON_1_1 = 'application/x-amz-json-1.1';

function refusal(code: string, message: string, type: string): Answer {
  return json(400, { __type: code, message, Message: message }, type);
}

function bodyOf({ body }: { readonly body: Buffer }): JsonObject {
  return JSON.parse(body.toString()) as JsonObject;
}

/**
 * Amazon DynamoDB API Reference (required members, pattern of TableName); the text is that of AWS's front end (recorded).
 * UpdateItem answers ConsumedCapacity only where ReturnConsumedCapacity asks for it.
 */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  GetItem: ['tableName', 'key'],
  PutItem: ['tableName', 'item'],
  UpdateItem: ['tableName', 'key'],
  DeleteItem: ['tableName', 'key'],
  Query: ['tableName'],
  Scan: ['tableName'],
};

const dynamodb: Truth = async (asked, pass) => {
  const required = REQUIRED[operationOf(asked)];
  if (required === undefined) return pass(asked);
  const input = bodyOf(asked);
  const given = (member: string) => input[member[0]!.toUpperCase() + member.slice(1)];
  const faults = required
    .filter((member) => given(member) === undefined)
    .map((member) => `Value null at '${member}' failed to satisfy constraint: Member must not be null`);
  const table = given('tableName');
  if (typeof table === 'string' && !table.startsWith('arn:') && !/^[a-zA-Z0-9_.-]+$/.test(table)) {
    const constraint = 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+';
    faults.push(`Value '${table}' at 'tableName' failed to satisfy constraint: ${constraint}`);
  }
  if (faults.length > 0) {
    const detected = `${faults.length} validation error${faults.length > 1 ? 's' : ''} detected: `;
    return refusal('com.amazon.coral.validate#ValidationException', detected + faults.join('; '), JSON_1_0);
  }
  const answer = await pass(asked);
  if (answer.status !== 200 || input['ReturnConsumedCapacity'] !== undefined) return answer;
  const { ConsumedCapacity: _, ...rest } = bodyOf(answer);
  return changed(answer, JSON.stringify(rest));
};

/** AWS Secrets Manager API Reference, CreateSecret: characters of a name; the text is recorded. */
const secretsmanager: Truth = async (asked, pass) => {
  if (operationOf(asked) !== 'CreateSecret') return pass(asked);
  if (/^[\w/+=.@!-]{1,512}$/.test(String(bodyOf(asked)['Name']))) return pass(asked);
  const characters =
    'Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!';
  return refusal('ValidationException', `Invalid name. ${characters}`, JSON_1_1);
};

/** Amazon EventBridge API Reference, PutEvents: entries that are not valid are refused one by one; the texts are recorded. */
const events: Truth = async (asked, pass) => {
  if (operationOf(asked) !== 'PutEvents') return pass(asked);
  const entries = bodyOf(asked)['Entries'] as readonly JsonObject[];
  const faults = entries.map(entryFault);
  const good = entries.filter((_, i) => faults[i] === undefined);
  const body = Buffer.from(JSON.stringify({ Entries: good }));
  const answer = good.length === 0 ? json(200, { Entries: [] }, JSON_1_1) : await pass({ ...asked, body });
  if (answer.status !== 200) return answer;
  const taken = [...(bodyOf(answer)['Entries'] as readonly JsonObject[])];
  const FailedEntryCount = entries.length - good.length;
  const Entries = faults.map((fault) => fault ?? taken.shift());
  return changed(answer, JSON.stringify({ Entries, FailedEntryCount }));
};

function entryFault(entry: JsonObject): JsonObject | undefined {
  for (const name of ['Source', 'DetailType', 'Detail']) {
    if (entry[name] !== undefined && entry[name] !== '') continue;
    const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
    return { ErrorCode: 'InvalidArgument', ErrorMessage };
  }
  try {
    const detail: unknown = JSON.parse(String(entry['Detail']));
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return undefined;
  } catch {
    // Not JSON at all: malformed as well.
  }
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

/** Amazon SNS API Reference, Publish (MessageGroupId and SequenceNumber of FIFO topics); texts recorded. */
const sns: Truth = async (asked, pass) => {
  const form = new URLSearchParams(asked.body.toString());
  if (form.get('Action') !== 'Publish') return pass(asked);
  const fifo = form.get('TopicArn')?.endsWith('.fifo') === true;
  if (fifo && form.get('MessageGroupId') === null) {
    const message = 'Invalid parameter: The MessageGroupId parameter is required for FIFO topics';
    return snsRefusal(400, 'InvalidParameter', message);
  }
  const answer = await pass(asked);
  const xml = answer.body.toString();
  if (answer.status === 404 && form.get('TopicArn') !== null)
    return snsRefusal(404, 'NotFound', 'Topic does not exist');
  if (!fifo || answer.status !== 200 || xml.includes('<SequenceNumber>')) return answer;
  snsSequence += 1n;
  const number = `<SequenceNumber>${snsSequence}</SequenceNumber>`;
  return changed(answer, xml.replace('</MessageId>', `</MessageId>${number}`));
};

let snsSequence = 10_000_000_000_000_000_000n;

function snsRefusal(status: number, code: string, message: string): Answer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  const xmlns = 'http://sns.amazonaws.com/doc/2010-03-31/';
  const requestId = '<RequestId>00000000-0000-4000-8000-000000000000</RequestId>';
  return text(status, `<ErrorResponse xmlns="${xmlns}">${error}${requestId}</ErrorResponse>`, 'text/xml');
}

/** Amazon SNS Developer Guide, "Verifying the signatures": the version is 1 unless the topic says otherwise. */
const sqs: Truth = async (asked, pass) => {
  const answer = await pass(asked);
  if (operationOf(asked) !== 'ReceiveMessage' || !answer.body.includes('SignatureVersion')) return answer;
  const messages = (bodyOf(answer)['Messages'] as readonly JsonObject[]).map((message) => {
    const body = String(message['Body']).replace(/("SignatureVersion": ?")2"/, '$11"');
    return { ...message, Body: body, MD5OfBody: createHash('md5').update(body).digest('hex') };
  });
  return changed(answer, JSON.stringify({ ...bodyOf(answer), Messages: messages }));
};

/** Amazon S3 User Guide: objects are encrypted with AES256 since January 2023, and checksums say what they are of. */
const s3: Truth = async (asked, pass) => {
  const answer = await pass(asked);
  const isObject = /^\/[^/?]+\/[^?]/.test(asked.url) && !/\?(?!x-id=)/.test(asked.url);
  if (!isObject || !['PUT', 'GET', 'HEAD'].includes(asked.method) || answer.status >= 300) return answer;
  const more: [string, string][] = [];
  const add = (name: string, value: string) => headerOf(answer, name) ?? more.push([name, value]);
  add('x-amz-server-side-encryption', 'AES256');
  if (answer.headers.some(([name]) => /^x-amz-checksum-(crc|sha)/i.test(name))) {
    add('x-amz-checksum-type', 'FULL_OBJECT');
  }
  return { ...answer, headers: [...answer.headers, ...more] };
};

const TRUTHS: Readonly<Record<string, Truth>> = { dynamodb, secretsmanager, events, sns, sqs, s3 };

/** What AWS answers where moto does not, else what moto answers. */
export function truthful(asked: Asked, pass: Pass): Promise<Answer> {
  const service = serviceOf(asked);
  const truth = service !== undefined && Object.hasOwn(TRUTHS, service) ? TRUTHS[service] : undefined;
  return truth === undefined ? pass(asked) : truth(asked, pass);
}

/** `Credential=KEY/20261128/us-east-1/sqs/aws4_request` */
function serviceOf({ headers }: Asked): string | undefined {
  return /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1];
}

function operationOf({ headers }: Asked): string {
  return String(headers['x-amz-target']).split('.').at(-1)!;
}
