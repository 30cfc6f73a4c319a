import { z } from 'zod';

/** A length of time as people write it: `90s`, `30m`, `24h`, `30d`. Gives seconds. */
export const duration = z
  .string()
  .regex(/^\d+(s|m|h|d)$/, 'write a number and s, m, h or d, for example 24h')
  .transform((text) => Number.parseInt(text, 10) * { s: 1, m: 60, h: 3_600, d: 86_400 }[text.at(-1) as 's']);
