import type { BookView } from '../../src/book/book-view.ts';
import type { Market } from '../../src/core/market.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { BID, opposite, type Side, sideName } from '../../src/core/side.ts';
import { HOUR } from '../../src/core/time.ts';
import type { Context, Reasons } from '../../src/engine/strategy.ts';
import { liquidityReason, qualityReason, type SkipReason, timingReason } from './filters.ts';
import type { MarketHistory } from './history.ts';
import type { WhaleParams } from './params.ts';
import { estimatedSlippage, referencePrice, slippageFigures } from './pricing.ts';
import { entrySize } from './sizing.ts';
import { type Sweep, takerPays } from './sweep.ts';

/** An entry worth trying. */
export interface Candidate {
  readonly market: Market;
  readonly side: Side;
  readonly sweep: Sweep;
  readonly price: Price;
  readonly quantity: Quantity;
}

/** What is known when a whale appears. */
export interface Scene {
  readonly params: WhaleParams;
  readonly sweep: Sweep;
  readonly market: Market;
  readonly history: MarketHistory;
  /** The book; undefined while it cannot be read, null where none is recorded. */
  readonly book: BookView | undefined | null;
  /** What we hold or follow already that speaks against it. */
  readonly held: SkipReason | null;
}

/** The decision on a whale and the figures it rests on. */
export type Verdict =
  | { readonly skip: SkipReason; readonly figures: Reasons }
  | { readonly candidate: Candidate; readonly figures: Reasons };

/** Our side: the whale's, or the other one. */
export function sideOf(params: WhaleParams, sweep: Sweep): Side {
  return params.mode === 'fade' ? opposite(sweep.side) : sweep.side;
}

/** Market quality, liquidity and timing first, then what we hold, then price, size and slippage: the first objection decides. */
export function judge(scene: Scene, context: Context): Verdict {
  const { params, sweep, market, history, book } = scene;
  const figures = whaleFigures(scene, context);
  const early =
    (params.class === 'high' && sweep.cost < params.high ? 'class' : null) ??
    qualityReason(params, market, history, context) ??
    liquidityReason(params, history, book ?? undefined, context) ??
    timingReason(params, market, context.now - sweep.time, context) ??
    scene.held;
  if (early !== null) return { skip: early, figures };
  const side = sideOf(params, sweep);
  const price = referencePrice(params, market, side, sweep.price, book);
  if (price === undefined) return { skip: 'thin book', figures };
  const unit = takerPays(side, price);
  const quantity = entrySize(params, unit, sweep.quantity, context.available);
  const priced = { ...figures, price_e4: price, quantity_e2: quantity };
  if (unit < params.minPrice || unit > params.maxPrice) return { skip: 'price band', figures: priced };
  if (quantity <= 0) return { skip: 'no size', figures: priced };
  const candidate = { market, side, sweep, price, quantity };
  // Without a book nothing can be walked: what the entry slips is told once it has filled.
  if (book === null || book === undefined) return { candidate, figures: { ...priced, ...slippageFigures(null) } };
  // A fader takes the other side: the whale's price was never to be had there, so the quote that we face is the measure.
  const measure = side === sweep.side ? sweep.price : side === BID ? book.bestAsk : book.bestBid;
  if (measure === undefined) return { skip: 'thin book', figures: priced };
  const slippage = estimatedSlippage(book, side, quantity, measure, params.slippageBuffer);
  if (slippage === undefined) return { skip: 'thin book', figures: priced };
  const most = params.reference === 'ask' ? params.maxTakerSlippage : params.maxSlippage;
  const all = { ...priced, ...slippageFigures(slippage) };
  return slippage.share > most ? { skip: 'slippage', figures: all } : { candidate, figures: all };
}

function whaleFigures({ params, sweep, market, history, book }: Scene, context: Context): Reasons {
  const left = market.closeTime === null ? null : (market.closeTime - context.now) / HOUR;
  return {
    mode: params.mode,
    whale_side: sideName(sweep.side),
    whale_cost_e6: sweep.cost,
    whale_quantity_e2: sweep.quantity,
    whale_price_e4: sweep.price,
    whale_sequence: sweep.sequence,
    class: sweep.cost >= params.high ? 'high' : 'medium',
    age_us: context.now - sweep.time,
    side: sideName(sideOf(params, sweep)),
    reference: book === null ? 'whale' : params.reference,
    prints_before: history.prints,
    volume_before_e2: history.volume,
    hours_to_close: left === null ? null : Math.round(left * 100) / 100,
    spread_e4: book?.spread ?? null,
  };
}
