import { connect, createServer } from 'node:net';

/** A port of 127.0.0.1 on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Whether something takes connections there. */
export async function answers(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Passes bytes on; once so many have come back it holds the rest until `act` is done. */
export async function actingProxy({ url }: { readonly url: string }, bytes: number, act: () => void) {
  let passed = 0;
  let acted = false;
  const proxy = createServer((near) => {
    const far = connect(Number(new URL(url).port || 389), new URL(url).hostname);
    near.on('error', () => undefined).on('close', () => far.destroy());
    far.on('error', () => undefined).on('close', () => near.destroy());
    near.pipe(far);
    far.on('data', (data) => {
      const left = bytes - passed;
      passed += data.length;
      if (left > 0) near.write(data.subarray(0, left));
      if (passed < bytes || acted) {
        if (acted && left <= 0) near.write(data);
        return;
      }
      acted = true;
      act();
      near.write(data.subarray(left));
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = () => new Promise((resolve) => proxy.close(resolve));
  return { port: address.port, acted: () => acted, close };
}
