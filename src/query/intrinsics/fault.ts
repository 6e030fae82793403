// What goes wrong in an intrinsic function: in its text, or while it runs.

/** The text is not a call of an intrinsic function; `offset` counts UTF-16 units from its start. */
export class IntrinsicSyntaxError extends Error {
  override readonly name = 'IntrinsicSyntaxError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A function cannot take its arguments; the outermost call turns it into States.IntrinsicFailure. */
export class IntrinsicFault extends Error {
  override readonly name = 'IntrinsicFault';
}
