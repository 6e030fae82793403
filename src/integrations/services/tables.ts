// The optimized services that are tables: what `optimized.ts` makes integrations of.

import { athena } from './athena.ts';
import { batch } from './batch.ts';
import { bedrock } from './bedrock.ts';
import { codebuild } from './codebuild.ts';
import { databrew } from './databrew.ts';
import { dynamodb } from './dynamodb.ts';
import { ecs } from './ecs.ts';
import { eks } from './eks.ts';
import { emr } from './emr.ts';
import { emrContainers } from './emr-containers.ts';
import { emrServerless } from './emr-serverless.ts';
import { events } from './events.ts';
import { glue } from './glue.ts';
import { mediaconvert } from './mediaconvert.ts';
import type { OptimizedService } from './optimized.ts';
import { sagemaker } from './sagemaker.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';

/** Service segment of the Resource → its table. */
export const OPTIMIZED_TABLES: Readonly<Record<string, OptimizedService>> = {
  athena,
  batch,
  bedrock,
  codebuild,
  databrew,
  dynamodb,
  ecs,
  eks,
  elasticmapreduce: emr,
  'emr-containers': emrContainers,
  'emr-serverless': emrServerless,
  events,
  glue,
  mediaconvert,
  sagemaker,
  sns,
  sqs,
};
