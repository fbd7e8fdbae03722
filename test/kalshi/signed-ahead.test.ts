import { constants, verify } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import type { Duration, Time } from '../../src/core/time.ts';
import { SignedAhead } from '../../src/kalshi/signed-ahead.ts';
import { type SignedHeaders, type Signer, signerOf } from '../../src/kalshi/signer.ts';
import { KEY_ID, pemOf, RSA } from './scripted-exchange.ts';

const PATH = '/trade-api/v2/portfolio/events/orders';
const START = 1_789_000_000_000;

/** Time passes when a test says so. */
class HandClock implements Clock {
  ms = START;
  calls: (() => void)[] = [];

  now(): Time {
    return (this.ms * 1_000) as Time;
  }

  elapsed(): Duration {
    return (this.ms * 1_000) as Duration;
  }

  wakeAfter(_delay: Duration, call: () => void): () => void {
    this.calls.push(call);
    return () => {
      this.calls = this.calls.filter((each) => each !== call);
    };
  }

  /** A tenth of a second later. */
  async tick(ms = 100): Promise<void> {
    this.ms += ms;
    for (const call of this.calls.splice(0)) call();
    await turn();
  }
}

/** Says which text it was asked for, and whether in the way or aside. */
class TellingSigner implements Signer {
  readonly inTheWay: string[] = [];
  made = 0;

  headers(method: string, path: string, timeMs: number): SignedHeaders {
    this.inTheWay.push(`${method} ${path}`);
    return told(timeMs, 'in the way');
  }

  async aside(_method: string, _path: string, timeMs: number): Promise<SignedHeaders> {
    return told(timeMs, `aside ${++this.made}`);
  }
}

const told = (timeMs: number, signature: string): SignedHeaders => ({
  'KALSHI-ACCESS-KEY': KEY_ID,
  'KALSHI-ACCESS-TIMESTAMP': String(timeMs),
  'KALSHI-ACCESS-SIGNATURE': signature,
});

async function scene() {
  const [clock, signer] = [new HandClock(), new TellingSigner()];
  const ahead = new SignedAhead(signer, clock, { method: 'POST', path: PATH });
  await turn();
  const order = () => ahead.headers('POST', PATH, clock.ms);
  return { clock, signer, ahead, order };
}

describe('a signature that was made ahead', () => {
  it('fits the key, the time that it states and the path', async () => {
    const clock = new HandClock();
    const ahead = new SignedAhead(signerOf(KEY_ID, pemOf(RSA.privateKey, 'pkcs8')), clock, {
      ...{ method: 'POST', path: PATH },
    });
    while (ahead.ready === 0) await turn();
    clock.ms += 7;
    const headers = ahead.headers('POST', PATH, clock.ms);
    const fits = (text: string) =>
      verify(
        'sha256',
        Buffer.from(text),
        { key: RSA.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
        Buffer.from(headers['KALSHI-ACCESS-SIGNATURE'], 'base64'),
      );
    expect(headers['KALSHI-ACCESS-TIMESTAMP']).toBe(String(START));
    expect(fits(`${START}POST${PATH}`)).toBe(true);
    expect(fits(`${START + 7}POST${PATH}`)).toBe(false);
    ahead.stop();
  });

  it('is used once, and what is used up is signed in the way', async () => {
    const { signer, order } = await scene();
    const signatures = Array.from({ length: 12 }, () => order()['KALSHI-ACCESS-SIGNATURE']);
    expect(new Set(signatures.slice(0, 8)).size).toBe(8);
    expect(signatures.slice(0, 8).every((each) => each.startsWith('aside'))).toBe(true);
    expect(signatures.slice(8)).toEqual(Array(4).fill('in the way'));
    expect(signer.inTheWay).toHaveLength(4);
  });

  it('is there again a tenth of a second later', async () => {
    const { clock, signer, order } = await scene();
    for (let second = 0; second < 5; second++) {
      for (let at = 0; at < 8; at++) order();
      await clock.tick();
    }
    expect(signer.inTheWay).toEqual([]);
  });

  it('is never older than a second, however long no order comes', async () => {
    const { clock, signer, order } = await scene();
    for (let at = 0; at < 1_000; at++) {
      await clock.tick();
      if (at % 7 === 0) expect(clock.ms - Number(order()['KALSHI-ACCESS-TIMESTAMP'])).toBeLessThanOrEqual(1_000);
    }
    expect(signer.inTheWay).toEqual([]);
  });

  it.each([5_000, -5_000])('is not used after the clock was set by %i ms, or the process stood still', async (ms) => {
    const { clock, order } = await scene();
    clock.ms += ms;
    expect(order()).toEqual(told(clock.ms, 'in the way'));
  });

  it('is for that one kind of request', async () => {
    const { clock, signer, ahead } = await scene();
    ahead.headers('DELETE', PATH, clock.ms);
    ahead.headers('POST', `${PATH}/o-1/amend`, clock.ms);
    expect(signer.inTheWay).toEqual([`DELETE ${PATH}`, `POST ${PATH}/o-1/amend`]);
  });

  it('is not made any more once it is stopped', async () => {
    const { clock, signer, ahead } = await scene();
    ahead.stop();
    const before = signer.made;
    await clock.tick();
    expect([signer.made, clock.calls]).toEqual([before, []]);
  });
});
