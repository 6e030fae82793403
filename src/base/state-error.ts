// An error of the Amazon States Language: what Retry and Catch see, what the history shows.
// Expressions and data flow throw it; the interpreter turns it into a value at the edge of the state. Never a bug of Treadle's.

export class StateError extends Error {
  override readonly name = 'StateError';
  /** Error name, e.g. `States.Runtime`. */
  readonly error: string;
  /** Cause text without the "An error occurred while executing the state …" frame. Absent when there is none. */
  override readonly cause: string | undefined;
  /** JSONata: field inside the state, e.g. `Output/a[0]`; leads to an EvaluationFailed event. */
  readonly location: string | undefined;

  constructor(error: string, cause?: string, location?: string) {
    super(cause ?? error);
    this.error = error;
    this.cause = cause;
    this.location = location;
  }
}
