/** Lets one task sleep until another has something for it. A call before the sleep is not lost. */
export class Wake {
  #called = false;
  #resolve: (() => void) | null = null;

  call(): void {
    this.#called = true;
    this.#resolve?.();
  }

  /** Ends after `ms` at the latest, or when the signal is aborted. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#called && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        const end = (): void => resolve();
        signal.addEventListener('abort', end, { once: true });
        this.#resolve = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          resolve();
        };
      });
    }
    this.#called = false;
    this.#resolve = null;
  }
}
