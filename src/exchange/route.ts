import { assert } from '../core/assert.ts';
import type { ExchangeAccount } from './account.ts';
import { parseBody } from './body-reader.ts';
import type { Query } from './query.ts';

/** A request that was signed where it must be and has paid its tokens. */
export class Call {
  readonly query: Query;
  readonly params: Readonly<Record<string, string>>;
  readonly #text: string;
  readonly #account: ExchangeAccount | null;

  constructor(query: Query, params: Readonly<Record<string, string>>, text: string, account: ExchangeAccount | null) {
    this.query = query;
    this.params = params;
    this.#text = text;
    this.#account = account;
  }

  /** Whose request it is: of a route that is not open only. */
  get account(): ExchangeAccount {
    assert(this.#account !== null, 'an open route has no account');
    return this.#account;
  }

  /** Its JSON body. Throws a Refusal where there is none that can be read. */
  get json(): unknown {
    return parseBody(this.#text);
  }
}

/** A status and the body that goes with it; undefined is an empty one. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** An operation of the exchange. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/trade-api/v2`; a name after a colon is a parameter. */
  readonly path: string;
  /** Its name in messages: "GetMarkets". */
  readonly name: string;
  /** Needs no signature. */
  readonly open?: true;
  /** Tokens, 10 where it says nothing; of a batch, for each item of its list `orders`. */
  readonly cost?: number;
  readonly batch?: true;
  /** Throws a Refusal. */
  answer(call: Call): Answer;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}
