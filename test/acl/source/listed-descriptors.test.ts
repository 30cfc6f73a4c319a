import type { Descriptor } from '../../../acl/index.ts';
import { descriptorSourceContract } from '../../contracts/descriptor-source.ts';
import { ListedDescriptors } from '../../fakes/listed-descriptors.ts';
import { descriptor } from '../../support/access.ts';

descriptorSourceContract('the list of descriptors', async () => {
  const lists = new Map<string, Descriptor | null>([
    ['open.txt', descriptor(['allow everyone'])],
    ['closed/x.txt', descriptor(['allow user:anna'])],
  ]);
  for (let n = 0; n < 200; n += 1) lists.set(`closed/${n}/x.txt`, descriptor(['allow user:anna']));
  return {
    source: new ListedDescriptors(lists),
    directory: { users: ['anna', 'bob'] },
    tellsApart: true,
    breakIt: async () => {
      lists.set('closed/x.txt', null);
      return true;
    },
  };
});
