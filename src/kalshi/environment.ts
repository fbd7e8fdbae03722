import { Fault } from '../core/fault.ts';

/** Where requests go. Keys belong to one environment. */
export interface Environment {
  readonly name: 'demo' | 'production' | 'local';
  /** Scheme, host and port of REST, without a path. */
  readonly rest: string;
  /** The whole WebSocket address. */
  readonly socket: string;
}

/** The path before every REST endpoint; it is signed with the rest. */
export const API_PREFIX = '/trade-api/v2';

const SOCKET_PATH = '/trade-api/ws/v2';

/** Hosts as Kalshi recommends them since May 2026. */
const NAMED: Readonly<Record<string, Environment>> = {
  demo: {
    name: 'demo',
    rest: 'https://external-api.demo.kalshi.co',
    socket: `wss://external-api-ws.demo.kalshi.co${SOCKET_PATH}`,
  },
  production: {
    name: 'production',
    rest: 'https://external-api.kalshi.com',
    socket: `wss://external-api-ws.kalshi.com${SOCKET_PATH}`,
  },
};

/** The environment of a name. Throws a Fault (`invalid-parameter`) on any but `demo` and `production`. */
export function environmentNamed(name: string): Environment {
  const found = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  if (found !== undefined) return found;
  throw new Fault('invalid-parameter', `there is no Kalshi environment "${name.slice(0, 40)}"`, {
    next: 'Use demo or production.',
  });
}

/**
 * A local exchange at a base address such as `http://127.0.0.1:8090`. Throws a Fault (`invalid-parameter`) unless the host is this
 * machine: signed requests go to nobody else by a mistyped address.
 */
export function localEnvironment(address: string): Environment {
  const url = URL.canParse(address) ? new URL(address) : null;
  const loopback = url !== null && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const bare = url !== null && url.username === '' && url.search === '' && ['/', API_PREFIX].includes(url.pathname);
  if (url === null || !loopback || !bare || !['http:', 'https:'].includes(url.protocol)) {
    throw new Fault(
      'invalid-parameter',
      `"${address.slice(0, 80)}" is not the address of an exchange on this machine`,
      {
        next: 'Give scheme, loopback host and port: http://127.0.0.1:8090.',
      },
    );
  }
  const secure = url.protocol === 'https:' ? 'wss' : 'ws';
  return { name: 'local', rest: url.origin, socket: `${secure}://${url.host}${SOCKET_PATH}` };
}
