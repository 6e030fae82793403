// The API of AWS Step Functions (2016-11-23) as data and types: operations, shapes, constraints.
// Written by `npm run models` from botocore 1.43.11 (Apache-2.0), 2026-11-21; do not edit by hand.

export const TARGET_PREFIX = 'AWSStepFunctions.';

/** One shape of the model. Lengths count characters; `min` and `max` of a number are its value. */
export interface Shape {
  readonly type:
    | 'string'
    | 'boolean'
    | 'integer'
    | 'long'
    | 'float'
    | 'double'
    | 'timestamp'
    | 'list'
    | 'map'
    | 'structure';
  /** Of a list: shape of its elements. */
  readonly member?: ShapeName;
  /** Of a map with string keys: shape of its values. */
  readonly value?: ShapeName;
  readonly members?: Readonly<Record<string, ShapeName>>;
  readonly required?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Never shown in messages. */
  readonly sensitive?: boolean;
}

export type ShapeName =
  | 'ActivityFailedEventDetails'
  | 'ActivityList'
  | 'ActivityListItem'
  | 'ActivityScheduleFailedEventDetails'
  | 'ActivityScheduledEventDetails'
  | 'ActivityStartedEventDetails'
  | 'ActivitySucceededEventDetails'
  | 'ActivityTimedOutEventDetails'
  | 'AliasDescription'
  | 'Arn'
  | 'AssignedVariables'
  | 'AssignedVariablesDetails'
  | 'BilledDuration'
  | 'BilledMemoryUsed'
  | 'BillingDetails'
  | 'CharacterRestrictedName'
  | 'ClientToken'
  | 'CloudWatchEventsExecutionDataDetails'
  | 'CloudWatchLogsLogGroup'
  | 'ConnectorParameters'
  | 'CreateActivityInput'
  | 'CreateActivityOutput'
  | 'CreateStateMachineAliasInput'
  | 'CreateStateMachineAliasOutput'
  | 'CreateStateMachineInput'
  | 'CreateStateMachineOutput'
  | 'Definition'
  | 'DeleteActivityInput'
  | 'DeleteActivityOutput'
  | 'DeleteStateMachineAliasInput'
  | 'DeleteStateMachineAliasOutput'
  | 'DeleteStateMachineInput'
  | 'DeleteStateMachineOutput'
  | 'DeleteStateMachineVersionInput'
  | 'DeleteStateMachineVersionOutput'
  | 'DescribeActivityInput'
  | 'DescribeActivityOutput'
  | 'DescribeExecutionInput'
  | 'DescribeExecutionOutput'
  | 'DescribeMapRunInput'
  | 'DescribeMapRunOutput'
  | 'DescribeStateMachineAliasInput'
  | 'DescribeStateMachineAliasOutput'
  | 'DescribeStateMachineForExecutionInput'
  | 'DescribeStateMachineForExecutionOutput'
  | 'DescribeStateMachineInput'
  | 'DescribeStateMachineOutput'
  | 'Enabled'
  | 'EncryptionConfiguration'
  | 'EncryptionType'
  | 'ErrorMessage'
  | 'EvaluationFailedEventDetails'
  | 'EvaluationFailureLocation'
  | 'EventId'
  | 'ExceptionHandlerIndex'
  | 'ExecutionAbortedEventDetails'
  | 'ExecutionFailedEventDetails'
  | 'ExecutionList'
  | 'ExecutionListItem'
  | 'ExecutionRedriveFilter'
  | 'ExecutionRedriveStatus'
  | 'ExecutionRedrivenEventDetails'
  | 'ExecutionStartedEventDetails'
  | 'ExecutionStatus'
  | 'ExecutionSucceededEventDetails'
  | 'ExecutionTimedOutEventDetails'
  | 'GetActivityTaskInput'
  | 'GetActivityTaskOutput'
  | 'GetExecutionHistoryInput'
  | 'GetExecutionHistoryOutput'
  | 'HTTPBody'
  | 'HTTPHeaders'
  | 'HTTPMethod'
  | 'HTTPProtocol'
  | 'HTTPStatusCode'
  | 'HTTPStatusMessage'
  | 'HistoryEvent'
  | 'HistoryEventExecutionDataDetails'
  | 'HistoryEventList'
  | 'HistoryEventType'
  | 'Identity'
  | 'IncludeExecutionData'
  | 'IncludeExecutionDataGetExecutionHistory'
  | 'IncludedData'
  | 'InspectionData'
  | 'InspectionDataRequest'
  | 'InspectionDataResponse'
  | 'InspectionErrorDetails'
  | 'InspectionLevel'
  | 'InspectionMaxConcurrency'
  | 'InspectionToleratedFailureCount'
  | 'InspectionToleratedFailurePercentage'
  | 'KmsDataKeyReusePeriodSeconds'
  | 'KmsKeyId'
  | 'KmsKeyState'
  | 'LambdaFunctionFailedEventDetails'
  | 'LambdaFunctionScheduleFailedEventDetails'
  | 'LambdaFunctionScheduledEventDetails'
  | 'LambdaFunctionStartFailedEventDetails'
  | 'LambdaFunctionSucceededEventDetails'
  | 'LambdaFunctionTimedOutEventDetails'
  | 'ListActivitiesInput'
  | 'ListActivitiesOutput'
  | 'ListExecutionsInput'
  | 'ListExecutionsOutput'
  | 'ListExecutionsPageToken'
  | 'ListMapRunsInput'
  | 'ListMapRunsOutput'
  | 'ListStateMachineAliasesInput'
  | 'ListStateMachineAliasesOutput'
  | 'ListStateMachineVersionsInput'
  | 'ListStateMachineVersionsOutput'
  | 'ListStateMachinesInput'
  | 'ListStateMachinesOutput'
  | 'ListTagsForResourceInput'
  | 'ListTagsForResourceOutput'
  | 'LogDestination'
  | 'LogDestinationList'
  | 'LogLevel'
  | 'LoggingConfiguration'
  | 'LongArn'
  | 'LongObject'
  | 'MapIterationEventDetails'
  | 'MapIterationFailureCount'
  | 'MapRunExecutionCounts'
  | 'MapRunFailedEventDetails'
  | 'MapRunItemCounts'
  | 'MapRunLabel'
  | 'MapRunList'
  | 'MapRunListItem'
  | 'MapRunRedrivenEventDetails'
  | 'MapRunStartedEventDetails'
  | 'MapRunStatus'
  | 'MapStateStartedEventDetails'
  | 'MaxConcurrency'
  | 'MockErrorOutput'
  | 'MockInput'
  | 'MockResponseValidationMode'
  | 'Name'
  | 'PageSize'
  | 'PageToken'
  | 'Publish'
  | 'PublishStateMachineVersionInput'
  | 'PublishStateMachineVersionOutput'
  | 'RedriveCount'
  | 'RedriveExecutionInput'
  | 'RedriveExecutionOutput'
  | 'RetrierRetryCount'
  | 'RetryBackoffIntervalSeconds'
  | 'RevealSecrets'
  | 'ReverseOrder'
  | 'RevisionId'
  | 'RoutingConfigurationList'
  | 'RoutingConfigurationListItem'
  | 'SendTaskFailureInput'
  | 'SendTaskFailureOutput'
  | 'SendTaskHeartbeatInput'
  | 'SendTaskHeartbeatOutput'
  | 'SendTaskSuccessInput'
  | 'SendTaskSuccessOutput'
  | 'SensitiveCause'
  | 'SensitiveData'
  | 'SensitiveDataJobInput'
  | 'SensitiveError'
  | 'StartExecutionInput'
  | 'StartExecutionOutput'
  | 'StartSyncExecutionInput'
  | 'StartSyncExecutionOutput'
  | 'StateEnteredEventDetails'
  | 'StateExitedEventDetails'
  | 'StateMachineAliasList'
  | 'StateMachineAliasListItem'
  | 'StateMachineList'
  | 'StateMachineListItem'
  | 'StateMachineStatus'
  | 'StateMachineType'
  | 'StateMachineVersionList'
  | 'StateMachineVersionListItem'
  | 'StateName'
  | 'StopExecutionInput'
  | 'StopExecutionOutput'
  | 'SyncExecutionStatus'
  | 'Tag'
  | 'TagKey'
  | 'TagKeyList'
  | 'TagList'
  | 'TagResourceInput'
  | 'TagResourceOutput'
  | 'TagValue'
  | 'TaskCredentials'
  | 'TaskFailedEventDetails'
  | 'TaskScheduledEventDetails'
  | 'TaskStartFailedEventDetails'
  | 'TaskStartedEventDetails'
  | 'TaskSubmitFailedEventDetails'
  | 'TaskSubmittedEventDetails'
  | 'TaskSucceededEventDetails'
  | 'TaskTimedOutEventDetails'
  | 'TaskToken'
  | 'TestExecutionStatus'
  | 'TestStateConfiguration'
  | 'TestStateInput'
  | 'TestStateOutput'
  | 'TestStateStateName'
  | 'TimeoutInSeconds'
  | 'Timestamp'
  | 'ToleratedFailureCount'
  | 'ToleratedFailurePercentage'
  | 'TraceHeader'
  | 'TracingConfiguration'
  | 'URL'
  | 'UnsignedInteger'
  | 'UnsignedLong'
  | 'UntagResourceInput'
  | 'UntagResourceOutput'
  | 'UpdateMapRunInput'
  | 'UpdateMapRunOutput'
  | 'UpdateStateMachineAliasInput'
  | 'UpdateStateMachineAliasOutput'
  | 'UpdateStateMachineInput'
  | 'UpdateStateMachineOutput'
  | 'ValidateStateMachineDefinitionCode'
  | 'ValidateStateMachineDefinitionDiagnostic'
  | 'ValidateStateMachineDefinitionDiagnosticList'
  | 'ValidateStateMachineDefinitionInput'
  | 'ValidateStateMachineDefinitionLocation'
  | 'ValidateStateMachineDefinitionMaxResult'
  | 'ValidateStateMachineDefinitionMessage'
  | 'ValidateStateMachineDefinitionOutput'
  | 'ValidateStateMachineDefinitionResultCode'
  | 'ValidateStateMachineDefinitionSeverity'
  | 'ValidateStateMachineDefinitionTruncated'
  | 'ValidationExceptionReason'
  | 'VariableName'
  | 'VariableNameList'
  | 'VariableReferences'
  | 'VariableValue'
  | 'VersionDescription'
  | 'VersionWeight'
  | 'includedDetails'
  | 'truncated';

