/** A subscription of a connection to one channel. */
export class Subscription {
  readonly sid: number;
  readonly channel: string;
  /** Null: every market. */
  tickers: Set<string> | null;
  /** The NO side of books in YES prices. */
  readonly inYes: boolean;
  readonly quietAcks: boolean;
  readonly #numbered: boolean;
  #seq = 0;

  constructor(
    sid: number,
    channel: string,
    asked: { tickers: readonly string[] | null; inYes: boolean; quietAcks: boolean; numbered: boolean },
  ) {
    this.sid = sid;
    this.channel = channel;
    this.tickers = asked.tickers === null ? null : new Set(asked.tickers);
    this.inYes = asked.inYes;
    this.quietAcks = asked.quietAcks;
    this.#numbered = asked.numbered;
  }

  /** The number of its next message: one count over all its markets and acknowledgements. Empty where its channel numbers none. */
  next(): { readonly seq?: number } {
    return this.#numbered ? this.nextAck() : {};
  }

  /** The number of its next acknowledgement: every channel has those. */
  nextAck(): { readonly seq: number } {
    return { seq: ++this.#seq };
  }

  wants(ticker: string): boolean {
    return this.tickers === null || this.tickers.has(ticker);
  }

  /** What an acknowledgement of a change lists. */
  get listed(): { readonly market_tickers?: string[] } {
    return this.quietAcks || this.tickers === null ? {} : { market_tickers: [...this.tickers] };
  }
}
