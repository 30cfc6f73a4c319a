import { directorySourceContract } from '../../contracts/directory-source.ts';
import { ToldDirectory } from '../../fakes/told-directory.ts';
import { snapshotOf } from '../../support/access.ts';

directorySourceContract('the told directory', async () => {
  const source = new ToldDirectory('nothing was told yet');
  return {
    source,
    fill: async (users, groups) => source.tell(snapshotOf({ users, groups })),
    breakIt: async () => source.tell('the server does not answer: look whether it runs'),
  };
});
