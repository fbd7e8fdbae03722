import fc from 'fast-check';
import type { MarketIndex } from '../../src/core/market.ts';
import {
  DELTA,
  DETAIL,
  type Detail,
  type MarketEventKind,
  QUOTE,
  SNAPSHOT,
  TRADE,
  UNSIDED_TRADE,
} from '../../src/core/market-event.ts';
import { price } from '../../src/core/price.ts';
import { gridOf } from '../../src/core/price-grid.ts';
import type { Time } from '../../src/core/time.ts';
import { detailMarket } from '../../src/tape/detail-json.ts';
import { type Row, START } from './tape-fixture.ts';

export const MARKET_COUNT = 3;
const LARGE = 2 ** 40;

const market = fc.nat({ max: MARKET_COUNT - 1 }) as fc.Arbitrary<number> as fc.Arbitrary<MarketIndex>;
const text = fc.string({ unit: 'binary', maxLength: 12 });
const time = fc.nat({ max: 2 ** 50 }) as fc.Arbitrary<number> as fc.Arbitrary<Time>;

const detail: fc.Arbitrary<Detail> = fc.oneof(
  fc
    .record({ market, status: fc.constantFrom('active' as const, 'inactive' as const, 'closed' as const) })
    .map((change): Detail => ({ type: 'lifecycle', change })),
  fc.record({ market, closeTime: time }).map(
    (change): Detail => ({
      type: 'lifecycle',
      change: { ...change, grid: gridOf([{ start: 0, end: 10_000, step: 50 }]) },
    }),
  ),
  fc
    .record({
      market,
      outcome: fc.constantFrom('yes' as const, 'void' as const),
      value: fc.nat({ max: 10_000 }).map(price),
    })
    .map((settlement): Detail => ({ type: 'settlement', settlement })),
  fc
    .record({ series: text, event: fc.option(text), from: time, multiplierE4: fc.nat() })
    .map((change): Detail => ({ type: 'fees', change: { ...change, type: 'quadratic' } })),
  fc
    .record({
      name: text,
      value: fc.double({ noNaN: true, noDefaultInfinity: true }),
      unit: text,
      issueTime: time,
      about: text,
    })
    .map((signal): Detail => ({ type: 'signal', signal: { ...signal, value: signal.value + 0 } })),
  fc.record({ market, covered: fc.boolean(), reason: text }).map((change): Detail => ({ type: 'coverage', change })),
);

const kinds: fc.Arbitrary<MarketEventKind> = fc.constantFrom(
  DELTA,
  DELTA,
  TRADE,
  SNAPSHOT,
  QUOTE,
  UNSIDED_TRADE,
  DETAIL,
);

/** Waits between rows: mostly none or short, some longer than a block can span. */
const waits = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 3 }) },
  { weight: 3, arbitrary: fc.nat({ max: 10 ** 7 }) },
  fc.nat({ max: 2 ** 34 }),
);

interface Draw {
  readonly kind: MarketEventKind;
  readonly market: number;
  readonly side: number;
  readonly cents: number;
  readonly size: number;
  readonly sign: boolean;
  readonly wait: number;
  readonly delay: number;
  readonly more: number;
  readonly detail: Detail;
}

const draws: fc.Arbitrary<Draw> = fc.record({
  kind: kinds,
  market,
  side: fc.nat({ max: 1 }),
  cents: fc.nat({ max: 99 }),
  size: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 100_000 }) }, fc.integer({ min: 1, max: LARGE })),
  sign: fc.boolean(),
  wait: waits,
  delay: fc.oneof(fc.constant(0), fc.nat({ max: 5_000_000 }), fc.constant(2 ** 32 - 1)),
  more: fc.nat({ max: 3 }),
  detail,
});

/** Rows of a valid tape in tape order, with some groups; `flat` gives them one delay for all. */
export const tapeRows: fc.Arbitrary<Row[]> = fc
  .tuple(fc.array(draws, { maxLength: 60 }), fc.boolean())
  .map(([list, flat]) => {
    let now = START;
    return list.flatMap((draw) => {
      now += draw.wait;
      return groupOf(draw, now, flat ? 250 : draw.delay);
    });
  });

function groupOf(draw: Draw, now: number, delay: number): Row[] {
  const times = { localTime: now, exchangeTime: now - delay };
  if (draw.kind === DETAIL) {
    const index = detailMarket(draw.detail) ?? 0;
    return [
      { ...times, kind: DETAIL, market: index, side: 0, price: 0, quantity: 0, more: false, detail: draw.detail },
    ];
  }
  const emptyAllowed = draw.kind === SNAPSHOT || draw.kind === QUOTE;
  const cents = emptyAllowed ? draw.cents : Math.max(1, draw.cents);
  const quantity = cents === 0 ? 0 : draw.kind === DELTA && draw.sign ? -draw.size : draw.size;
  const side = draw.kind === UNSIDED_TRADE || (draw.kind === SNAPSHOT && cents === 0) ? 0 : draw.side;
  const grouped = draw.kind === DELTA || draw.kind === SNAPSHOT ? draw.more : 0;
  return Array.from({ length: grouped + 1 }, (_, index) => ({
    ...times,
    kind: draw.kind,
    market: draw.market,
    side,
    price: cents * 100,
    quantity,
    more: index < grouped,
    detail: null,
  }));
}
