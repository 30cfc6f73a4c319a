/** A set, or a file of figures, that cannot be used. The message names file and line, and the mend. */
export class EvaluationError extends Error {
  readonly code = 'evaluation-unusable';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EvaluationError';
  }
}
