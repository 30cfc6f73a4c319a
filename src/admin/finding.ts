/** One thing that was looked at. `mend` says what to do when it is not ok. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  readonly mend: string | null;
}
