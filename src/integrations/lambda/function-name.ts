// The ways a function may be named (AWS: Invoke, FunctionName): name, name:qualifier, partial ARN, ARN.

export interface FunctionName {
  readonly name: string;
  readonly qualifier: string | undefined;
  /** Absent in a name or a partial ARN. */
  readonly partition: string | undefined;
  readonly region: string | undefined;
  readonly account: string | undefined;
}

const FORM =
  /^(?:arn:(?<partition>aws[a-zA-Z-]*):lambda:(?<region>[a-z0-9-]+):(?<account>\d{12}):function:|(?:(?<owner>\d{12}):)?(?:function:)?)(?<name>[a-zA-Z0-9-_]{1,140})(?::(?<qualifier>\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]{1,128}))?$/;

/** The pattern AWS names in its validation message. */
export const FUNCTION_NAME_PATTERN =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';

/** @returns undefined when the text names no function. */
export function parseFunctionName(text: string): FunctionName | undefined {
  const groups = FORM.exec(text)?.groups;
  if (groups === undefined) return undefined;
  return {
    name: groups['name']!,
    qualifier: groups['qualifier'],
    partition: groups['partition'],
    region: groups['region'],
    account: groups['account'] ?? groups['owner'],
  };
}
