import { describe, expect, it } from 'vitest';
import { httpStatus, NOT_FOUND, type Refusal } from '../../../src/governance/index.ts';

describe('httpStatus', () => {
  it.each([
    [401, { kind: 'unauthenticated', message: '' }],
    [403, { kind: 'insufficient-scope', needed: 'x', message: '' }],
    [400, { kind: 'invalid-input', message: '' }],
    [404, NOT_FOUND],
    [504, { kind: 'timeout', message: '' }],
    [503, { kind: 'unavailable', message: '' }],
    [429, { kind: 'too-many-requests', retryAfterSeconds: 1, message: '' }],
    [503, { kind: 'busy', retryAfterSeconds: 1, message: '' }],
    [499, { kind: 'cancelled', message: '' }],
  ] as readonly [number, Refusal][])('is %i for %j', (status, refusal) => {
    expect(httpStatus(refusal)).toBe(status);
  });
});
