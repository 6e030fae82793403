// AWS's services on this machine: moto, corrected where a workflow would see that it is not AWS, and API Gateway's APIs.

import { startMoto } from '../../integrations/services/moto.ts';
import { openExecuteApi } from './execute-api.ts';
import { forward, serve } from './http.ts';
import { truthful } from './truths.ts';

/** Services of the configuration's `endpoints` that live at `url`. */
export const STANDS_IN_FOR = [
  'apigateway',
  'dynamodb',
  'events',
  'logs',
  's3',
  'secretsmanager',
  'sns',
  'sqs',
  'sts',
] as const;

export interface StandIns {
  readonly url: string;
  /** `endpoints.execute-api`. */
  readonly executeApi: string;
  close(): Promise<void>;
}

/** @param lambda URL of the Lambda API that APIs call */
export async function openStandIns(lambda: string): Promise<StandIns> {
  const moto = await startMoto();
  const front = await serve((asked) => truthful(asked, (request) => forward(moto.url, request)));
  const executeApi = await openExecuteApi(front.url, lambda);
  return {
    url: front.url,
    executeApi: executeApi.url,
    async close() {
      await Promise.all([executeApi.close(), front.close()]);
      await moto.stop();
    },
  };
}
