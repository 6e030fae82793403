// EMR on EKS: virtual clusters and job runs.

import type { JsonObject } from '../../base/json.ts';
import type { OptimizedService } from './optimized.ts';

const jobRun = ({ Id, VirtualClusterId }: JsonObject): JsonObject => ({
  Id: Id!,
  VirtualClusterId: VirtualClusterId!,
});

export const emrContainers: OptimizedService = {
  sdk: 'emrcontainers',
  prefix: 'EMRContainers',
  label: 'AmazonEMRContainers',
  base: 'AmazonEMRContainersException',
  actions: {
    createVirtualCluster: {},
    deleteVirtualCluster: {
      job: {
        operation: 'describeVirtualCluster',
        input: ({ Id }) => ({ Id: Id! }),
        job: 'VirtualCluster',
        status: 'VirtualCluster.State',
        succeeded: ['TERMINATED'],
        failed: ['ARRESTED'],
        doneOnError: 'ResourceNotFoundException',
      },
    },
    startJobRun: {
      job: {
        operation: 'describeJobRun',
        input: jobRun,
        job: 'JobRun',
        status: 'JobRun.State',
        succeeded: ['COMPLETED'],
        failed: ['FAILED', 'CANCELLED'],
        cancel: { operation: 'cancelJobRun', input: jobRun },
      },
    },
  },
};
