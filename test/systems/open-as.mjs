// Becomes somebody else, tries to open files, and prints for each whether the kernel let it.
// In: JSON {uid, gids, paths} on standard input. Out: a JSON list of "open" or an error code.
import { closeSync, constants, openSync, readFileSync } from 'node:fs';

const { uid, gids, paths } = JSON.parse(readFileSync(0, 'utf8'));
if (process.getuid() !== uid) {
  process.setgroups(gids);
  process.setgid(gids[0]);
  process.setuid(uid);
}
const answers = paths.map((path) => {
  try {
    closeSync(openSync(path, constants.O_RDONLY));
    return 'open';
  } catch (error) {
    return error.code;
  }
});
process.stdout.write(JSON.stringify(answers));
