// EKS: clusters, node groups and Fargate profiles by the EKS API. Calls of a cluster's own API are in kubernetes.ts.

import type { JsonObject } from '../../base/json.ts';
import type { Job, OptimizedService } from './optimized.ts';

/** @param created false: the job is a deletion, done when the thing does not exist any more. */
function jobOf(kind: string, names: readonly string[], created: boolean, failed: readonly string[]): Job {
  return {
    operation: `describe${kind}`,
    input: (ids): JsonObject => Object.fromEntries(names.map((name) => [name, ids[name]!])),
    status: `${kind}.Status`,
    succeeded: created ? ['ACTIVE'] : [],
    failed,
    ...(created ? {} : { doneOnError: 'ResourceNotFoundException' }),
  };
}

const CLUSTER = ['Name'];
const PROFILE = ['ClusterName', 'FargateProfileName'];
const NODES = ['ClusterName', 'NodegroupName'];

export const eks: OptimizedService = {
  sdk: 'eks',
  prefix: 'EKS',
  label: 'AmazonEKS',
  base: 'AmazonEKSException',
  actions: {
    createCluster: { job: jobOf('Cluster', CLUSTER, true, ['FAILED']) },
    deleteCluster: { job: jobOf('Cluster', CLUSTER, false, ['FAILED']) },
    createFargateProfile: { job: jobOf('FargateProfile', PROFILE, true, ['CREATE_FAILED']) },
    deleteFargateProfile: { job: jobOf('FargateProfile', PROFILE, false, ['DELETE_FAILED']) },
    createNodegroup: { job: jobOf('Nodegroup', NODES, true, ['CREATE_FAILED', 'DEGRADED']) },
    deleteNodegroup: { job: jobOf('Nodegroup', NODES, false, ['DELETE_FAILED']) },
  },
};
