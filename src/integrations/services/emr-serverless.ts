// EMR Serverless: applications, which are created, started, stopped and deleted, and the job runs in them.

import type { JsonObject } from '../../base/json.ts';
import type { Action, Job, OptimizedService } from './optimized.ts';

const application = ({ ApplicationId }: JsonObject): JsonObject => ({ ApplicationId: ApplicationId! });
const jobRun = ({ ApplicationId, JobRunId }: JsonObject): JsonObject => ({
  ApplicationId: ApplicationId!,
  JobRunId: JobRunId!,
});

/** What an application can be besides on its way to `state`. */
function applicationBecomes(state: string, failed: readonly string[]): Job {
  return {
    operation: 'getApplication',
    input: application,
    job: 'Application',
    status: 'Application.State',
    succeeded: [state],
    failed,
    result: (_job, ids) => application(ids),
  };
}

/** The API answers some operations on an application with nothing; Step Functions always names it. */
const named: Action['answer'] = (output, parameters) => ({ ...application(parameters), ...output });

const run: Omit<Job, 'succeeded' | 'failed'> = {
  operation: 'getJobRun',
  input: jobRun,
  job: 'JobRun',
  status: 'JobRun.State',
  cancel: { operation: 'cancelJobRun', input: jobRun },
};

export const emrServerless: OptimizedService = {
  sdk: 'emrserverless',
  prefix: 'EMRServerless',
  label: 'AWSEMRServerless',
  base: 'AWSEMRServerlessException',
  actions: {
    createApplication: { job: applicationBecomes('CREATED', ['TERMINATED']) },
    startApplication: { answer: named, job: applicationBecomes('STARTED', ['STOPPED', 'TERMINATED']) },
    stopApplication: { answer: named, job: applicationBecomes('STOPPED', ['TERMINATED']) },
    deleteApplication: {
      answer: named,
      job: { ...applicationBecomes('TERMINATED', []), doneOnError: 'ResourceNotFoundException' },
    },
    startJobRun: { job: { ...run, succeeded: ['SUCCESS'], failed: ['FAILED', 'CANCELLED'] } },
    cancelJobRun: { job: { ...run, succeeded: ['CANCELLED'], failed: ['SUCCESS', 'FAILED'] } },
  },
};
