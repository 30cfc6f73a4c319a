import { ResultCodeError } from 'ldapts';
import { PartialAnswer } from './connection.ts';

/** Result codes of RFC 4511 4.1.9 and what to do about them. */
const CODES: Readonly<Record<number, string>> = {
  3: 'the server ended the search at its time limit: raise the limit for this account or narrow the filters',
  4: 'the server cut the search off at its size limit: raise the limit for this account',
  8: 'the server asks for TLS: use ldaps:// or startTls',
  10: 'the server refers to another one: use the server that holds baseDn',
  11: 'the server cut the search off at an administrative limit: raise the limit for this account',
  12: 'the server does not offer paged results: use one that does',
  13: 'the server asks for TLS: use ldaps:// or startTls',
  32: 'baseDn does not exist or the account may not see it: check baseDn and the rights of bindDn',
  34: 'baseDn or bindDn is no distinguished name: correct it',
  49: 'the server refused bindDn with this password: correct them',
  50: 'the account may not search: give bindDn the right to read users and groups',
  51: 'the server is busy: the next sync will try again',
  52: 'the server is unavailable: the next sync will try again',
  53: 'the server is unwilling: read its log',
};

const CONNECTING: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there: check the url and whether the server runs',
  ENOTFOUND: 'the name of the server is not known: check the url',
  EAI_AGAIN: 'the name of the server could not be looked up: check the name service',
  ECONNRESET: 'the server closed the connection: check the url and its log',
  EHOSTUNREACH: 'the server cannot be reached: check the network',
  ETIMEDOUT: 'the server cannot be reached: check the network',
  CERT_HAS_EXPIRED: 'the certificate of the server has expired: renew it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name: use that name in the url',
};

/** A sentence with the mend. What the server itself says is shown only without the password. */
export function explainFailure(error: unknown, password: string): string {
  if (error instanceof PartialAnswer) return error.message;
  const failure = error instanceof Error ? error : new Error('unknown trouble');
  if (failure instanceof ResultCodeError) {
    const known = CODES[failure.code];
    return known ?? `the server answered with result ${failure.code}: read its log`;
  }
  const code = 'code' in failure && typeof failure.code === 'string' ? failure.code : '';
  const known = CONNECTING[code];
  if (known !== undefined) return known;
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_(SSL|TLS)/.test(code)) {
    return `the certificate of the server is not trusted (${code}): give its authority as ca`;
  }
  const said = failure.message.replaceAll(password, '***').replace(/\s+/g, ' ').slice(0, 200);
  if (/time(d )?out/i.test(said)) return 'the server did not answer in time: check it or raise timeoutMs';
  return `the connection failed (${said}): check the server and its log`;
}
