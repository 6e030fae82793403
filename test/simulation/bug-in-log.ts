// Lines of the log that no fault explains.

export const BUG_IN_LOG =
  /A bug of Treadle|A task integration failed|A listener of the engine failed|could not be run|cannot be taken up|cannot be read/;
