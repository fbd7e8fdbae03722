import type { MarketIndex } from '../../core/market.ts';
import { formatPrice, type Price } from '../../core/price.ts';
import { formatQuantity } from '../../core/quantity.ts';
import { legName } from '../../core/side.ts';
import { formatTime } from '../../core/time.ts';
import type { VenueEvent } from '../../core/venue-event.ts';
import { legPrice } from '../../ledger/position.ts';
import type { SessionNews } from '../../live/session-news.ts';

/** One line for a person on what has happened; null for what is not worth one. */
export function newsText(news: SessionNews, tickerOf: (market: MarketIndex) => string): string | null {
  const said = saidOf(news, tickerOf);
  return said === null ? null : `${formatTime(news.time).slice(0, 19).replace('T', ' ')}  ${said}`;
}

function saidOf(news: SessionNews, tickerOf: (market: MarketIndex) => string): string | null {
  switch (news.type) {
    case 'halted':
      return news.reason.startsWith('paused: ') ? `PAUSED: ${news.reason.slice(8)}` : `HALTED: ${news.reason}`;
    case 'released':
      return `released: ${news.reason}`;
    case 'trouble':
      return `trouble: ${news.message}`;
    case 'connection':
      return news.open ? 'connected' : 'connection lost';
    case 'answer':
      return answerText(news.event, tickerOf);
    default:
      return null;
  }
}

function answerText({ order, answer }: VenueEvent, tickerOf: (market: MarketIndex) => string): string | null {
  switch (answer.type) {
    case 'filled': {
      const { fill } = answer;
      const what = `${formatQuantity(fill.quantity)} ${legName(fill.side)} of ${tickerOf(fill.market)} at ${formatPrice(legPrice(fill.side, fill.price) as Price)}`;
      return `order ${order} filled: ${what}, ${fill.liquidity}`;
    }
    case 'rejected':
      return `order ${order} rejected: ${answer.reason}`;
    case 'in-doubt':
      return `order ${order} in doubt: what became of a request is being asked`;
    default:
      return null;
  }
}
