// Which `aws-sdk:service:action` resources exist. Today: any well-formed name, except those Step Functions documents as
// unsupported.

/** Actions that AWS excludes from SDK integrations, by service. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  applicationdiscovery: ['describeExportConfigurations', 'exportConfigurations'],
  bedrockruntime: ['invokeModelWithResponseStream', 'converseStream', 'invokeModelWithBidirectionalStream'],
  bedrockagentruntime: [
    'agenticRetrieveStream',
    'invokeAgent',
    'invokeFlow',
    'invokeInlineAgent',
    'optimizePrompt',
    'retrieveAndGenerateStream',
  ],
  cloudwatchlogs: ['startLiveTail', 'getLogObject'],
  dsql: ['createMultiRegionClusters', 'deleteMultiRegionClusters'],
  efs: ['createTags'],
  emr: ['describeJobFlows'],
  kinesis: ['subscribeToShard'],
  lambda: ['invokeAsync', 'invokeWithResponseStream'],
  rdsdata: ['executeSql'],
  s3: ['selectObjectContent'],
  s3control: ['selectObjectContent'],
  sagemakerruntime: ['invokeEndpointWithResponseStream'],
  shield: ['deleteSubscription'],
  sts: ['assumeRole', 'assumeRoleWithSAML', 'assumeRoleWithWebIdentity'],
};

/** @param action in camel case with a lower-case first letter, as in the Resource. */
export function isKnownSdkAction(service: string, action: string): boolean {
  if (!/^[a-z][a-z0-9]*$/.test(service) || !/^[a-z][A-Za-z0-9]*$/.test(action)) return false;
  const excluded = Object.hasOwn(UNSUPPORTED, service) ? UNSUPPORTED[service] : undefined;
  return excluded === undefined || !excluded.includes(action);
}
