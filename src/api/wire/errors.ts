// Every error the API answers: one table of name → HTTP status and message, in AWS's words where they are known.
// Handlers throw `apiError(name, …)`; protocol.ts alone turns it into bytes.

import type { OperationName, ValidationExceptionReason } from '../model.ts';

interface ErrorRow {
  readonly status: number;
  readonly message: (...facts: never[]) => string;
}

const quoted = (words: string) => (fact: string) => `${words}: '${fact}'`;
const asGiven = (message: string) => message;

const ERRORS = {
  ActivityAlreadyExists: {
    status: 400,
    message: () => 'Activity already exists. EncryptionConfiguration may not be updated.',
  },
  ActivityDoesNotExist: { status: 400, message: quoted('Activity Does Not Exist') },
  ActivityWorkerLimitExceeded: { status: 400, message: quoted('Activity Worker Limit Exceeded') },
  ConflictException: { status: 400, message: asGiven },
  ExecutionAlreadyExists: { status: 400, message: quoted('Execution Already Exists') },
  ExecutionDoesNotExist: { status: 400, message: quoted('Execution Does Not Exist') },
  ExecutionNotRedrivable: { status: 400, message: asGiven },
  InvalidArn: { status: 400, message: quoted('Invalid Arn') },
  InvalidDefinition: { status: 400, message: quoted('Invalid State Machine Definition') },
  InvalidEncryptionConfiguration: {
    status: 400,
    message: (problem: string) => `Invalid Encryption Configuration: ${problem}`,
  },
  InvalidExecutionInput: { status: 400, message: quoted('Invalid State Machine Execution Input') },
  InvalidLoggingConfiguration: {
    status: 400,
    message: (problem: string) => `Invalid Logging Configuration: ${problem}`,
  },
  InvalidName: { status: 400, message: quoted('Invalid Name') },
  InvalidOutput: { status: 400, message: quoted('Invalid Output') },
  InvalidToken: { status: 400, message: () => "Invalid Token: 'Invalid token'" },
  MissingRequiredParameter: {
    status: 400,
    message: () =>
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
  },
  ResourceNotFound: { status: 400, message: quoted('Resource not found') },
  ServiceQuotaExceededException: { status: 400, message: asGiven },
  StateMachineAlreadyExists: { status: 400, message: quoted('State Machine Already Exists') },
  StateMachineDeleting: { status: 400, message: quoted('State Machine Deleting') },
  StateMachineDoesNotExist: { status: 400, message: quoted('State Machine Does Not Exist') },
  StateMachineTypeNotSupported: {
    status: 400,
    message: () => 'This operation is not supported by this type of state machine',
  },
  TaskTimedOut: {
    status: 400,
    message: () => "Task Timed Out: 'Provided task does not exist anymore'",
  },
  TooManyTags: { status: 400, message: asGiven },
  ValidationException: { status: 400, message: asGiven },

  AccessDeniedException: { status: 403, message: asGiven },
  InternalFailure: {
    status: 500,
    message: (requestId: string) =>
      `Treadle met a bug of its own while it handled request ${requestId}; its log has the details`,
  },
  /** Treadle's own: AWS has the operation or the member, Treadle not. 501, which no SDK retries. */
  NotImplementedException: {
    status: 501,
    message: (feature: string) => `Treadle does not support ${feature} yet`,
  },
  RequestEntityTooLarge: {
    status: 413,
    message: (limit: number) => `Expected a request body of at most ${limit} bytes`,
  },
  SerializationException: { status: 400, message: asGiven },
  ServiceUnavailable: { status: 503, message: asGiven },
  ThrottlingException: { status: 400, message: () => 'Rate exceeded' },
  UnknownOperationException: { status: 400, message: asGiven },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export type ErrorName = keyof typeof ERRORS;
type Facts<Name extends ErrorName> = Parameters<(typeof ERRORS)[Name]['message']>;

/** Members of an error's body besides `__type` and `message`. */
export interface ErrorMembers {
  readonly reason?: ValidationExceptionReason;
  readonly resourceName?: string;
}

/** An answer other than 200. Expected: it is not logged as a fault. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorName;
  readonly status: number;
  readonly members: ErrorMembers | undefined;

  constructor(code: ErrorName, message: string, members?: ErrorMembers) {
    super(message);
    this.code = code;
    this.status = ERRORS[code].status;
    this.members = members;
  }
}

/** @param facts what the row's message needs: an ARN, a name, or the whole text. */
export function apiError<Name extends ErrorName>(code: Name, ...facts: Facts<Name>): ApiError {
  const message = ERRORS[code].message as (...facts: Facts<Name>) => string;
  return new ApiError(code, message(...facts));
}

/** ResourceNotFound names the resource once more in a member of its own. */
export function resourceNotFound(arn: string): ApiError {
  return new ApiError('ResourceNotFound', ERRORS.ResourceNotFound.message(arn), { resourceName: arn });
}

/** ResourceNotFound as the operations of aliases word it. */
export function missingResource(arn: string): ApiError {
  return new ApiError('ResourceNotFound', 'Request references a resource that does not exist.', {
    resourceName: arn,
  });
}

/** A ValidationException with AWS's machine-readable reason. */
export function invalid(message: string, reason?: ValidationExceptionReason): ApiError {
  return new ApiError('ValidationException', message, reason === undefined ? undefined : { reason });
}

/** An operation, or a part of one, that AWS has and Treadle has not. */
export function notImplemented(feature: OperationName | (string & {})): ApiError {
  return apiError('NotImplementedException', feature);
}
