import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { principalId } from '../../../../acl/index.ts';
import { memorySessions } from '../../../../src/http/page/sessions.ts';

const credential = { user: principalId('user:bruno'), scopes: new Set(['documents:read']), expires: 2_000 };

function sessionsAt(clock: { now: number; valid: boolean }) {
  return memorySessions({
    authenticate: async () => (clock.valid ? credential : null),
    now: () => clock.now,
    randomBytes,
  });
}

it('a session stands for its credential until its time is over', async () => {
  const clock = { now: 0, valid: true };
  const sessions = sessionsAt(clock);
  const id = sessions.begin('secret', 1_000);
  expect(await sessions.credential(id)).toBe(credential);
  clock.now = 1_000;
  expect(await sessions.credential(id)).toBeNull();
});

it('a session whose secret was refused once does not come back', async () => {
  const clock = { now: 0, valid: true };
  const sessions = sessionsAt(clock);
  const id = sessions.begin('secret', 1_000);
  clock.valid = false;
  expect(await sessions.credential(id)).toBeNull();
  clock.valid = true;
  expect(await sessions.credential(id)).toBeNull();
});

it('the oldest session ends when there are too many', async () => {
  const sessions = sessionsAt({ now: 0, valid: true });
  const first = sessions.begin('secret', 1_000);
  const second = sessions.begin('secret', 1_000);
  for (let more = 0; more < 9_999; more += 1) sessions.begin('secret', 1_000);
  expect(await sessions.credential(first)).toBeNull();
  expect(await sessions.credential(second)).toBe(credential);
});
