// Bounds of AWS Step Functions that Treadle keeps (AWS: "Quotas in Step Functions"). `Limits` are those a user may change in
// the configuration; the rest are part of the language. Lengths in API requests stand in the API model (src/api/model.ts).

export interface Limits {
  /** Bytes of UTF-8 of any input, output or result; default 262,144. */
  readonly payloadBytes: number;
  /** Events of one Standard execution; default 25,000. */
  readonly historyEvents: number;
  /** Longest Standard execution in seconds; default one year. */
  readonly standardSeconds: number;
  /** Longest Express execution in seconds; default five minutes. */
  readonly expressSeconds: number;
  /** Iterations of an inline Map that run at once; default 40. */
  readonly inlineMapConcurrency: number;
  /** Definition text in characters; default 1 MiB. */
  readonly definitionCharacters: number;
  /** Days that a closed execution is kept; default 90. */
  readonly retentionDays: number;
}

export const AWS_LIMITS: Limits = {
  payloadBytes: 262_144,
  historyEvents: 25_000,
  standardSeconds: 31_536_000,
  expressSeconds: 300,
  inlineMapConcurrency: 40,
  definitionCharacters: 1_048_576,
  retentionDays: 90,
};

/**
 * Branches and item processors nest less deep than this. AWS names a code for it (TOO_DEEPLY_NESTED) and no number: an
 * assumption, beyond any workflow that was published.
 */
export const MAX_WORKFLOW_DEPTH = 100;

/** Of one state machine. */
export const MAX_VERSIONS = 1_000;
export const MAX_ALIASES = 100;

/** Largest number of seconds in TimeoutSeconds, HeartbeatSeconds, IntervalSeconds, Seconds. */
export const MAX_SECONDS = 99_999_999;
export const MAX_STATE_NAME = 80;
/** What a state may take when it is tested on its own. */
export const TEST_STATE_SECONDS = 300;
/** A Wait may not lie farther ahead than 2^31 - 1 seconds. */
export const MAX_WAIT_SECONDS = 2_147_483_647;
export const VARIABLE_BYTES = 262_144;
export const ALL_VARIABLES_BYTES = 10_485_760;
/** Nesting of States.* calls in one field. */
export const INTRINSIC_NESTING = 10;
/** Levels of arrays and objects that Treadle accepts in a document or a definition; AWS's JSON parser stops at 1,000. */
export const JSON_DEPTH = 1_000;
/** Of a local function; AWS's defaults and bounds. */
export const FUNCTION_LIMITS = {
  timeoutSeconds: { usual: 3, most: 900 },
  memoryMb: { usual: 128, most: 10_240 },
  concurrency: { usual: 10, most: 1_000 },
} as const;