export const SHAPES: Readonly<Record<ShapeName, Shape>> = {
  ActivityFailedEventDetails: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  ActivityList: { type: 'list', member: 'ActivityListItem' },
  ActivityListItem: {
    type: 'structure',
    members: { activityArn: 'Arn', name: 'Name', creationDate: 'Timestamp' },
    required: ['activityArn', 'name', 'creationDate'],
  },
  ActivityScheduleFailedEventDetails: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  ActivityScheduledEventDetails: {
    type: 'structure',
    members: {
      resource: 'Arn',
      input: 'SensitiveData',
      inputDetails: 'HistoryEventExecutionDataDetails',
      timeoutInSeconds: 'TimeoutInSeconds',
      heartbeatInSeconds: 'TimeoutInSeconds',
    },
    required: ['resource'],
  },
  ActivityStartedEventDetails: { type: 'structure', members: { workerName: 'Identity' }, required: [] },
  ActivitySucceededEventDetails: {
    type: 'structure',
    members: { output: 'SensitiveData', outputDetails: 'HistoryEventExecutionDataDetails' },
    required: [],
  },
  ActivityTimedOutEventDetails: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  AliasDescription: { type: 'string', max: 256, sensitive: true },
  Arn: { type: 'string', min: 1, max: 256 },
  AssignedVariables: { type: 'map', value: 'VariableValue' },
  AssignedVariablesDetails: { type: 'structure', members: { truncated: 'truncated' }, required: [] },
  BilledDuration: { type: 'long', min: 0 },
  BilledMemoryUsed: { type: 'long', min: 0 },
  BillingDetails: {
    type: 'structure',
    members: { billedMemoryUsedInMB: 'BilledMemoryUsed', billedDurationInMilliseconds: 'BilledDuration' },
    required: [],
  },
  CharacterRestrictedName: {
    type: 'string',
    min: 1,
    max: 80,
    pattern: '^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$',
  },
  ClientToken: { type: 'string', min: 1, max: 64, pattern: '[!-~]+' },
  CloudWatchEventsExecutionDataDetails: {
    type: 'structure',
    members: { included: 'includedDetails' },
    required: [],
  },
  CloudWatchLogsLogGroup: { type: 'structure', members: { logGroupArn: 'Arn' }, required: [] },
  ConnectorParameters: { type: 'string', min: 0, max: 262144, sensitive: true },
  CreateActivityInput: {
    type: 'structure',
    members: { name: 'Name', tags: 'TagList', encryptionConfiguration: 'EncryptionConfiguration' },
    required: ['name'],
  },
  CreateActivityOutput: {
    type: 'structure',
    members: { activityArn: 'Arn', creationDate: 'Timestamp' },
    required: ['activityArn', 'creationDate'],
  },
  CreateStateMachineAliasInput: {
    type: 'structure',
    members: {
      description: 'AliasDescription',
      name: 'CharacterRestrictedName',
      routingConfiguration: 'RoutingConfigurationList',
    },
    required: ['name', 'routingConfiguration'],
  },
  CreateStateMachineAliasOutput: {
    type: 'structure',
    members: { stateMachineAliasArn: 'Arn', creationDate: 'Timestamp' },
    required: ['stateMachineAliasArn', 'creationDate'],
  },
  CreateStateMachineInput: {
    type: 'structure',
    members: {
      name: 'Name',
      definition: 'Definition',
      roleArn: 'Arn',
      type: 'StateMachineType',
      loggingConfiguration: 'LoggingConfiguration',
      tags: 'TagList',
      tracingConfiguration: 'TracingConfiguration',
      publish: 'Publish',
      versionDescription: 'VersionDescription',
      encryptionConfiguration: 'EncryptionConfiguration',
    },
    required: ['name', 'definition', 'roleArn'],
  },
  CreateStateMachineOutput: {
    type: 'structure',
    members: { stateMachineArn: 'Arn', creationDate: 'Timestamp', stateMachineVersionArn: 'Arn' },
    required: ['stateMachineArn', 'creationDate'],
  },
  Definition: { type: 'string', min: 1, max: 1048576, sensitive: true },
  DeleteActivityInput: { type: 'structure', members: { activityArn: 'Arn' }, required: ['activityArn'] },
  DeleteActivityOutput: { type: 'structure', members: {}, required: [] },
  DeleteStateMachineAliasInput: {
    type: 'structure',
    members: { stateMachineAliasArn: 'Arn' },
    required: ['stateMachineAliasArn'],
  },
  DeleteStateMachineAliasOutput: { type: 'structure', members: {}, required: [] },
  DeleteStateMachineInput: {
    type: 'structure',
    members: { stateMachineArn: 'Arn' },
    required: ['stateMachineArn'],
  },
  DeleteStateMachineOutput: { type: 'structure', members: {}, required: [] },
  DeleteStateMachineVersionInput: {
    type: 'structure',
    members: { stateMachineVersionArn: 'LongArn' },
    required: ['stateMachineVersionArn'],
  },
  DeleteStateMachineVersionOutput: { type: 'structure', members: {}, required: [] },
  DescribeActivityInput: { type: 'structure', members: { activityArn: 'Arn' }, required: ['activityArn'] },
  DescribeActivityOutput: {
    type: 'structure',
    members: {
      activityArn: 'Arn',
      name: 'Name',
      creationDate: 'Timestamp',
      encryptionConfiguration: 'EncryptionConfiguration',
    },
    required: ['activityArn', 'name', 'creationDate'],
  },
  DescribeExecutionInput: {
    type: 'structure',
    members: { executionArn: 'Arn', includedData: 'IncludedData' },
    required: ['executionArn'],
  },
  DescribeExecutionOutput: {
    type: 'structure',
    members: {
      executionArn: 'Arn',
      stateMachineArn: 'Arn',
      name: 'Name',
      status: 'ExecutionStatus',
      startDate: 'Timestamp',
      stopDate: 'Timestamp',
      input: 'SensitiveData',
      inputDetails: 'CloudWatchEventsExecutionDataDetails',
      output: 'SensitiveData',
      outputDetails: 'CloudWatchEventsExecutionDataDetails',
      traceHeader: 'TraceHeader',
      mapRunArn: 'LongArn',
      error: 'SensitiveError',
      cause: 'SensitiveCause',
      stateMachineVersionArn: 'Arn',
      stateMachineAliasArn: 'Arn',
      redriveCount: 'RedriveCount',
      redriveDate: 'Timestamp',
      redriveStatus: 'ExecutionRedriveStatus',
      redriveStatusReason: 'SensitiveData',
    },
    required: ['executionArn', 'stateMachineArn', 'status', 'startDate'],
  },
  DescribeMapRunInput: { type: 'structure', members: { mapRunArn: 'LongArn' }, required: ['mapRunArn'] },
  DescribeMapRunOutput: {
    type: 'structure',
    members: {
      mapRunArn: 'LongArn',
      executionArn: 'Arn',
      status: 'MapRunStatus',
      startDate: 'Timestamp',
      stopDate: 'Timestamp',
      maxConcurrency: 'MaxConcurrency',
      toleratedFailurePercentage: 'ToleratedFailurePercentage',
      toleratedFailureCount: 'ToleratedFailureCount',
      itemCounts: 'MapRunItemCounts',
      executionCounts: 'MapRunExecutionCounts',
      redriveCount: 'RedriveCount',
      redriveDate: 'Timestamp',
    },
    required: [
      'mapRunArn',
      'executionArn',
      'status',
      'startDate',
      'maxConcurrency',
      'toleratedFailurePercentage',
      'toleratedFailureCount',
      'itemCounts',
      'executionCounts',
    ],
  },
  DescribeStateMachineAliasInput: {
    type: 'structure',
    members: { stateMachineAliasArn: 'Arn' },
    required: ['stateMachineAliasArn'],
  },
  DescribeStateMachineAliasOutput: {
    type: 'structure',
    members: {
      stateMachineAliasArn: 'Arn',
      name: 'Name',
      description: 'AliasDescription',
      routingConfiguration: 'RoutingConfigurationList',
      creationDate: 'Timestamp',
      updateDate: 'Timestamp',
    },
    required: [],
  },
  DescribeStateMachineForExecutionInput: {
    type: 'structure',
    members: { executionArn: 'Arn', includedData: 'IncludedData' },
    required: ['executionArn'],
  },
  DescribeStateMachineForExecutionOutput: {
    type: 'structure',
    members: {
      stateMachineArn: 'Arn',
      name: 'Name',
      definition: 'Definition',
      roleArn: 'Arn',
      updateDate: 'Timestamp',
      loggingConfiguration: 'LoggingConfiguration',
      tracingConfiguration: 'TracingConfiguration',
      mapRunArn: 'LongArn',
      label: 'MapRunLabel',
      revisionId: 'RevisionId',
      encryptionConfiguration: 'EncryptionConfiguration',
      variableReferences: 'VariableReferences',
    },
    required: ['stateMachineArn', 'name', 'definition', 'roleArn', 'updateDate'],
  },
  DescribeStateMachineInput: {
    type: 'structure',
    members: { stateMachineArn: 'Arn', includedData: 'IncludedData' },
    required: ['stateMachineArn'],
  },
  DescribeStateMachineOutput: {
    type: 'structure',
    members: {
      stateMachineArn: 'Arn',
      name: 'Name',
      status: 'StateMachineStatus',
      definition: 'Definition',
      roleArn: 'Arn',
      type: 'StateMachineType',
      creationDate: 'Timestamp',
      loggingConfiguration: 'LoggingConfiguration',
      tracingConfiguration: 'TracingConfiguration',
      label: 'MapRunLabel',
      revisionId: 'RevisionId',
      description: 'VersionDescription',
      encryptionConfiguration: 'EncryptionConfiguration',
      variableReferences: 'VariableReferences',
    },
    required: ['stateMachineArn', 'name', 'definition', 'roleArn', 'type', 'creationDate'],
  },
  Enabled: { type: 'boolean' },
  EncryptionConfiguration: {
    type: 'structure',
    members: {
      kmsKeyId: 'KmsKeyId',
      kmsDataKeyReusePeriodSeconds: 'KmsDataKeyReusePeriodSeconds',
      type: 'EncryptionType',
    },
    required: ['type'],
  },
  EncryptionType: { type: 'string', enum: ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY'] },
  ErrorMessage: { type: 'string' },
  EvaluationFailedEventDetails: {
    type: 'structure',
    members: {
      error: 'SensitiveError',
      cause: 'SensitiveCause',
      location: 'EvaluationFailureLocation',
      state: 'StateName',
    },
    required: ['state'],
  },
  EvaluationFailureLocation: { type: 'string', min: 0, max: 256, sensitive: true },
  EventId: { type: 'long' },
  ExceptionHandlerIndex: { type: 'integer', min: 0, sensitive: true },
  ExecutionAbortedEventDetails: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  ExecutionFailedEventDetails: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  ExecutionList: { type: 'list', member: 'ExecutionListItem' },
  ExecutionListItem: {
    type: 'structure',
    members: {
      executionArn: 'Arn',
      stateMachineArn: 'Arn',
      name: 'Name',
      status: 'ExecutionStatus',
      startDate: 'Timestamp',
      stopDate: 'Timestamp',
      mapRunArn: 'LongArn',
      itemCount: 'UnsignedInteger',
      stateMachineVersionArn: 'Arn',
      stateMachineAliasArn: 'Arn',
      redriveCount: 'RedriveCount',
      redriveDate: 'Timestamp',
    },
    required: ['executionArn', 'stateMachineArn', 'name', 'status', 'startDate'],
  },
  ExecutionRedriveFilter: { type: 'string', enum: ['REDRIVEN', 'NOT_REDRIVEN'] },
  ExecutionRedriveStatus: { type: 'string', enum: ['REDRIVABLE', 'NOT_REDRIVABLE', 'REDRIVABLE_BY_MAP_RUN'] },
  ExecutionRedrivenEventDetails: {
    type: 'structure',
    members: { redriveCount: 'RedriveCount' },
    required: [],
  },
  ExecutionStartedEventDetails: {
    type: 'structure',
    members: {
      input: 'SensitiveData',
      inputDetails: 'HistoryEventExecutionDataDetails',
      roleArn: 'Arn',
      stateMachineAliasArn: 'Arn',
      stateMachineVersionArn: 'Arn',
    },
    required: [],
  },
  ExecutionStatus: {
    type: 'string',
    enum: ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'],
  },
  ExecutionSucceededEventDetails: {
    type: 'structure',
    members: { output: 'SensitiveData', outputDetails: 'HistoryEventExecutionDataDetails' },
    required: [],
  },
  ExecutionTimedOutEventDetails: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  GetActivityTaskInput: {
    type: 'structure',
    members: { activityArn: 'Arn', workerName: 'Name' },
    required: ['activityArn'],
  },
  GetActivityTaskOutput: {
    type: 'structure',
    members: { taskToken: 'TaskToken', input: 'SensitiveDataJobInput' },
    required: [],
  },
  GetExecutionHistoryInput: {
    type: 'structure',
    members: {
      executionArn: 'Arn',
      maxResults: 'PageSize',
      reverseOrder: 'ReverseOrder',
      nextToken: 'PageToken',
      includeExecutionData: 'IncludeExecutionDataGetExecutionHistory',
    },
    required: ['executionArn'],
  },
  GetExecutionHistoryOutput: {
    type: 'structure',
    members: { events: 'HistoryEventList', nextToken: 'PageToken' },
    required: ['events'],
  },
  HTTPBody: { type: 'string' },
  HTTPHeaders: { type: 'string' },
  HTTPMethod: { type: 'string' },
  HTTPProtocol: { type: 'string' },
  HTTPStatusCode: { type: 'string' },
  HTTPStatusMessage: { type: 'string' },
  HistoryEvent: {
    type: 'structure',
    members: {
      timestamp: 'Timestamp',
      type: 'HistoryEventType',
      id: 'EventId',
      previousEventId: 'EventId',
      activityFailedEventDetails: 'ActivityFailedEventDetails',
      activityScheduleFailedEventDetails: 'ActivityScheduleFailedEventDetails',
      activityScheduledEventDetails: 'ActivityScheduledEventDetails',
      activityStartedEventDetails: 'ActivityStartedEventDetails',
      activitySucceededEventDetails: 'ActivitySucceededEventDetails',
      activityTimedOutEventDetails: 'ActivityTimedOutEventDetails',
      taskFailedEventDetails: 'TaskFailedEventDetails',
      taskScheduledEventDetails: 'TaskScheduledEventDetails',
      taskStartFailedEventDetails: 'TaskStartFailedEventDetails',
      taskStartedEventDetails: 'TaskStartedEventDetails',
      taskSubmitFailedEventDetails: 'TaskSubmitFailedEventDetails',
      taskSubmittedEventDetails: 'TaskSubmittedEventDetails',
      taskSucceededEventDetails: 'TaskSucceededEventDetails',
      taskTimedOutEventDetails: 'TaskTimedOutEventDetails',
      executionFailedEventDetails: 'ExecutionFailedEventDetails',
      executionStartedEventDetails: 'ExecutionStartedEventDetails',
      executionSucceededEventDetails: 'ExecutionSucceededEventDetails',
      executionAbortedEventDetails: 'ExecutionAbortedEventDetails',
      executionTimedOutEventDetails: 'ExecutionTimedOutEventDetails',
      executionRedrivenEventDetails: 'ExecutionRedrivenEventDetails',
      mapStateStartedEventDetails: 'MapStateStartedEventDetails',
      mapIterationStartedEventDetails: 'MapIterationEventDetails',
      mapIterationSucceededEventDetails: 'MapIterationEventDetails',
      mapIterationFailedEventDetails: 'MapIterationEventDetails',
      mapIterationAbortedEventDetails: 'MapIterationEventDetails',
      lambdaFunctionFailedEventDetails: 'LambdaFunctionFailedEventDetails',
      lambdaFunctionScheduleFailedEventDetails: 'LambdaFunctionScheduleFailedEventDetails',
      lambdaFunctionScheduledEventDetails: 'LambdaFunctionScheduledEventDetails',
      lambdaFunctionStartFailedEventDetails: 'LambdaFunctionStartFailedEventDetails',
      lambdaFunctionSucceededEventDetails: 'LambdaFunctionSucceededEventDetails',
      lambdaFunctionTimedOutEventDetails: 'LambdaFunctionTimedOutEventDetails',
      stateEnteredEventDetails: 'StateEnteredEventDetails',
      stateExitedEventDetails: 'StateExitedEventDetails',
      mapRunStartedEventDetails: 'MapRunStartedEventDetails',
      mapRunFailedEventDetails: 'MapRunFailedEventDetails',
      mapRunRedrivenEventDetails: 'MapRunRedrivenEventDetails',
      evaluationFailedEventDetails: 'EvaluationFailedEventDetails',
    },
    required: ['timestamp', 'type', 'id'],
  },
  HistoryEventExecutionDataDetails: { type: 'structure', members: { truncated: 'truncated' }, required: [] },
  HistoryEventList: { type: 'list', member: 'HistoryEvent' },
  HistoryEventType: {
    type: 'string',
    enum: [
      'ActivityFailed',
      'ActivityScheduled',
      'ActivityScheduleFailed',
      'ActivityStarted',
      'ActivitySucceeded',
      'ActivityTimedOut',
      'ChoiceStateEntered',
      'ChoiceStateExited',
      'ExecutionAborted',
      'ExecutionFailed',
      'ExecutionStarted',
      'ExecutionSucceeded',
      'ExecutionTimedOut',
      'FailStateEntered',
      'LambdaFunctionFailed',
      'LambdaFunctionScheduled',
      'LambdaFunctionScheduleFailed',
      'LambdaFunctionStarted',
      'LambdaFunctionStartFailed',
      'LambdaFunctionSucceeded',
      'LambdaFunctionTimedOut',
      'MapIterationAborted',
      'MapIterationFailed',
      'MapIterationStarted',
      'MapIterationSucceeded',
      'MapStateAborted',
      'MapStateEntered',
      'MapStateExited',
      'MapStateFailed',
      'MapStateStarted',
      'MapStateSucceeded',
      'ParallelStateAborted',
      'ParallelStateEntered',
      'ParallelStateExited',
      'ParallelStateFailed',
      'ParallelStateStarted',
      'ParallelStateSucceeded',
      'PassStateEntered',
      'PassStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'TaskFailed',
      'TaskScheduled',
      'TaskStarted',
      'TaskStartFailed',
      'TaskStateAborted',
      'TaskStateEntered',
      'TaskStateExited',
      'TaskSubmitFailed',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskTimedOut',
      'WaitStateAborted',
      'WaitStateEntered',
      'WaitStateExited',
      'MapRunAborted',
      'MapRunFailed',
      'MapRunStarted',
      'MapRunSucceeded',
      'ExecutionRedriven',
      'MapRunRedriven',
      'EvaluationFailed',
    ],
  },
  Identity: { type: 'string', max: 256 },
  IncludeExecutionData: { type: 'boolean' },
  IncludeExecutionDataGetExecutionHistory: { type: 'boolean' },
  IncludedData: { type: 'string', enum: ['ALL_DATA', 'METADATA_ONLY'] },
  InspectionData: {
    type: 'structure',
    members: {
      input: 'SensitiveData',
      afterArguments: 'SensitiveData',
      afterInputPath: 'SensitiveData',
      afterParameters: 'SensitiveData',
      result: 'SensitiveData',
      afterResultSelector: 'SensitiveData',
      afterResultPath: 'SensitiveData',
      request: 'InspectionDataRequest',
      response: 'InspectionDataResponse',
      variables: 'SensitiveData',
      errorDetails: 'InspectionErrorDetails',
      afterItemsPath: 'SensitiveData',
      afterItemSelector: 'SensitiveData',
      afterItemBatcher: 'SensitiveData',
      afterItemsPointer: 'SensitiveData',
      toleratedFailureCount: 'InspectionToleratedFailureCount',
      toleratedFailurePercentage: 'InspectionToleratedFailurePercentage',
      maxConcurrency: 'InspectionMaxConcurrency',
    },
    required: [],
    sensitive: true,
  },
  InspectionDataRequest: {
    type: 'structure',
    members: {
      protocol: 'HTTPProtocol',
      method: 'HTTPMethod',
      url: 'URL',
      headers: 'HTTPHeaders',
      body: 'HTTPBody',
    },
    required: [],
  },
  InspectionDataResponse: {
    type: 'structure',
    members: {
      protocol: 'HTTPProtocol',
      statusCode: 'HTTPStatusCode',
      statusMessage: 'HTTPStatusMessage',
      headers: 'HTTPHeaders',
      body: 'HTTPBody',
    },
    required: [],
  },
  InspectionErrorDetails: {
    type: 'structure',
    members: {
      catchIndex: 'ExceptionHandlerIndex',
      retryIndex: 'ExceptionHandlerIndex',
      retryBackoffIntervalSeconds: 'RetryBackoffIntervalSeconds',
    },
    required: [],
  },
  InspectionLevel: { type: 'string', enum: ['INFO', 'DEBUG', 'TRACE'] },
  InspectionMaxConcurrency: { type: 'integer', min: 0, sensitive: true },
  InspectionToleratedFailureCount: { type: 'integer', min: 0, sensitive: true },
  InspectionToleratedFailurePercentage: { type: 'float', min: 0, max: 100, sensitive: true },
  KmsDataKeyReusePeriodSeconds: { type: 'integer', min: 60, max: 900 },
  KmsKeyId: { type: 'string', min: 1, max: 2048 },
  KmsKeyState: {
    type: 'string',
    enum: ['DISABLED', 'PENDING_DELETION', 'PENDING_IMPORT', 'UNAVAILABLE', 'CREATING'],
  },
  LambdaFunctionFailedEventDetails: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  LambdaFunctionScheduleFailedEventDetails: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  LambdaFunctionScheduledEventDetails: {
    type: 'structure',
    members: {
      resource: 'Arn',
      input: 'SensitiveData',
      inputDetails: 'HistoryEventExecutionDataDetails',
      timeoutInSeconds: 'TimeoutInSeconds',
      taskCredentials: 'TaskCredentials',
    },
    required: ['resource'],
  },
  LambdaFunctionStartFailedEventDetails: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  LambdaFunctionSucceededEventDetails: {
    type: 'structure',
    members: { output: 'SensitiveData', outputDetails: 'HistoryEventExecutionDataDetails' },
    required: [],
  },
  LambdaFunctionTimedOutEventDetails: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  ListActivitiesInput: {
    type: 'structure',
    members: { maxResults: 'PageSize', nextToken: 'PageToken' },
    required: [],
  },
  ListActivitiesOutput: {
    type: 'structure',
    members: { activities: 'ActivityList', nextToken: 'PageToken' },
    required: ['activities'],
  },
  ListExecutionsInput: {
    type: 'structure',
    members: {
      stateMachineArn: 'Arn',
      statusFilter: 'ExecutionStatus',
      maxResults: 'PageSize',
      nextToken: 'ListExecutionsPageToken',
      mapRunArn: 'LongArn',
      redriveFilter: 'ExecutionRedriveFilter',
    },
    required: [],
  },
  ListExecutionsOutput: {
    type: 'structure',
    members: { executions: 'ExecutionList', nextToken: 'ListExecutionsPageToken' },
    required: ['executions'],
  },
  ListExecutionsPageToken: { type: 'string', min: 1, max: 3096 },
  ListMapRunsInput: {
    type: 'structure',
    members: { executionArn: 'Arn', maxResults: 'PageSize', nextToken: 'PageToken' },
    required: ['executionArn'],
  },
  ListMapRunsOutput: {
    type: 'structure',
    members: { mapRuns: 'MapRunList', nextToken: 'PageToken' },
    required: ['mapRuns'],
  },
  ListStateMachineAliasesInput: {
    type: 'structure',
    members: { stateMachineArn: 'Arn', nextToken: 'PageToken', maxResults: 'PageSize' },
    required: ['stateMachineArn'],
  },
  ListStateMachineAliasesOutput: {
    type: 'structure',
    members: { stateMachineAliases: 'StateMachineAliasList', nextToken: 'PageToken' },
    required: ['stateMachineAliases'],
  },
  ListStateMachineVersionsInput: {
    type: 'structure',
    members: { stateMachineArn: 'Arn', nextToken: 'PageToken', maxResults: 'PageSize' },
    required: ['stateMachineArn'],
  },
  ListStateMachineVersionsOutput: {
    type: 'structure',
    members: { stateMachineVersions: 'StateMachineVersionList', nextToken: 'PageToken' },
    required: ['stateMachineVersions'],
  },
  ListStateMachinesInput: {
    type: 'structure',
    members: { maxResults: 'PageSize', nextToken: 'PageToken' },
    required: [],
  },
  ListStateMachinesOutput: {
    type: 'structure',
    members: { stateMachines: 'StateMachineList', nextToken: 'PageToken' },
    required: ['stateMachines'],
  },
  ListTagsForResourceInput: { type: 'structure', members: { resourceArn: 'Arn' }, required: ['resourceArn'] },
  ListTagsForResourceOutput: { type: 'structure', members: { tags: 'TagList' }, required: [] },
  LogDestination: {
    type: 'structure',
    members: { cloudWatchLogsLogGroup: 'CloudWatchLogsLogGroup' },
    required: [],
  },
  LogDestinationList: { type: 'list', member: 'LogDestination' },
  LogLevel: { type: 'string', enum: ['ALL', 'ERROR', 'FATAL', 'OFF'] },
  LoggingConfiguration: {
    type: 'structure',
    members: {
      level: 'LogLevel',
      includeExecutionData: 'IncludeExecutionData',
      destinations: 'LogDestinationList',
    },
    required: [],
  },
  LongArn: { type: 'string', min: 1, max: 2000 },
  LongObject: { type: 'long' },
  MapIterationEventDetails: {
    type: 'structure',
    members: { name: 'Name', index: 'UnsignedInteger' },
    required: [],
  },
  MapIterationFailureCount: { type: 'integer', min: 0 },
  MapRunExecutionCounts: {
    type: 'structure',
    members: {
      pending: 'UnsignedLong',
      running: 'UnsignedLong',
      succeeded: 'UnsignedLong',
      failed: 'UnsignedLong',
      timedOut: 'UnsignedLong',
      aborted: 'UnsignedLong',
      total: 'UnsignedLong',
      resultsWritten: 'UnsignedLong',
      failuresNotRedrivable: 'LongObject',
      pendingRedrive: 'LongObject',
    },
    required: ['pending', 'running', 'succeeded', 'failed', 'timedOut', 'aborted', 'total', 'resultsWritten'],
  },
  MapRunFailedEventDetails: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  MapRunItemCounts: {
    type: 'structure',
    members: {
      pending: 'UnsignedLong',
      running: 'UnsignedLong',
      succeeded: 'UnsignedLong',
      failed: 'UnsignedLong',
      timedOut: 'UnsignedLong',
      aborted: 'UnsignedLong',
      total: 'UnsignedLong',
      resultsWritten: 'UnsignedLong',
      failuresNotRedrivable: 'LongObject',
      pendingRedrive: 'LongObject',
    },
    required: ['pending', 'running', 'succeeded', 'failed', 'timedOut', 'aborted', 'total', 'resultsWritten'],
  },
  MapRunLabel: { type: 'string' },
  MapRunList: { type: 'list', member: 'MapRunListItem' },
  MapRunListItem: {
    type: 'structure',
    members: {
      executionArn: 'Arn',
      mapRunArn: 'LongArn',
      stateMachineArn: 'Arn',
      startDate: 'Timestamp',
      stopDate: 'Timestamp',
    },
    required: ['executionArn', 'mapRunArn', 'stateMachineArn', 'startDate'],
  },
  MapRunRedrivenEventDetails: {
    type: 'structure',
    members: { mapRunArn: 'LongArn', redriveCount: 'RedriveCount' },
    required: [],
  },
  MapRunStartedEventDetails: { type: 'structure', members: { mapRunArn: 'LongArn' }, required: [] },
  MapRunStatus: { type: 'string', enum: ['RUNNING', 'SUCCEEDED', 'FAILED', 'ABORTED'] },
  MapStateStartedEventDetails: { type: 'structure', members: { length: 'UnsignedInteger' }, required: [] },
  MaxConcurrency: { type: 'integer', min: 0 },
  MockErrorOutput: {
    type: 'structure',
    members: { error: 'SensitiveError', cause: 'SensitiveCause' },
    required: [],
  },
  MockInput: {
    type: 'structure',
    members: {
      result: 'SensitiveData',
      errorOutput: 'MockErrorOutput',
      fieldValidationMode: 'MockResponseValidationMode',
    },
    required: [],
  },
  MockResponseValidationMode: { type: 'string', enum: ['STRICT', 'PRESENT', 'NONE'] },
  Name: { type: 'string', min: 1, max: 80 },
  PageSize: { type: 'integer', min: 0, max: 1000 },
  PageToken: { type: 'string', min: 1, max: 1024 },
  Publish: { type: 'boolean' },
  PublishStateMachineVersionInput: {
    type: 'structure',
    members: { stateMachineArn: 'Arn', revisionId: 'RevisionId', description: 'VersionDescription' },
    required: ['stateMachineArn'],
  },
  PublishStateMachineVersionOutput: {
    type: 'structure',
    members: { creationDate: 'Timestamp', stateMachineVersionArn: 'Arn' },
    required: ['creationDate', 'stateMachineVersionArn'],
  },
  RedriveCount: { type: 'integer' },
  RedriveExecutionInput: {
    type: 'structure',
    members: { executionArn: 'Arn', clientToken: 'ClientToken' },
    required: ['executionArn'],
  },
  RedriveExecutionOutput: {
    type: 'structure',
    members: { redriveDate: 'Timestamp' },
    required: ['redriveDate'],
  },
  RetrierRetryCount: { type: 'integer', min: 0 },
  RetryBackoffIntervalSeconds: { type: 'integer', min: 0, sensitive: true },
  RevealSecrets: { type: 'boolean' },
  ReverseOrder: { type: 'boolean' },
  RevisionId: { type: 'string' },
  RoutingConfigurationList: { type: 'list', member: 'RoutingConfigurationListItem', min: 1, max: 2 },
  RoutingConfigurationListItem: {
    type: 'structure',
    members: { stateMachineVersionArn: 'Arn', weight: 'VersionWeight' },
    required: ['stateMachineVersionArn', 'weight'],
  },
  SendTaskFailureInput: {
    type: 'structure',
    members: { taskToken: 'TaskToken', error: 'SensitiveError', cause: 'SensitiveCause' },
    required: ['taskToken'],
  },
  SendTaskFailureOutput: { type: 'structure', members: {}, required: [] },
  SendTaskHeartbeatInput: { type: 'structure', members: { taskToken: 'TaskToken' }, required: ['taskToken'] },
  SendTaskHeartbeatOutput: { type: 'structure', members: {}, required: [] },
  SendTaskSuccessInput: {
    type: 'structure',
    members: { taskToken: 'TaskToken', output: 'SensitiveData' },
    required: ['taskToken', 'output'],
  },
  SendTaskSuccessOutput: { type: 'structure', members: {}, required: [] },
  SensitiveCause: { type: 'string', min: 0, max: 32768, sensitive: true },
  SensitiveData: { type: 'string', max: 262144, sensitive: true },
  SensitiveDataJobInput: { type: 'string', max: 1048576, sensitive: true },
  SensitiveError: { type: 'string', min: 0, max: 256, sensitive: true },
  StartExecutionInput: {
    type: 'structure',
    members: { stateMachineArn: 'Arn', name: 'Name', input: 'SensitiveData', traceHeader: 'TraceHeader' },
    required: ['stateMachineArn'],
  },
  StartExecutionOutput: {
    type: 'structure',
    members: { executionArn: 'Arn', startDate: 'Timestamp' },
    required: ['executionArn', 'startDate'],
  },
  StartSyncExecutionInput: {
    type: 'structure',
    members: {
      stateMachineArn: 'Arn',
      name: 'Name',
      input: 'SensitiveData',
      traceHeader: 'TraceHeader',
      includedData: 'IncludedData',
    },
    required: ['stateMachineArn'],
  },
  StartSyncExecutionOutput: {
    type: 'structure',
    members: {
      executionArn: 'Arn',
      stateMachineArn: 'Arn',
      name: 'Name',
      startDate: 'Timestamp',
      stopDate: 'Timestamp',
      status: 'SyncExecutionStatus',
      error: 'SensitiveError',
      cause: 'SensitiveCause',
      input: 'SensitiveData',
      inputDetails: 'CloudWatchEventsExecutionDataDetails',
      output: 'SensitiveData',
      outputDetails: 'CloudWatchEventsExecutionDataDetails',
      traceHeader: 'TraceHeader',
      billingDetails: 'BillingDetails',
    },
    required: ['executionArn', 'startDate', 'stopDate', 'status'],
  },
  StateEnteredEventDetails: {
    type: 'structure',
    members: { name: 'Name', input: 'SensitiveData', inputDetails: 'HistoryEventExecutionDataDetails' },
    required: ['name'],
  },
  StateExitedEventDetails: {
    type: 'structure',
    members: {
      name: 'Name',
      output: 'SensitiveData',
      outputDetails: 'HistoryEventExecutionDataDetails',
      assignedVariables: 'AssignedVariables',
      assignedVariablesDetails: 'AssignedVariablesDetails',
    },
    required: ['name'],
  },
  StateMachineAliasList: { type: 'list', member: 'StateMachineAliasListItem' },
  StateMachineAliasListItem: {
    type: 'structure',
    members: { stateMachineAliasArn: 'LongArn', creationDate: 'Timestamp' },
    required: ['stateMachineAliasArn', 'creationDate'],
  },
  StateMachineList: { type: 'list', member: 'StateMachineListItem' },
  StateMachineListItem: {
    type: 'structure',
    members: { stateMachineArn: 'Arn', name: 'Name', type: 'StateMachineType', creationDate: 'Timestamp' },
    required: ['stateMachineArn', 'name', 'type', 'creationDate'],
  },
  StateMachineStatus: { type: 'string', enum: ['ACTIVE', 'DELETING'] },
  StateMachineType: { type: 'string', enum: ['STANDARD', 'EXPRESS'] },
  StateMachineVersionList: { type: 'list', member: 'StateMachineVersionListItem' },
  StateMachineVersionListItem: {
    type: 'structure',
    members: { stateMachineVersionArn: 'LongArn', creationDate: 'Timestamp' },
    required: ['stateMachineVersionArn', 'creationDate'],
  },
  StateName: { type: 'string', min: 1, max: 80 },
  StopExecutionInput: {
    type: 'structure',
    members: { executionArn: 'Arn', error: 'SensitiveError', cause: 'SensitiveCause' },
    required: ['executionArn'],
  },
  StopExecutionOutput: { type: 'structure', members: { stopDate: 'Timestamp' }, required: ['stopDate'] },
  SyncExecutionStatus: { type: 'string', enum: ['SUCCEEDED', 'FAILED', 'TIMED_OUT'] },
  Tag: { type: 'structure', members: { key: 'TagKey', value: 'TagValue' }, required: [] },
  TagKey: { type: 'string', min: 1, max: 128 },
  TagKeyList: { type: 'list', member: 'TagKey' },
  TagList: { type: 'list', member: 'Tag' },
  TagResourceInput: {
    type: 'structure',
    members: { resourceArn: 'Arn', tags: 'TagList' },
    required: ['resourceArn', 'tags'],
  },
  TagResourceOutput: { type: 'structure', members: {}, required: [] },
  TagValue: { type: 'string', min: 0, max: 256 },
  TaskCredentials: { type: 'structure', members: { roleArn: 'LongArn' }, required: [] },
  TaskFailedEventDetails: {
    type: 'structure',
    members: { resourceType: 'Name', resource: 'Name', error: 'SensitiveError', cause: 'SensitiveCause' },
    required: ['resourceType', 'resource'],
  },
  TaskScheduledEventDetails: {
    type: 'structure',
    members: {
      resourceType: 'Name',
      resource: 'Name',
      region: 'Name',
      parameters: 'ConnectorParameters',
      timeoutInSeconds: 'TimeoutInSeconds',
      heartbeatInSeconds: 'TimeoutInSeconds',
      taskCredentials: 'TaskCredentials',
    },
    required: ['resourceType', 'resource', 'region', 'parameters'],
  },
  TaskStartFailedEventDetails: {
    type: 'structure',
    members: { resourceType: 'Name', resource: 'Name', error: 'SensitiveError', cause: 'SensitiveCause' },
    required: ['resourceType', 'resource'],
  },
  TaskStartedEventDetails: {
    type: 'structure',
    members: { resourceType: 'Name', resource: 'Name' },
    required: ['resourceType', 'resource'],
  },
  TaskSubmitFailedEventDetails: {
    type: 'structure',
    members: { resourceType: 'Name', resource: 'Name', error: 'SensitiveError', cause: 'SensitiveCause' },
    required: ['resourceType', 'resource'],
  },
  TaskSubmittedEventDetails: {
    type: 'structure',
    members: {
      resourceType: 'Name',
      resource: 'Name',
      output: 'SensitiveData',
      outputDetails: 'HistoryEventExecutionDataDetails',
    },
    required: ['resourceType', 'resource'],
  },
  TaskSucceededEventDetails: {
    type: 'structure',
    members: {
      resourceType: 'Name',
      resource: 'Name',
      output: 'SensitiveData',
      outputDetails: 'HistoryEventExecutionDataDetails',
    },
    required: ['resourceType', 'resource'],
  },
  TaskTimedOutEventDetails: {
    type: 'structure',
    members: { resourceType: 'Name', resource: 'Name', error: 'SensitiveError', cause: 'SensitiveCause' },
    required: ['resourceType', 'resource'],
  },
  TaskToken: { type: 'string', min: 1, max: 2048 },
  TestExecutionStatus: { type: 'string', enum: ['SUCCEEDED', 'FAILED', 'RETRIABLE', 'CAUGHT_ERROR'] },
  TestStateConfiguration: {
    type: 'structure',
    members: {
      retrierRetryCount: 'RetrierRetryCount',
      errorCausedByState: 'TestStateStateName',
      mapIterationFailureCount: 'MapIterationFailureCount',
      mapItemReaderData: 'SensitiveData',
    },
    required: [],
  },
  TestStateInput: {
    type: 'structure',
    members: {
      definition: 'Definition',
      roleArn: 'Arn',
      input: 'SensitiveData',
      inspectionLevel: 'InspectionLevel',
      revealSecrets: 'RevealSecrets',
      variables: 'SensitiveData',
      stateName: 'TestStateStateName',
      mock: 'MockInput',
      context: 'SensitiveData',
      stateConfiguration: 'TestStateConfiguration',
    },
    required: ['definition'],
  },
  TestStateOutput: {
    type: 'structure',
    members: {
      output: 'SensitiveData',
      error: 'SensitiveError',
      cause: 'SensitiveCause',
      inspectionData: 'InspectionData',
      nextState: 'StateName',
      status: 'TestExecutionStatus',
    },
    required: [],
  },
  TestStateStateName: { type: 'string', min: 1, max: 80, sensitive: true },
  TimeoutInSeconds: { type: 'long' },
  Timestamp: { type: 'timestamp' },
  ToleratedFailureCount: { type: 'long', min: 0 },
  ToleratedFailurePercentage: { type: 'float', min: 0, max: 100 },
  TraceHeader: { type: 'string', min: 0, max: 256, pattern: '\\p{ASCII}*' },
  TracingConfiguration: { type: 'structure', members: { enabled: 'Enabled' }, required: [] },
  URL: { type: 'string' },
  UnsignedInteger: { type: 'integer', min: 0 },
  UnsignedLong: { type: 'long', min: 0 },
  UntagResourceInput: {
    type: 'structure',
    members: { resourceArn: 'Arn', tagKeys: 'TagKeyList' },
    required: ['resourceArn', 'tagKeys'],
  },
  UntagResourceOutput: { type: 'structure', members: {}, required: [] },
  UpdateMapRunInput: {
    type: 'structure',
    members: {
      mapRunArn: 'LongArn',
      maxConcurrency: 'MaxConcurrency',
      toleratedFailurePercentage: 'ToleratedFailurePercentage',
      toleratedFailureCount: 'ToleratedFailureCount',
    },
    required: ['mapRunArn'],
  },
  UpdateMapRunOutput: { type: 'structure', members: {}, required: [] },
  UpdateStateMachineAliasInput: {
    type: 'structure',
    members: {
      stateMachineAliasArn: 'Arn',
      description: 'AliasDescription',
      routingConfiguration: 'RoutingConfigurationList',
    },
    required: ['stateMachineAliasArn'],
  },
  UpdateStateMachineAliasOutput: {
    type: 'structure',
    members: { updateDate: 'Timestamp' },
    required: ['updateDate'],
  },
  UpdateStateMachineInput: {
    type: 'structure',
    members: {
      stateMachineArn: 'Arn',
      definition: 'Definition',
      roleArn: 'Arn',
      loggingConfiguration: 'LoggingConfiguration',
      tracingConfiguration: 'TracingConfiguration',
      publish: 'Publish',
      versionDescription: 'VersionDescription',
      encryptionConfiguration: 'EncryptionConfiguration',
    },
    required: ['stateMachineArn'],
  },
  UpdateStateMachineOutput: {
    type: 'structure',
    members: { updateDate: 'Timestamp', revisionId: 'RevisionId', stateMachineVersionArn: 'Arn' },
    required: ['updateDate'],
  },
  ValidateStateMachineDefinitionCode: { type: 'string', sensitive: true },
  ValidateStateMachineDefinitionDiagnostic: {
    type: 'structure',
    members: {
      severity: 'ValidateStateMachineDefinitionSeverity',
      code: 'ValidateStateMachineDefinitionCode',
      message: 'ValidateStateMachineDefinitionMessage',
      location: 'ValidateStateMachineDefinitionLocation',
    },
    required: ['severity', 'code', 'message'],
  },
  ValidateStateMachineDefinitionDiagnosticList: {
    type: 'list',
    member: 'ValidateStateMachineDefinitionDiagnostic',
  },
  ValidateStateMachineDefinitionInput: {
    type: 'structure',
    members: {
      definition: 'Definition',
      type: 'StateMachineType',
      severity: 'ValidateStateMachineDefinitionSeverity',
      maxResults: 'ValidateStateMachineDefinitionMaxResult',
    },
    required: ['definition'],
  },
  ValidateStateMachineDefinitionLocation: { type: 'string', sensitive: true },
  ValidateStateMachineDefinitionMaxResult: { type: 'integer', min: 0, max: 100 },
  ValidateStateMachineDefinitionMessage: { type: 'string', sensitive: true },
  ValidateStateMachineDefinitionOutput: {
    type: 'structure',
    members: {
      result: 'ValidateStateMachineDefinitionResultCode',
      diagnostics: 'ValidateStateMachineDefinitionDiagnosticList',
      truncated: 'ValidateStateMachineDefinitionTruncated',
    },
    required: ['result', 'diagnostics'],
  },
  ValidateStateMachineDefinitionResultCode: { type: 'string', enum: ['OK', 'FAIL'] },
  ValidateStateMachineDefinitionSeverity: { type: 'string', enum: ['ERROR', 'WARNING'] },
  ValidateStateMachineDefinitionTruncated: { type: 'boolean' },
  ValidationExceptionReason: {
    type: 'string',
    enum: [
      'API_DOES_NOT_SUPPORT_LABELED_ARNS',
      'MISSING_REQUIRED_PARAMETER',
      'CANNOT_UPDATE_COMPLETED_MAP_RUN',
      'INVALID_ROUTING_CONFIGURATION',
    ],
  },
  VariableName: { type: 'string', sensitive: true },
  VariableNameList: { type: 'list', member: 'VariableName' },
  VariableReferences: { type: 'map', value: 'VariableNameList', sensitive: true },
  VariableValue: { type: 'string', sensitive: true },
  VersionDescription: { type: 'string', max: 256, sensitive: true },
  VersionWeight: { type: 'integer', min: 0, max: 100 },
  includedDetails: { type: 'boolean' },
  truncated: { type: 'boolean' },
};

/** Operation name → its input and output shape and the errors it may answer. */
export const OPERATIONS = {
  CreateActivity: {
    input: 'CreateActivityInput',
    output: 'CreateActivityOutput',
    errors: [
      'ActivityLimitExceeded',
      'ActivityAlreadyExists',
      'InvalidName',
      'TooManyTags',
      'InvalidEncryptionConfiguration',
      'KmsAccessDeniedException',
      'KmsThrottlingException',
    ],
  },
  CreateStateMachine: {
    input: 'CreateStateMachineInput',
    output: 'CreateStateMachineOutput',
    errors: [
      'InvalidArn',
      'InvalidDefinition',
      'InvalidName',
      'InvalidLoggingConfiguration',
      'InvalidTracingConfiguration',
      'StateMachineAlreadyExists',
      'StateMachineDeleting',
      'StateMachineLimitExceeded',
      'StateMachineTypeNotSupported',
      'TooManyTags',
      'ValidationException',
      'ConflictException',
      'InvalidEncryptionConfiguration',
      'KmsAccessDeniedException',
      'KmsThrottlingException',
    ],
  },
  CreateStateMachineAlias: {
    input: 'CreateStateMachineAliasInput',
    output: 'CreateStateMachineAliasOutput',
    errors: [
      'InvalidArn',
      'InvalidName',
      'ValidationException',
      'StateMachineDeleting',
      'ResourceNotFound',
      'ConflictException',
      'ServiceQuotaExceededException',
    ],
  },
  DeleteActivity: { input: 'DeleteActivityInput', output: 'DeleteActivityOutput', errors: ['InvalidArn'] },
  DeleteStateMachine: {
    input: 'DeleteStateMachineInput',
    output: 'DeleteStateMachineOutput',
    errors: ['InvalidArn', 'ValidationException'],
  },
  DeleteStateMachineAlias: {
    input: 'DeleteStateMachineAliasInput',
    output: 'DeleteStateMachineAliasOutput',
    errors: ['ValidationException', 'InvalidArn', 'ResourceNotFound', 'ConflictException'],
  },
  DeleteStateMachineVersion: {
    input: 'DeleteStateMachineVersionInput',
    output: 'DeleteStateMachineVersionOutput',
    errors: ['ValidationException', 'InvalidArn', 'ConflictException'],
  },
  DescribeActivity: {
    input: 'DescribeActivityInput',
    output: 'DescribeActivityOutput',
    errors: ['ActivityDoesNotExist', 'InvalidArn'],
  },
  DescribeExecution: {
    input: 'DescribeExecutionInput',
    output: 'DescribeExecutionOutput',
    errors: [
      'ExecutionDoesNotExist',
      'InvalidArn',
      'KmsAccessDeniedException',
      'KmsInvalidStateException',
      'KmsThrottlingException',
    ],
  },
  DescribeMapRun: {
    input: 'DescribeMapRunInput',
    output: 'DescribeMapRunOutput',
    errors: ['ResourceNotFound', 'InvalidArn'],
  },
  DescribeStateMachine: {
    input: 'DescribeStateMachineInput',
    output: 'DescribeStateMachineOutput',
    errors: [
      'InvalidArn',
      'StateMachineDoesNotExist',
      'KmsAccessDeniedException',
      'KmsInvalidStateException',
      'KmsThrottlingException',
    ],
  },
  DescribeStateMachineAlias: {
    input: 'DescribeStateMachineAliasInput',
    output: 'DescribeStateMachineAliasOutput',
    errors: ['ValidationException', 'InvalidArn', 'ResourceNotFound'],
  },
  DescribeStateMachineForExecution: {
    input: 'DescribeStateMachineForExecutionInput',
    output: 'DescribeStateMachineForExecutionOutput',
    errors: [
      'ExecutionDoesNotExist',
      'InvalidArn',
      'KmsAccessDeniedException',
      'KmsInvalidStateException',
      'KmsThrottlingException',
    ],
  },
  GetActivityTask: {
    input: 'GetActivityTaskInput',
    output: 'GetActivityTaskOutput',
    errors: [
      'ActivityDoesNotExist',
      'ActivityWorkerLimitExceeded',
      'InvalidArn',
      'KmsAccessDeniedException',
      'KmsInvalidStateException',
      'KmsThrottlingException',
    ],
  },
  GetExecutionHistory: {
    input: 'GetExecutionHistoryInput',
    output: 'GetExecutionHistoryOutput',
    errors: [
      'ExecutionDoesNotExist',
      'InvalidArn',
      'InvalidToken',
      'KmsAccessDeniedException',
      'KmsInvalidStateException',
      'KmsThrottlingException',
    ],
  },
  ListActivities: { input: 'ListActivitiesInput', output: 'ListActivitiesOutput', errors: ['InvalidToken'] },
  ListExecutions: {
    input: 'ListExecutionsInput',
    output: 'ListExecutionsOutput',
    errors: [
      'InvalidArn',
      'InvalidToken',
      'StateMachineDoesNotExist',
      'StateMachineTypeNotSupported',
      'ValidationException',
      'ResourceNotFound',
    ],
  },
  ListMapRuns: {
    input: 'ListMapRunsInput',
    output: 'ListMapRunsOutput',
    errors: ['ExecutionDoesNotExist', 'InvalidArn', 'InvalidToken'],
  },
  ListStateMachineAliases: {
    input: 'ListStateMachineAliasesInput',
    output: 'ListStateMachineAliasesOutput',
    errors: [
      'InvalidArn',
      'InvalidToken',
      'ResourceNotFound',
      'StateMachineDoesNotExist',
      'StateMachineDeleting',
    ],
  },
  ListStateMachineVersions: {
    input: 'ListStateMachineVersionsInput',
    output: 'ListStateMachineVersionsOutput',
    errors: ['ValidationException', 'InvalidArn', 'InvalidToken'],
  },
  ListStateMachines: {
    input: 'ListStateMachinesInput',
    output: 'ListStateMachinesOutput',
    errors: ['InvalidToken'],
  },
  ListTagsForResource: {
    input: 'ListTagsForResourceInput',
    output: 'ListTagsForResourceOutput',
    errors: ['InvalidArn', 'ResourceNotFound'],
  },
  PublishStateMachineVersion: {
    input: 'PublishStateMachineVersionInput',
    output: 'PublishStateMachineVersionOutput',
    errors: [
      'ValidationException',
      'StateMachineDeleting',
      'StateMachineDoesNotExist',
      'ServiceQuotaExceededException',
      'ConflictException',
      'InvalidArn',
    ],
  },
  RedriveExecution: {
    input: 'RedriveExecutionInput',
    output: 'RedriveExecutionOutput',
    errors: [
      'ExecutionDoesNotExist',
      'ExecutionNotRedrivable',
      'ExecutionLimitExceeded',
      'InvalidArn',
      'ValidationException',
    ],
  },
  SendTaskFailure: {
    input: 'SendTaskFailureInput',
    output: 'SendTaskFailureOutput',
    errors: [
      'TaskDoesNotExist',
      'InvalidToken',
      'TaskTimedOut',
      'KmsAccessDeniedException',
      'KmsInvalidStateException',
      'KmsThrottlingException',
    ],
  },
  SendTaskHeartbeat: {
    input: 'SendTaskHeartbeatInput',
    output: 'SendTaskHeartbeatOutput',
    errors: ['TaskDoesNotExist', 'InvalidToken', 'TaskTimedOut'],
  },
  SendTaskSuccess: {
    input: 'SendTaskSuccessInput',
    output: 'SendTaskSuccessOutput',
    errors: [
      'TaskDoesNotExist',
      'InvalidOutput',
      'InvalidToken',
      'TaskTimedOut',
      'KmsAccessDeniedException',
      'KmsInvalidStateException',
      'KmsThrottlingException',
    ],
  },
  StartExecution: {
    input: 'StartExecutionInput',
    output: 'StartExecutionOutput',
    errors: [
      'ExecutionLimitExceeded',
      'ExecutionAlreadyExists',
      'InvalidArn',
      'InvalidExecutionInput',
      'InvalidName',
      'StateMachineDoesNotExist',
      'StateMachineDeleting',
      'ValidationException',
      'KmsAccessDeniedException',
      'KmsInvalidStateException',
      'KmsThrottlingException',
    ],
  },
  StartSyncExecution: {
    input: 'StartSyncExecutionInput',
    output: 'StartSyncExecutionOutput',
    errors: [
      'InvalidArn',
      'InvalidExecutionInput',
      'InvalidName',
      'StateMachineDoesNotExist',
      'StateMachineDeleting',
      'StateMachineTypeNotSupported',
      'KmsAccessDeniedException',
      'KmsInvalidStateException',
      'KmsThrottlingException',
    ],
  },
  StopExecution: {
    input: 'StopExecutionInput',
    output: 'StopExecutionOutput',
    errors: [
      'ExecutionDoesNotExist',
      'InvalidArn',
      'ValidationException',
      'KmsAccessDeniedException',
      'KmsInvalidStateException',
      'KmsThrottlingException',
    ],
  },
  TagResource: {
    input: 'TagResourceInput',
    output: 'TagResourceOutput',
    errors: ['InvalidArn', 'ResourceNotFound', 'TooManyTags'],
  },
  TestState: {
    input: 'TestStateInput',
    output: 'TestStateOutput',
    errors: ['InvalidArn', 'InvalidDefinition', 'InvalidExecutionInput', 'ValidationException'],
  },
  UntagResource: {
    input: 'UntagResourceInput',
    output: 'UntagResourceOutput',
    errors: ['InvalidArn', 'ResourceNotFound'],
  },
  UpdateMapRun: {
    input: 'UpdateMapRunInput',
    output: 'UpdateMapRunOutput',
    errors: ['ResourceNotFound', 'InvalidArn', 'ValidationException'],
  },
  UpdateStateMachine: {
    input: 'UpdateStateMachineInput',
    output: 'UpdateStateMachineOutput',
    errors: [
      'InvalidArn',
      'InvalidDefinition',
      'InvalidLoggingConfiguration',
      'InvalidTracingConfiguration',
      'MissingRequiredParameter',
      'StateMachineDeleting',
      'StateMachineDoesNotExist',
      'ServiceQuotaExceededException',
      'ConflictException',
      'ValidationException',
      'InvalidEncryptionConfiguration',
      'KmsAccessDeniedException',
      'KmsThrottlingException',
    ],
  },
  UpdateStateMachineAlias: {
    input: 'UpdateStateMachineAliasInput',
    output: 'UpdateStateMachineAliasOutput',
    errors: [
      'ValidationException',
      'InvalidArn',
      'ResourceNotFound',
      'ConflictException',
      'StateMachineDeleting',
    ],
  },
  ValidateStateMachineDefinition: {
    input: 'ValidateStateMachineDefinitionInput',
    output: 'ValidateStateMachineDefinitionOutput',
    errors: ['ValidationException'],
  },
} as const satisfies Readonly<
  Record<
    string,
    { readonly input: ShapeName; readonly output: ShapeName; readonly errors: readonly string[] }
  >
>;

export type OperationName = keyof typeof OPERATIONS;

export interface Inputs {
  readonly CreateActivity: CreateActivityInput;
  readonly CreateStateMachine: CreateStateMachineInput;
  readonly CreateStateMachineAlias: CreateStateMachineAliasInput;
  readonly DeleteActivity: DeleteActivityInput;
  readonly DeleteStateMachine: DeleteStateMachineInput;
  readonly DeleteStateMachineAlias: DeleteStateMachineAliasInput;
  readonly DeleteStateMachineVersion: DeleteStateMachineVersionInput;
  readonly DescribeActivity: DescribeActivityInput;
  readonly DescribeExecution: DescribeExecutionInput;
  readonly DescribeMapRun: DescribeMapRunInput;
  readonly DescribeStateMachine: DescribeStateMachineInput;
  readonly DescribeStateMachineAlias: DescribeStateMachineAliasInput;
  readonly DescribeStateMachineForExecution: DescribeStateMachineForExecutionInput;
  readonly GetActivityTask: GetActivityTaskInput;
  readonly GetExecutionHistory: GetExecutionHistoryInput;
  readonly ListActivities: ListActivitiesInput;
  readonly ListExecutions: ListExecutionsInput;
  readonly ListMapRuns: ListMapRunsInput;
  readonly ListStateMachineAliases: ListStateMachineAliasesInput;
  readonly ListStateMachineVersions: ListStateMachineVersionsInput;
  readonly ListStateMachines: ListStateMachinesInput;
  readonly ListTagsForResource: ListTagsForResourceInput;
  readonly PublishStateMachineVersion: PublishStateMachineVersionInput;
  readonly RedriveExecution: RedriveExecutionInput;
  readonly SendTaskFailure: SendTaskFailureInput;
  readonly SendTaskHeartbeat: SendTaskHeartbeatInput;
  readonly SendTaskSuccess: SendTaskSuccessInput;
  readonly StartExecution: StartExecutionInput;
  readonly StartSyncExecution: StartSyncExecutionInput;
  readonly StopExecution: StopExecutionInput;
  readonly TagResource: TagResourceInput;
  readonly TestState: TestStateInput;
  readonly UntagResource: UntagResourceInput;
  readonly UpdateMapRun: UpdateMapRunInput;
  readonly UpdateStateMachine: UpdateStateMachineInput;
  readonly UpdateStateMachineAlias: UpdateStateMachineAliasInput;
  readonly ValidateStateMachineDefinition: ValidateStateMachineDefinitionInput;
}

export interface Outputs {
  readonly CreateActivity: CreateActivityOutput;
  readonly CreateStateMachine: CreateStateMachineOutput;
  readonly CreateStateMachineAlias: CreateStateMachineAliasOutput;
  readonly DeleteActivity: DeleteActivityOutput;
  readonly DeleteStateMachine: DeleteStateMachineOutput;
  readonly DeleteStateMachineAlias: DeleteStateMachineAliasOutput;
  readonly DeleteStateMachineVersion: DeleteStateMachineVersionOutput;
  readonly DescribeActivity: DescribeActivityOutput;
  readonly DescribeExecution: DescribeExecutionOutput;
  readonly DescribeMapRun: DescribeMapRunOutput;
  readonly DescribeStateMachine: DescribeStateMachineOutput;
  readonly DescribeStateMachineAlias: DescribeStateMachineAliasOutput;
  readonly DescribeStateMachineForExecution: DescribeStateMachineForExecutionOutput;
  readonly GetActivityTask: GetActivityTaskOutput;
  readonly GetExecutionHistory: GetExecutionHistoryOutput;
  readonly ListActivities: ListActivitiesOutput;
  readonly ListExecutions: ListExecutionsOutput;
  readonly ListMapRuns: ListMapRunsOutput;
  readonly ListStateMachineAliases: ListStateMachineAliasesOutput;
  readonly ListStateMachineVersions: ListStateMachineVersionsOutput;
  readonly ListStateMachines: ListStateMachinesOutput;
  readonly ListTagsForResource: ListTagsForResourceOutput;
  readonly PublishStateMachineVersion: PublishStateMachineVersionOutput;
  readonly RedriveExecution: RedriveExecutionOutput;
  readonly SendTaskFailure: SendTaskFailureOutput;
  readonly SendTaskHeartbeat: SendTaskHeartbeatOutput;
  readonly SendTaskSuccess: SendTaskSuccessOutput;
  readonly StartExecution: StartExecutionOutput;
  readonly StartSyncExecution: StartSyncExecutionOutput;
  readonly StopExecution: StopExecutionOutput;
  readonly TagResource: TagResourceOutput;
  readonly TestState: TestStateOutput;
  readonly UntagResource: UntagResourceOutput;
  readonly UpdateMapRun: UpdateMapRunOutput;
  readonly UpdateStateMachine: UpdateStateMachineOutput;
  readonly UpdateStateMachineAlias: UpdateStateMachineAliasOutput;
  readonly ValidateStateMachineDefinition: ValidateStateMachineDefinitionOutput;
}

export type EncryptionType = 'AWS_OWNED_KEY' | 'CUSTOMER_MANAGED_KMS_KEY';

export type ExecutionRedriveFilter = 'REDRIVEN' | 'NOT_REDRIVEN';

export type ExecutionRedriveStatus = 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';

export type ExecutionStatus =
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'PENDING_REDRIVE';

export type HistoryEventType =
  | 'ActivityFailed'
  | 'ActivityScheduled'
  | 'ActivityScheduleFailed'
  | 'ActivityStarted'
  | 'ActivitySucceeded'
  | 'ActivityTimedOut'
  | 'ChoiceStateEntered'
  | 'ChoiceStateExited'
  | 'ExecutionAborted'
  | 'ExecutionFailed'
  | 'ExecutionStarted'
  | 'ExecutionSucceeded'
  | 'ExecutionTimedOut'
  | 'FailStateEntered'
  | 'LambdaFunctionFailed'
  | 'LambdaFunctionScheduled'
  | 'LambdaFunctionScheduleFailed'
  | 'LambdaFunctionStarted'
  | 'LambdaFunctionStartFailed'
  | 'LambdaFunctionSucceeded'
  | 'LambdaFunctionTimedOut'
  | 'MapIterationAborted'
  | 'MapIterationFailed'
  | 'MapIterationStarted'
  | 'MapIterationSucceeded'
  | 'MapStateAborted'
  | 'MapStateEntered'
  | 'MapStateExited'
  | 'MapStateFailed'
  | 'MapStateStarted'
  | 'MapStateSucceeded'
  | 'ParallelStateAborted'
  | 'ParallelStateEntered'
  | 'ParallelStateExited'
  | 'ParallelStateFailed'
  | 'ParallelStateStarted'
  | 'ParallelStateSucceeded'
  | 'PassStateEntered'
  | 'PassStateExited'
  | 'SucceedStateEntered'
  | 'SucceedStateExited'
  | 'TaskFailed'
  | 'TaskScheduled'
  | 'TaskStarted'
  | 'TaskStartFailed'
  | 'TaskStateAborted'
  | 'TaskStateEntered'
  | 'TaskStateExited'
  | 'TaskSubmitFailed'
  | 'TaskSubmitted'
  | 'TaskSucceeded'
  | 'TaskTimedOut'
  | 'WaitStateAborted'
  | 'WaitStateEntered'
  | 'WaitStateExited'
  | 'MapRunAborted'
  | 'MapRunFailed'
  | 'MapRunStarted'
  | 'MapRunSucceeded'
  | 'ExecutionRedriven'
  | 'MapRunRedriven'
  | 'EvaluationFailed';

export type IncludedData = 'ALL_DATA' | 'METADATA_ONLY';

export type InspectionLevel = 'INFO' | 'DEBUG' | 'TRACE';

export type KmsKeyState = 'DISABLED' | 'PENDING_DELETION' | 'PENDING_IMPORT' | 'UNAVAILABLE' | 'CREATING';

export type LogLevel = 'ALL' | 'ERROR' | 'FATAL' | 'OFF';

export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

export type MockResponseValidationMode = 'STRICT' | 'PRESENT' | 'NONE';

export type StateMachineStatus = 'ACTIVE' | 'DELETING';

export type StateMachineType = 'STANDARD' | 'EXPRESS';

export type SyncExecutionStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';

export type TestExecutionStatus = 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';

export type ValidateStateMachineDefinitionResultCode = 'OK' | 'FAIL';

export type ValidateStateMachineDefinitionSeverity = 'ERROR' | 'WARNING';

export type ValidationExceptionReason =
  | 'API_DOES_NOT_SUPPORT_LABELED_ARNS'
  | 'MISSING_REQUIRED_PARAMETER'
  | 'CANNOT_UPDATE_COMPLETED_MAP_RUN'
  | 'INVALID_ROUTING_CONFIGURATION';

export interface ActivityFailedEventDetails {
  readonly error?: string;
  readonly cause?: string;
}

export interface ActivityListItem {
  readonly activityArn: string;
  readonly name: string;
  readonly creationDate: number;
}

export interface ActivityScheduleFailedEventDetails {
  readonly error?: string;
  readonly cause?: string;
}

export interface ActivityScheduledEventDetails {
  readonly resource: string;
  readonly input?: string;
  readonly inputDetails?: HistoryEventExecutionDataDetails;
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
}

export interface ActivityStartedEventDetails {
  readonly workerName?: string;
}

export interface ActivitySucceededEventDetails {
  readonly output?: string;
  readonly outputDetails?: HistoryEventExecutionDataDetails;
}

export interface ActivityTimedOutEventDetails {
  readonly error?: string;
  readonly cause?: string;
}

export interface AssignedVariablesDetails {
  readonly truncated?: boolean;
}

export interface BillingDetails {
  readonly billedMemoryUsedInMB?: number;
  readonly billedDurationInMilliseconds?: number;
}

export interface CloudWatchEventsExecutionDataDetails {
  readonly included?: boolean;
}

export interface CloudWatchLogsLogGroup {
  readonly logGroupArn?: string;
}

export interface CreateActivityInput {
  readonly name: string;
  readonly tags?: readonly Tag[];
  readonly encryptionConfiguration?: EncryptionConfiguration;
}

export interface CreateActivityOutput {
  readonly activityArn: string;
  readonly creationDate: number;
}

export interface CreateStateMachineAliasInput {
  readonly description?: string;
  readonly name: string;
  readonly routingConfiguration: readonly RoutingConfigurationListItem[];
}

export interface CreateStateMachineAliasOutput {
  readonly stateMachineAliasArn: string;
  readonly creationDate: number;
}

export interface CreateStateMachineInput {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly type?: StateMachineType;
  readonly loggingConfiguration?: LoggingConfiguration;
  readonly tags?: readonly Tag[];
  readonly tracingConfiguration?: TracingConfiguration;
  readonly publish?: boolean;
  readonly versionDescription?: string;
  readonly encryptionConfiguration?: EncryptionConfiguration;
}

export interface CreateStateMachineOutput {
  readonly stateMachineArn: string;
  readonly creationDate: number;
  readonly stateMachineVersionArn?: string;
}

export interface DeleteActivityInput {
  readonly activityArn: string;
}

export type DeleteActivityOutput = Readonly<Record<string, never>>;

export interface DeleteStateMachineAliasInput {
  readonly stateMachineAliasArn: string;
}

export type DeleteStateMachineAliasOutput = Readonly<Record<string, never>>;

export interface DeleteStateMachineInput {
  readonly stateMachineArn: string;
}

export type DeleteStateMachineOutput = Readonly<Record<string, never>>;

export interface DeleteStateMachineVersionInput {
  readonly stateMachineVersionArn: string;
}

export type DeleteStateMachineVersionOutput = Readonly<Record<string, never>>;

export interface DescribeActivityInput {
  readonly activityArn: string;
}

export interface DescribeActivityOutput {
  readonly activityArn: string;
  readonly name: string;
  readonly creationDate: number;
  readonly encryptionConfiguration?: EncryptionConfiguration;
}

export interface DescribeExecutionInput {
  readonly executionArn: string;
  readonly includedData?: IncludedData;
}

export interface DescribeExecutionOutput {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name?: string;
  readonly status: ExecutionStatus;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly input?: string;
  readonly inputDetails?: CloudWatchEventsExecutionDataDetails;
  readonly output?: string;
  readonly outputDetails?: CloudWatchEventsExecutionDataDetails;
  readonly traceHeader?: string;
  readonly mapRunArn?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly stateMachineVersionArn?: string;
  readonly stateMachineAliasArn?: string;
  readonly redriveCount?: number;
  readonly redriveDate?: number;
  readonly redriveStatus?: ExecutionRedriveStatus;
  readonly redriveStatusReason?: string;
}

export interface DescribeMapRunInput {
  readonly mapRunArn: string;
}

export interface DescribeMapRunOutput {
  readonly mapRunArn: string;
  readonly executionArn: string;
  readonly status: MapRunStatus;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly toleratedFailureCount: number;
  readonly itemCounts: MapRunItemCounts;
  readonly executionCounts: MapRunExecutionCounts;
  readonly redriveCount?: number;
  readonly redriveDate?: number;
}

export interface DescribeStateMachineAliasInput {
  readonly stateMachineAliasArn: string;
}

export interface DescribeStateMachineAliasOutput {
  readonly stateMachineAliasArn?: string;
  readonly name?: string;
  readonly description?: string;
  readonly routingConfiguration?: readonly RoutingConfigurationListItem[];
  readonly creationDate?: number;
  readonly updateDate?: number;
}

export interface DescribeStateMachineForExecutionInput {
  readonly executionArn: string;
  readonly includedData?: IncludedData;
}

export interface DescribeStateMachineForExecutionOutput {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly updateDate: number;
  readonly loggingConfiguration?: LoggingConfiguration;
  readonly tracingConfiguration?: TracingConfiguration;
  readonly mapRunArn?: string;
  readonly label?: string;
  readonly revisionId?: string;
  readonly encryptionConfiguration?: EncryptionConfiguration;
  readonly variableReferences?: Readonly<Record<string, readonly string[]>>;
}

export interface DescribeStateMachineInput {
  readonly stateMachineArn: string;
  readonly includedData?: IncludedData;
}

export interface DescribeStateMachineOutput {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status?: StateMachineStatus;
  readonly definition: string;
  readonly roleArn: string;
  readonly type: StateMachineType;
  readonly creationDate: number;
  readonly loggingConfiguration?: LoggingConfiguration;
  readonly tracingConfiguration?: TracingConfiguration;
  readonly label?: string;
  readonly revisionId?: string;
  readonly description?: string;
  readonly encryptionConfiguration?: EncryptionConfiguration;
  readonly variableReferences?: Readonly<Record<string, readonly string[]>>;
}

export interface EncryptionConfiguration {
  readonly kmsKeyId?: string;
  readonly kmsDataKeyReusePeriodSeconds?: number;
  readonly type: EncryptionType;
}

export interface EvaluationFailedEventDetails {
  readonly error?: string;
  readonly cause?: string;
  readonly location?: string;
  readonly state: string;
}

export interface ExecutionAbortedEventDetails {
  readonly error?: string;
  readonly cause?: string;
}

export interface ExecutionFailedEventDetails {
  readonly error?: string;
  readonly cause?: string;
}

export interface ExecutionListItem {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly mapRunArn?: string;
  readonly itemCount?: number;
  readonly stateMachineVersionArn?: string;
  readonly stateMachineAliasArn?: string;
  readonly redriveCount?: number;
  readonly redriveDate?: number;
}

export interface ExecutionRedrivenEventDetails {
  readonly redriveCount?: number;
}

export interface ExecutionStartedEventDetails {
  readonly input?: string;
  readonly inputDetails?: HistoryEventExecutionDataDetails;
  readonly roleArn?: string;
  readonly stateMachineAliasArn?: string;
  readonly stateMachineVersionArn?: string;
}

export interface ExecutionSucceededEventDetails {
  readonly output?: string;
  readonly outputDetails?: HistoryEventExecutionDataDetails;
}

export interface ExecutionTimedOutEventDetails {
  readonly error?: string;
  readonly cause?: string;
}

export interface GetActivityTaskInput {
  readonly activityArn: string;
  readonly workerName?: string;
}

export interface GetActivityTaskOutput {
  readonly taskToken?: string;
  readonly input?: string;
}

export interface GetExecutionHistoryInput {
  readonly executionArn: string;
  readonly maxResults?: number;
  readonly reverseOrder?: boolean;
  readonly nextToken?: string;
  readonly includeExecutionData?: boolean;
}

export interface GetExecutionHistoryOutput {
  readonly events: readonly HistoryEvent[];
  readonly nextToken?: string;
}

export interface HistoryEvent {
  readonly timestamp: number;
  readonly type: HistoryEventType;
  readonly id: number;
  readonly previousEventId?: number;
  readonly activityFailedEventDetails?: ActivityFailedEventDetails;
  readonly activityScheduleFailedEventDetails?: ActivityScheduleFailedEventDetails;
  readonly activityScheduledEventDetails?: ActivityScheduledEventDetails;
  readonly activityStartedEventDetails?: ActivityStartedEventDetails;
  readonly activitySucceededEventDetails?: ActivitySucceededEventDetails;
  readonly activityTimedOutEventDetails?: ActivityTimedOutEventDetails;
  readonly taskFailedEventDetails?: TaskFailedEventDetails;
  readonly taskScheduledEventDetails?: TaskScheduledEventDetails;
  readonly taskStartFailedEventDetails?: TaskStartFailedEventDetails;
  readonly taskStartedEventDetails?: TaskStartedEventDetails;
  readonly taskSubmitFailedEventDetails?: TaskSubmitFailedEventDetails;
  readonly taskSubmittedEventDetails?: TaskSubmittedEventDetails;
  readonly taskSucceededEventDetails?: TaskSucceededEventDetails;
  readonly taskTimedOutEventDetails?: TaskTimedOutEventDetails;
  readonly executionFailedEventDetails?: ExecutionFailedEventDetails;
  readonly executionStartedEventDetails?: ExecutionStartedEventDetails;
  readonly executionSucceededEventDetails?: ExecutionSucceededEventDetails;
  readonly executionAbortedEventDetails?: ExecutionAbortedEventDetails;
  readonly executionTimedOutEventDetails?: ExecutionTimedOutEventDetails;
  readonly executionRedrivenEventDetails?: ExecutionRedrivenEventDetails;
  readonly mapStateStartedEventDetails?: MapStateStartedEventDetails;
  readonly mapIterationStartedEventDetails?: MapIterationEventDetails;
  readonly mapIterationSucceededEventDetails?: MapIterationEventDetails;
  readonly mapIterationFailedEventDetails?: MapIterationEventDetails;
  readonly mapIterationAbortedEventDetails?: MapIterationEventDetails;
  readonly lambdaFunctionFailedEventDetails?: LambdaFunctionFailedEventDetails;
  readonly lambdaFunctionScheduleFailedEventDetails?: LambdaFunctionScheduleFailedEventDetails;
  readonly lambdaFunctionScheduledEventDetails?: LambdaFunctionScheduledEventDetails;
  readonly lambdaFunctionStartFailedEventDetails?: LambdaFunctionStartFailedEventDetails;
  readonly lambdaFunctionSucceededEventDetails?: LambdaFunctionSucceededEventDetails;
  readonly lambdaFunctionTimedOutEventDetails?: LambdaFunctionTimedOutEventDetails;
  readonly stateEnteredEventDetails?: StateEnteredEventDetails;
  readonly stateExitedEventDetails?: StateExitedEventDetails;
  readonly mapRunStartedEventDetails?: MapRunStartedEventDetails;
  readonly mapRunFailedEventDetails?: MapRunFailedEventDetails;
  readonly mapRunRedrivenEventDetails?: MapRunRedrivenEventDetails;
  readonly evaluationFailedEventDetails?: EvaluationFailedEventDetails;
}

export interface HistoryEventExecutionDataDetails {
  readonly truncated?: boolean;
}

export interface InspectionData {
  readonly input?: string;
  readonly afterArguments?: string;
  readonly afterInputPath?: string;
  readonly afterParameters?: string;
  readonly result?: string;
  readonly afterResultSelector?: string;
  readonly afterResultPath?: string;
  readonly request?: InspectionDataRequest;
  readonly response?: InspectionDataResponse;
  readonly variables?: string;
  readonly errorDetails?: InspectionErrorDetails;
  readonly afterItemsPath?: string;
  readonly afterItemSelector?: string;
  readonly afterItemBatcher?: string;
  readonly afterItemsPointer?: string;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  readonly maxConcurrency?: number;
}

export interface InspectionDataRequest {
  readonly protocol?: string;
  readonly method?: string;
  readonly url?: string;
  readonly headers?: string;
  readonly body?: string;
}

export interface InspectionDataResponse {
  readonly protocol?: string;
  readonly statusCode?: string;
  readonly statusMessage?: string;
  readonly headers?: string;
  readonly body?: string;
}

export interface InspectionErrorDetails {
  readonly catchIndex?: number;
  readonly retryIndex?: number;
  readonly retryBackoffIntervalSeconds?: number;
}

export interface LambdaFunctionFailedEventDetails {
  readonly error?: string;
  readonly cause?: string;
}

export interface LambdaFunctionScheduleFailedEventDetails {
  readonly error?: string;
  readonly cause?: string;
}

export interface LambdaFunctionScheduledEventDetails {
  readonly resource: string;
  readonly input?: string;
  readonly inputDetails?: HistoryEventExecutionDataDetails;
  readonly timeoutInSeconds?: number;
  readonly taskCredentials?: TaskCredentials;
}

export interface LambdaFunctionStartFailedEventDetails {
  readonly error?: string;
  readonly cause?: string;
}

export interface LambdaFunctionSucceededEventDetails {
  readonly output?: string;
  readonly outputDetails?: HistoryEventExecutionDataDetails;
}

export interface LambdaFunctionTimedOutEventDetails {
  readonly error?: string;
  readonly cause?: string;
}

export interface ListActivitiesInput {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListActivitiesOutput {
  readonly activities: readonly ActivityListItem[];
  readonly nextToken?: string;
}

export interface ListExecutionsInput {
  readonly stateMachineArn?: string;
  readonly statusFilter?: ExecutionStatus;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly mapRunArn?: string;
  readonly redriveFilter?: ExecutionRedriveFilter;
}

export interface ListExecutionsOutput {
  readonly executions: readonly ExecutionListItem[];
  readonly nextToken?: string;
}

export interface ListMapRunsInput {
  readonly executionArn: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListMapRunsOutput {
  readonly mapRuns: readonly MapRunListItem[];
  readonly nextToken?: string;
}

export interface ListStateMachineAliasesInput {
  readonly stateMachineArn: string;
  readonly nextToken?: string;
  readonly maxResults?: number;
}

export interface ListStateMachineAliasesOutput {
  readonly stateMachineAliases: readonly StateMachineAliasListItem[];
  readonly nextToken?: string;
}

export interface ListStateMachineVersionsInput {
  readonly stateMachineArn: string;
  readonly nextToken?: string;
  readonly maxResults?: number;
}

export interface ListStateMachineVersionsOutput {
  readonly stateMachineVersions: readonly StateMachineVersionListItem[];
  readonly nextToken?: string;
}

export interface ListStateMachinesInput {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListStateMachinesOutput {
  readonly stateMachines: readonly StateMachineListItem[];
  readonly nextToken?: string;
}

export interface ListTagsForResourceInput {
  readonly resourceArn: string;
}

export interface ListTagsForResourceOutput {
  readonly tags?: readonly Tag[];
}

export interface LogDestination {
  readonly cloudWatchLogsLogGroup?: CloudWatchLogsLogGroup;
}

export interface LoggingConfiguration {
  readonly level?: LogLevel;
  readonly includeExecutionData?: boolean;
  readonly destinations?: readonly LogDestination[];
}

export interface MapIterationEventDetails {
  readonly name?: string;
  readonly index?: number;
}

export interface MapRunExecutionCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
  readonly resultsWritten: number;
  readonly failuresNotRedrivable?: number;
  readonly pendingRedrive?: number;
}

export interface MapRunFailedEventDetails {
  readonly error?: string;
  readonly cause?: string;
}

export interface MapRunItemCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
  readonly resultsWritten: number;
  readonly failuresNotRedrivable?: number;
  readonly pendingRedrive?: number;
}

export interface MapRunListItem {
  readonly executionArn: string;
  readonly mapRunArn: string;
  readonly stateMachineArn: string;
  readonly startDate: number;
  readonly stopDate?: number;
}

export interface MapRunRedrivenEventDetails {
  readonly mapRunArn?: string;
  readonly redriveCount?: number;
}

export interface MapRunStartedEventDetails {
  readonly mapRunArn?: string;
}

export interface MapStateStartedEventDetails {
  readonly length?: number;
}

export interface MockErrorOutput {
  readonly error?: string;
  readonly cause?: string;
}

export interface MockInput {
  readonly result?: string;
  readonly errorOutput?: MockErrorOutput;
  readonly fieldValidationMode?: MockResponseValidationMode;
}

export interface PublishStateMachineVersionInput {
  readonly stateMachineArn: string;
  readonly revisionId?: string;
  readonly description?: string;
}

export interface PublishStateMachineVersionOutput {
  readonly creationDate: number;
  readonly stateMachineVersionArn: string;
}

export interface RedriveExecutionInput {
  readonly executionArn: string;
  readonly clientToken?: string;
}

export interface RedriveExecutionOutput {
  readonly redriveDate: number;
}

export interface RoutingConfigurationListItem {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}

export interface SendTaskFailureInput {
  readonly taskToken: string;
  readonly error?: string;
  readonly cause?: string;
}

export type SendTaskFailureOutput = Readonly<Record<string, never>>;

export interface SendTaskHeartbeatInput {
  readonly taskToken: string;
}

export type SendTaskHeartbeatOutput = Readonly<Record<string, never>>;

export interface SendTaskSuccessInput {
  readonly taskToken: string;
  readonly output: string;
}

export type SendTaskSuccessOutput = Readonly<Record<string, never>>;

export interface StartExecutionInput {
  readonly stateMachineArn: string;
  readonly name?: string;
  readonly input?: string;
  readonly traceHeader?: string;
}

export interface StartExecutionOutput {
  readonly executionArn: string;
  readonly startDate: number;
}

export interface StartSyncExecutionInput {
  readonly stateMachineArn: string;
  readonly name?: string;
  readonly input?: string;
  readonly traceHeader?: string;
  readonly includedData?: IncludedData;
}

export interface StartSyncExecutionOutput {
  readonly executionArn: string;
  readonly stateMachineArn?: string;
  readonly name?: string;
  readonly startDate: number;
  readonly stopDate: number;
  readonly status: SyncExecutionStatus;
  readonly error?: string;
  readonly cause?: string;
  readonly input?: string;
  readonly inputDetails?: CloudWatchEventsExecutionDataDetails;
  readonly output?: string;
  readonly outputDetails?: CloudWatchEventsExecutionDataDetails;
  readonly traceHeader?: string;
  readonly billingDetails?: BillingDetails;
}

export interface StateEnteredEventDetails {
  readonly name: string;
  readonly input?: string;
  readonly inputDetails?: HistoryEventExecutionDataDetails;
}

export interface StateExitedEventDetails {
  readonly name: string;
  readonly output?: string;
  readonly outputDetails?: HistoryEventExecutionDataDetails;
  readonly assignedVariables?: Readonly<Record<string, string>>;
  readonly assignedVariablesDetails?: AssignedVariablesDetails;
}

export interface StateMachineAliasListItem {
  readonly stateMachineAliasArn: string;
  readonly creationDate: number;
}

export interface StateMachineListItem {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: StateMachineType;
  readonly creationDate: number;
}

export interface StateMachineVersionListItem {
  readonly stateMachineVersionArn: string;
  readonly creationDate: number;
}

export interface StopExecutionInput {
  readonly executionArn: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface StopExecutionOutput {
  readonly stopDate: number;
}

export interface Tag {
  readonly key?: string;
  readonly value?: string;
}

export interface TagResourceInput {
  readonly resourceArn: string;
  readonly tags: readonly Tag[];
}

export type TagResourceOutput = Readonly<Record<string, never>>;

export interface TaskCredentials {
  readonly roleArn?: string;
}

export interface TaskFailedEventDetails {
  readonly resourceType: string;
  readonly resource: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface TaskScheduledEventDetails {
  readonly resourceType: string;
  readonly resource: string;
  readonly region: string;
  readonly parameters: string;
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
  readonly taskCredentials?: TaskCredentials;
}

export interface TaskStartFailedEventDetails {
  readonly resourceType: string;
  readonly resource: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface TaskStartedEventDetails {
  readonly resourceType: string;
  readonly resource: string;
}

export interface TaskSubmitFailedEventDetails {
  readonly resourceType: string;
  readonly resource: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface TaskSubmittedEventDetails {
  readonly resourceType: string;
  readonly resource: string;
  readonly output?: string;
  readonly outputDetails?: HistoryEventExecutionDataDetails;
}

export interface TaskSucceededEventDetails {
  readonly resourceType: string;
  readonly resource: string;
  readonly output?: string;
  readonly outputDetails?: HistoryEventExecutionDataDetails;
}

export interface TaskTimedOutEventDetails {
  readonly resourceType: string;
  readonly resource: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface TestStateConfiguration {
  readonly retrierRetryCount?: number;
  readonly errorCausedByState?: string;
  readonly mapIterationFailureCount?: number;
  readonly mapItemReaderData?: string;
}

export interface TestStateInput {
  readonly definition: string;
  readonly roleArn?: string;
  readonly input?: string;
  readonly inspectionLevel?: InspectionLevel;
  readonly revealSecrets?: boolean;
  readonly variables?: string;
  readonly stateName?: string;
  readonly mock?: MockInput;
  readonly context?: string;
  readonly stateConfiguration?: TestStateConfiguration;
}

export interface TestStateOutput {
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly inspectionData?: InspectionData;
  readonly nextState?: string;
  readonly status?: TestExecutionStatus;
}

export interface TracingConfiguration {
  readonly enabled?: boolean;
}

export interface UntagResourceInput {
  readonly resourceArn: string;
  readonly tagKeys: readonly string[];
}

export type UntagResourceOutput = Readonly<Record<string, never>>;

export interface UpdateMapRunInput {
  readonly mapRunArn: string;
  readonly maxConcurrency?: number;
  readonly toleratedFailurePercentage?: number;
  readonly toleratedFailureCount?: number;
}

export type UpdateMapRunOutput = Readonly<Record<string, never>>;

export interface UpdateStateMachineAliasInput {
  readonly stateMachineAliasArn: string;
  readonly description?: string;
  readonly routingConfiguration?: readonly RoutingConfigurationListItem[];
}

export interface UpdateStateMachineAliasOutput {
  readonly updateDate: number;
}

export interface UpdateStateMachineInput {
  readonly stateMachineArn: string;
  readonly definition?: string;
  readonly roleArn?: string;
  readonly loggingConfiguration?: LoggingConfiguration;
  readonly tracingConfiguration?: TracingConfiguration;
  readonly publish?: boolean;
  readonly versionDescription?: string;
  readonly encryptionConfiguration?: EncryptionConfiguration;
}

export interface UpdateStateMachineOutput {
  readonly updateDate: number;
  readonly revisionId?: string;
  readonly stateMachineVersionArn?: string;
}

export interface ValidateStateMachineDefinitionDiagnostic {
  readonly severity: ValidateStateMachineDefinitionSeverity;
  readonly code: string;
  readonly message: string;
  readonly location?: string;
}

export interface ValidateStateMachineDefinitionInput {
  readonly definition: string;
  readonly type?: StateMachineType;
  readonly severity?: ValidateStateMachineDefinitionSeverity;
  readonly maxResults?: number;
}

export interface ValidateStateMachineDefinitionOutput {
  readonly result: ValidateStateMachineDefinitionResultCode;
  readonly diagnostics: readonly ValidateStateMachineDefinitionDiagnostic[];
  readonly truncated?: boolean;
}
