import { bearersText, type TokenRefusal } from '../../acl/index.ts';

/** Why somebody is not answered, for an operator: with names and the mend. Never for a caller of a face. */
export function refusalText(refusal: TokenRefusal): string {
  switch (refusal.kind) {
    case 'unknown-user':
      return 'the directory does not know them: see `ntk groups list --users`';
    case 'disabled-user':
      return 'they are disabled in the directory';
    case 'no-directory':
      return 'the directory was never read whole: run `ntk groups sync`';
    case 'stale-directory':
      return `the directory was last read whole ${refusal.ageSeconds} s ago, which is too long: run \`ntk groups sync\``;
    case 'ambiguous-identity':
      return `${refusal.name} belongs to ${bearersText(refusal.bearers)}: leave it to one of them`;
    case 'groups-unknown':
      return 'groups come from the tokens of an identity provider (signIn), so they are known only while somebody is signed in through it';
  }
}
