import { z } from 'zod';
import { isDetectedType } from '../../ingest/index.ts';

const type = z
  .string()
  .refine(
    isDetectedType,
    'no file is ever of this type: take the names in docs/formats.md, such as docx or exe',
  );

/** `shares[].files`: what of a share is read, by what a file is and never by its name. */
export const files = z.strictObject({
  allow: z.array(type).min(1).optional(),
  deny: z.array(type).default([]),
  macros: z.enum(['text', 'block']).default('text'),
  executables: z.enum(['text', 'block']).default('text'),
  archives: z.enum(['open', 'list']).default('open'),
  maxMegabytes: z.number().positive().optional(),
});

/** `ingest.clamav`: with it, nothing is read that clamd has not found clean. */
export const clamav = z.strictObject({
  /** Path of clamd's local socket. */
  socket: z.string().min(1),
  timeoutSeconds: z.number().positive().default(120),
});
