// The parameters of lambda:invoke: the members of Lambda's own request.

import type { Check } from '../integration.ts';
import { checkFields, type Fields } from '../parameters.ts';

/** Members of the Invoke request (AWS Lambda API reference). A number is no Payload (Stack Overflow 76373088). */
const FIELDS: Fields = {
  ClientContext: 'string',
  'FunctionName!': 'string',
  InvocationType: ['RequestResponse', 'Event', 'DryRun'],
  LogType: ['None', 'Tail'],
  Payload: 'JSON text',
  Qualifier: 'string',
};

export const checkLambdaParameters: Check = (_resource, input, template) =>
  checkFields(input, FIELDS, template);
