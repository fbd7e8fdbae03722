import { describe, expect, it } from 'vitest';
import { kalshiSettings, signerFrom } from '../../src/cli/kalshi-settings.ts';
import { sessionClock } from '../../src/cli/system-clock.ts';
import { dollars } from '../../src/core/money.ts';
import type { Price } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import { BID } from '../../src/core/side.ts';
import { DriftSentinel } from '../../src/kalshi/drift.ts';
import { FeedSocket } from '../../src/kalshi/feed-socket.ts';
import { MarketReads } from '../../src/kalshi/market-reads.ts';
import { OrderWrites } from '../../src/kalshi/order-writes.ts';
import { PortfolioReads } from '../../src/kalshi/portfolio-reads.ts';
import { KalshiRest } from '../../src/kalshi/rest.ts';

/*
 * Against Kalshi's demo exchange, with play money: TAPEDECK_DEMO=1 KALSHI_API_KEY=… KALSHI_API_SECRET=… npx vitest run test/demo
 * Never against production, whatever the settings say.
 */
const asked = process.env.TAPEDECK_DEMO === '1';
const suite = asked ? describe : describe.skip;

suite(
  `the adapter at Kalshi's demo exchange${asked ? '' : ' [skipped: TAPEDECK_DEMO=1 and a demo key ask for it]'}`,
  () => {
    const clock = sessionClock();
    const drift = new DriftSentinel();
    const client = () => {
      const settings = kalshiSettings();
      if (settings.environment.name !== 'demo') throw new Error('this suite is for the demo exchange only');
      const { environment } = settings;
      const { signer } = signerFrom(settings);
      const rest = new KalshiRest({ environment, signer, clock, random: Math.random });
      return {
        ...{ environment, signer, rest, markets: new MarketReads(rest, drift) },
        ...{ portfolio: new PortfolioReads(rest, drift), writes: new OrderWrites(rest, drift) },
      };
    };
    const openMarket = async (markets: MarketReads): Promise<string> => {
      for await (const market of markets.markets({ status: 'open', mve_filter: 'exclude' })) {
        if (market.facts.closeTime !== null && market.facts.closeTime > clock.now() + 3_600_000_000)
          return market.facts.ticker;
      }
      throw new Error('no market of the demo exchange is open for another hour');
    };

    it('reads status, limits, balance, positions, orders and fills, and finds nothing fatal in their form', async () => {
      const { markets, portfolio, rest } = client();
      expect((await markets.status()).exchangeActive).toBe(true);
      expect((await portfolio.meter()).write.capacity).toBeGreaterThan(0);
      expect((await portfolio.balance()).cash).toBeGreaterThanOrEqual(dollars(0));
      for await (const row of portfolio.positions()) expect(row.ticker).not.toBe('');
      for await (const row of portfolio.orders({ status: 'resting' })) expect(row.status).toBe('resting');
      expect(await portfolio.asOf()).toBeGreaterThan(0);
      await rest.close();
    });

    it('places one contract at one cent, finds it listed, cancels it, and finds that listed', {
      timeout: 60_000,
    }, async () => {
      const { markets, portfolio, writes, rest } = client();
      const ticker = await openMarket(markets);
      const clientOrderId = `td-demo-${clock.now()}`;
      const placed = await writes.create({
        ...{ ticker, clientOrderId, side: BID, price: 100 as Price, quantity: contracts(1) },
        ...{ timeInForce: 'good-till-cancelled', postOnly: true },
      });
      if (placed.kind !== 'answered') throw new Error(JSON.stringify(placed));
      const { orderId } = placed.answer;
      const listed = async (status: string): Promise<boolean> => {
        for await (const row of portfolio.orders({ ticker }))
          if (row.orderId === orderId && row.status === status) return true;
        return false;
      };
      await expect.poll(() => listed('resting'), { timeout: 20_000 }).toBe(true);
      expect((await writes.cancel({ orderId, ticker })).kind).toBe('answered');
      await expect.poll(() => listed('cancelled'), { timeout: 20_000 }).toBe(true);
      await rest.close();
    });

    it('hears a book over the socket, in YES prices', { timeout: 60_000 }, async () => {
      const { environment, signer, markets, rest } = client();
      const ticker = await openMarket(markets);
      const faults: string[] = [];
      let snapshots = 0;
      const socket = new FeedSocket({
        ...{
          url: environment.socket,
          connection: 1,
          channels: ['orderbook_delta'],
          tickers: [ticker],
          random: Math.random,
        },
        headers: (method, path) => ({ ...signer.headers(method, path, Math.floor(clock.now() / 1_000)) }),
        clock: { now: () => clock.now(), monotonic: () => clock.elapsed() },
        tap: () => {},
        sink: {
          ...{ delta() {}, coverage() {}, trade() {}, message() {}, missed() {} },
          snapshot: () => snapshots++,
          fault: (fault) => faults.push(fault.message),
        },
      });
      await expect.poll(() => snapshots, { timeout: 30_000 }).toBeGreaterThan(0);
      socket.stop();
      expect(faults).toEqual([]);
      expect(socket.machine.pricing).not.toBe('refuted');
      await rest.close();
    });
  },
);
