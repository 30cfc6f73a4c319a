import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';

/** Runs a command line in this process; gives its exit code and what it wrote. */
export async function runCli(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  const toOut = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const toErr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
  try {
    const code = await main(args);
    return { code, out, err };
  } finally {
    toOut.mockRestore();
    toErr.mockRestore();
  }
}
