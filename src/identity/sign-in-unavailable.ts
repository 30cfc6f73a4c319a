/** Whether a token is good cannot be found out: the keys of its issuer cannot be had. Nobody is let in meanwhile. */
export class SignInUnavailable extends Error {
  readonly code = 'sign-in-unavailable';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SignInUnavailable';
  }
}
